/** A small gateway of the tests' own with one endless event stream, which does what the reference gateway never would. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type StreamBehaviour =
  | { kind: 'right' }
  /** Answers a connection with this status in place of a stream. */
  | { kind: 'status'; status: number }
  | { kind: 'not_a_stream' }
  | { kind: 'no_headers' }
  /** Sends headers and nothing more. */
  | { kind: 'silent' }
  /** Breaks the connection in the middle of an event. */
  | { kind: 'breaks'; afterEvents: number }
  /** Names its events and numbers none. */
  | { kind: 'plain' }

export interface StreamServer {
  url: string
  /** `Last-Event-ID` of each connection, in order. */
  resumed: (string | undefined)[]
  open(): number
  close(): Promise<void>
}

export async function streamServer(behaviour: StreamBehaviour, intervalMs = 100): Promise<StreamServer> {
  const resumed: StreamServer['resumed'] = []
  const streams = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    if (request.url === '/api/v1/health')
      return void response
        .setHeader('content-type', 'application/json')
        .end('{"status":"healthy","version":"1.0.0","uptime_s":1}')
    const last = request.headers['last-event-id']
    resumed.push(typeof last === 'string' ? last : undefined)
    if (behaviour.kind === 'no_headers') return
    if (behaviour.kind === 'status') return void response.writeHead(behaviour.status).end()
    if (behaviour.kind === 'not_a_stream') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    if (behaviour.kind === 'silent') return
    let seq = Number(last ?? 0)
    let sent = 0
    const tick = () => {
      if (behaviour.kind === 'breaks' && sent === behaviour.afterEvents) {
        response.write('id: 99\ndata: {"se', () => response.socket?.destroy())
        return
      }
      seq++
      const name = sent++ === 0 ? 'connected' : 'keepalive'
      response.write(
        behaviour.kind === 'plain'
          ? `event: ${name}\ndata: {}\n\n`
          : `id: ${seq}\nevent: tick\ndata: {"seq":${seq},"sent_at":${Date.now()}}\n\n`,
      )
    }
    tick()
    const timer = setInterval(tick, intervalMs)
    streams.add(response)
    response.on('close', () => {
      clearInterval(timer)
      streams.delete(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    resumed,
    open: () => streams.size,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
