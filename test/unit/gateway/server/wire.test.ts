import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { listen } from '../app-under-test.ts'

/** What a peer sees that writes these bytes and reads until the gateway closes or `done` says so. */
function exchange(port: number, bytes: string, done: (seen: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      seen += chunk
      if (done(seen)) socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(seen))
  })
}

test('headers over 16 KiB are 431 with an error body', async (t) => {
  const { port } = await listen(t)
  const seen = await exchange(port, `GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX-Big: ${'a'.repeat(17_000)}\r\n\r\n`)
  assert.match(seen, /^HTTP\/1\.1 431 /)
  assert.match(seen, /"code":"headers_too_large"/)
})

test('what is no HTTP is 400', async (t) => {
  const { port } = await listen(t)
  const seen = await exchange(port, 'what is this\r\n\r\n')
  assert.match(seen, /^HTTP\/1\.1 400 /)
  assert.match(seen, /"code":"malformed_request"/)
})

test('a body over the limit is read to its end, so that its sender sees the 413 and may go on', async (t) => {
  const { port, token } = await listen(t)
  const size = 3 * 1024 * 1024
  const head = `POST /api/v1/action HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`
  const after = 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  const seen = await exchange(port, `${head}Content-Length: ${size}\r\n\r\n${'x'.repeat(size)}${after}`)
  assert.match(seen, /^HTTP\/1\.1 413 /)
  assert.match(seen, /HTTP\/1\.1 200 OK[\s\S]*"status":"healthy"/)
})

test('a refused media type leaves the connection usable', async (t) => {
  const { port, token } = await listen(t)
  const head = `POST /api/v1/action HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: text/plain\r\n`
  const after = 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  const seen = await exchange(port, `${head}Content-Length: 5\r\n\r\nhello${after}`)
  assert.match(seen, /^HTTP\/1\.1 415 /)
  assert.match(seen, /HTTP\/1\.1 200 OK/)
})

test('a WebSocket handshake without its key is 400, and counted as such', async (t) => {
  const { app, port, token } = await listen(t)
  const head = `GET /api/v1/ws?token=${token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
  const seen = await exchange(port, head)
  assert.match(seen, /^HTTP\/1\.1 400 /)
  assert.match(seen, /"code":"bad_handshake"/)
  assert.match((await app.inject('/metrics')).body, /route="\/api\/v1\/ws",status="400"\} 1/)
})

test('who asks for another protocol is answered as if not asked', async (t) => {
  const { port } = await listen(t)
  const head =
    'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n'
  const seen = await exchange(port, head)
  assert.match(seen, /^HTTP\/1\.1 200 OK[\s\S]*"status":"healthy"/)
})
