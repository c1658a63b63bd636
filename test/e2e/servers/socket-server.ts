/**
 * A small WebSocket gateway of the tests' own. It shares nothing with gateway/, can be given the frames of other gateways,
 * and breaks on demand what the script `websocket` says it sees.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export interface SocketServerOptions {
  path?: string
  token?: string
  first?: string | false
  ping?: string
  pong?: string
  pongId?: boolean
  eventIntervalMs?: number
  /** Answers one handshake in so many with this status; 0: not at all. */
  refuse?: { each: number; status: number }
  /** Cuts one socket in so many, `afterMs` after it opened, without a close frame. */
  cut?: { each: number; afterMs: number }
  /** Leaves out one pong in so many. */
  missingPongs?: number
  /** What becomes of event `seq` for one of the subscribers. */
  event?: 'lost' | 'twice' | 'late' | 'last_lost' | 'silent'
  /** Milliseconds that the clock of this server is ahead. */
  clockAhead?: number
  /** A frame that no contract knows, sent to every socket after the first one. */
  stray?: string
}

export interface SocketServer {
  url: string
  open(): number
  /** The largest number of sockets that were open at one time. */
  most(): number
  /** Sockets that ended with a close frame from the client. */
  closedByClient(): number
  close(): Promise<void>
}

export async function socketServer(options: SocketServerOptions = {}): Promise<SocketServer> {
  const {
    path = '/api/v1/ws',
    first = 'connection',
    ping = 'ping',
    pong = 'pong',
    pongId = true,
    eventIntervalMs = 1000,
  } = options
  const now = () => Date.now() + (options.clockAhead ?? 0)
  const http = createServer((request, response) => {
    if (request.url === '/api/v1/health') response.end('{"status":"healthy","version":"1.0.0","uptime_s":1}')
    else response.writeHead(404).end()
  })
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  let handshakes = 0
  let pings = 0
  let most = 0
  let closedByClient = 0
  const raw = new Set<Duplex>()
  const topics = new Map<string, { seq: number; subscribers: Set<WebSocket> }>()

  http.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    handshakes++
    const refusedBy = options.refuse && handshakes % options.refuse.each === 0 ? options.refuse.status : undefined
    const status =
      refusedBy ??
      (url.pathname !== path
        ? 404
        : options.token !== undefined && url.searchParams.get('token') !== options.token
          ? 401
          : undefined)
    raw.add(socket)
    if (status === 0) return
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request))
  })

  sockets.on('connection', (socket) => {
    most = Math.max(most, sockets.clients.size)
    const nth = handshakes
    if (first !== false) socket.send(JSON.stringify({ type: first, connection_id: `c${nth}`, sent_at: now() }))
    if (options.stray !== undefined) socket.send(options.stray)
    if (options.cut && nth % options.cut.each === 0) setTimeout(() => socket.terminate(), options.cut.afterMs)
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { type: string; id?: unknown; topic?: string }
      if (frame.type === ping) {
        if (options.missingPongs && ++pings % options.missingPongs === 0) return
        socket.send(JSON.stringify({ type: pong, ...(pongId ? { id: frame.id } : {}), sent_at: now() }))
      } else if (frame.type === 'subscribe' && frame.topic !== undefined) {
        const topic = topics.get(frame.topic) ?? { seq: 0, subscribers: new Set<WebSocket>() }
        topics.set(frame.topic, topic)
        socket.send(JSON.stringify({ type: 'subscribed', topic: frame.topic, seq: topic.seq }))
        topic.subscribers.add(socket)
      } else socket.send('{"type":"error","code":"unknown_type","message":"unknown type"}')
    })
    socket.on('close', (code) => {
      if (code === 1000) closedByClient++
      for (const { subscribers } of topics.values()) subscribers.delete(socket)
    })
    socket.on('error', () => {})
  })

  const broken = options.event
  const ticker = setInterval(() => {
    for (const [topic, state] of topics) {
      state.seq++
      const text = (seq: number) => JSON.stringify({ type: 'event', topic, seq, sent_at: now() })
      const frame = text(state.seq)
      const [victim] = state.subscribers
      for (const socket of state.subscribers) {
        if (broken === 'silent') continue
        if (socket !== victim || broken === undefined || state.seq % 3 !== 0) {
          if (socket === victim && broken === 'last_lost' && state.seq > 3) continue
          socket.send(frame)
          if (socket === victim && broken === 'late' && state.seq % 3 === 1 && state.seq > 3) socket.send(text(state.seq - 1))
        } else if (broken === 'twice') {
          socket.send(frame)
          socket.send(frame)
        } else if (broken === 'last_lost' && state.seq <= 3) socket.send(frame)
      }
    }
  }, eventIntervalMs)

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    open: () => sockets.clients.size,
    most: () => most,
    closedByClient: () => closedByClient,
    close: () =>
      new Promise((resolve) => {
        clearInterval(ticker)
        for (const client of sockets.clients) client.terminate()
        for (const socket of raw) socket.destroy()
        http.closeAllConnections()
        http.close(() => resolve())
      }),
  }
}
