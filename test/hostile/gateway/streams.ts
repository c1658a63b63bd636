/** Event streams, and the answer to a WebSocket handshake that is refused. */
import type { Socket } from 'node:net'
import type { Answer, Exchange } from './model.ts'

/** Writes the stream to the response; ends it after `count` events, or when the client goes. */
export function stream({ query, headers, response }: Exchange): void {
  const interval = Number(query.get('interval') ?? 100)
  const count = Number(query.get('count') ?? Number.POSITIVE_INFINITY)
  let seq = Number(headers['last-event-id'] ?? 0)
  const last = seq + count
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  const write = () => {
    seq++
    response.write(`id: ${seq}\nevent: tick\ndata: ${JSON.stringify({ seq, sent_at: Date.now() })}\n\n`)
    if (seq < last) return
    clearInterval(timer)
    response.end()
  }
  const timer = setInterval(write, interval)
  response.once('close', () => clearInterval(timer))
  write()
}

/** An answer on a socket that Node has handed over. */
export function writeRaw(socket: Socket, { status, headers, body }: Answer): void {
  const lines = Object.entries({ ...headers, 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' })
  socket.end(`HTTP/1.1 ${status} Answer\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
}
