/** What the probe writes, byte for byte, against what k6 1.8.1 was seen to write. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { CHECKED } from '../../../../cli/generator/answer-check.ts'
import { addressOf, answerHeaders, canonical, headerLines } from '../../../../cli/generator/as-k6.ts'
import { Probe } from '../../../../cli/generator/probe.ts'
import * as ready from '../../../../lib/target/catalogue.ts'

const written = (method: string, body: string | undefined, headers: Record<string, string>, agent = 'Grafana k6/1.8.1'): string =>
  headerLines('127.0.0.1:9911', agent, method, body, headers)
    .map((line) => line.join(': '))
    .join('\r\n')

test('headers stand in the order of Go, under the names that it gives them', () => {
  const first = 'Host: 127.0.0.1:9911\r\nUser-Agent: Grafana k6/1.8.1'
  assert.equal(written('GET', undefined, { Authorization: 'Bearer t' }), `${first}\r\nAuthorization: Bearer t`)
  assert.equal(
    written('POST', '{"a":1}', {
      'Content-Type': 'application/json',
      'x-lower-thing': '1',
      Authorization: 'Bearer z',
      'If-None-Match': '"e"',
    }),
    `${first}\r\nContent-Length: 7\r\nAuthorization: Bearer z\r\nContent-Type: application/json\r\nIf-None-Match: "e"\r\nX-Lower-Thing: 1`,
  )
  assert.equal(written('POST', undefined, {}), `${first}\r\nContent-Length: 0`)
  assert.equal(written('DELETE', undefined, {}), first)
  assert.equal(
    written('POST', 'x', { 'user-agent': 'mine', host: 'foo', 'Accept-Encoding': 'gzip' }),
    'Host: foo\r\nUser-Agent: mine\r\nContent-Length: 1\r\nAccept-Encoding: gzip',
  )
  assert.equal(canonical('A2A-Version'), 'A2a-Version')
})

test('a path goes out as it was prepared: nothing is climbed, and the query is left alone', () => {
  assert.equal(addressOf('http://127.0.0.1:9911/a/../b%2f?q=%20&x=1#f').path, '/a/../b%2f?q=%20&x=1')
  assert.equal(addressOf('http://127.0.0.1:9911/ü y').path, '/%C3%BC%20y')
  assert.deepEqual(addressOf('https://[::1]'), { tls: true, host: '[::1]', hostname: '::1', port: 443, path: '/' })
})

test('headers of an answer come as k6 gives them', () => {
  assert.deepEqual(answerHeaders(['etag', '"1"', 'X-CACHE', 'HIT', 'set-cookie', 'a', 'Set-Cookie', 'b']), {
    Etag: '"1"',
    'X-Cache': 'HIT',
    'Set-Cookie': 'a, b',
  })
})

test('on the wire a request of the probe is one of k6', async (t) => {
  let seen = ''
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (data) => {
      seen ||= data.toString('latin1')
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const request = { url: `http://127.0.0.1:${port}/c`, body: '{"a":1}', headers: { 'Content-Type': 'application/json' } }
  const probe = await new Promise<Probe>((resolve) => {
    const own = new Probe(
      {
        plan: {
          windows: [{ name: 'w', start: 0, duration: 9, order: ['own'] }],
          endpoints: { own: { method: 'POST', statuses: [200], authorized: true, requests: [request] } },
        },
        auth: { header: { name: 'authorization', prefix: 'Bearer ' }, fixed: { access_token: 't', issued: 0 } },
        userAgent: 'Grafana k6/1.8.1',
        rate: 100,
        timeoutMs: 2000,
        insecureTls: false,
      },
      { sample: () => resolve(own), example() {} },
    )
    own.start()
  })
  await probe.stop()
  server.close()
  t.after(() => server.close())
  assert.equal(
    seen,
    `POST /c HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: Grafana k6/1.8.1\r\nContent-Length: 7\r\nAuthorization: Bearer t\r\nContent-Type: application/json\r\n\r\n{"a":1}`,
  )
})

test('whatever the probe can be told to send has its strict check', () => {
  const plain = Object.values(ready).filter((endpoint) => 'calls' in endpoint)
  assert.ok(plain.length >= 8)
  for (const { name } of plain) assert.ok(name in CHECKED, name)
})
