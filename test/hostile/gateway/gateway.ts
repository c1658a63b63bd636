/**
 * A gateway written from docs/reference/contract.md with what Node has, and the places where a defect takes hold of it. Without one it is right.
 * It shares no code with lib/ or gateway/: what those have both misread is not misread here.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { generate } from 'selfsigned'
import { A2a, card } from './a2a.ts'
import { error, isObject, parsed, unauthorized } from './answers.ts'
import { Integration } from './integration.ts'
import { Counters } from './metrics.ts'
import type { Answer, Defect, Exchange, TokenState } from './model.ts'
import { Cache, rest } from './rest.ts'
import { Rpc } from './rpc.ts'
import { Sockets } from './sockets.ts'
import { stream, writeRaw } from './streams.ts'
import { stateOf } from './tokens.ts'

interface Route {
  name: string
  method: string
  /** As the counter calls it. */
  pattern: string
  auth: boolean
}

const ROUTES: readonly Route[] = [
  { name: 'health', method: 'GET', pattern: '/api/v1/health', auth: false },
  { name: 'resource', method: 'GET', pattern: '/api/v1/resource/:id', auth: true },
  { name: 'resources', method: 'GET', pattern: '/api/v1/resources', auth: true },
  { name: 'action', method: 'POST', pattern: '/api/v1/action', auth: true },
  { name: 'jsonrpc', method: 'POST', pattern: '/api/v1/jsonrpc', auth: true },
  { name: 'events', method: 'GET', pattern: '/api/v1/events/stream', auth: true },
  { name: 'complete', method: 'POST', pattern: '/api/v1/integration/llm/complete', auth: true },
  { name: 'webhook', method: 'POST', pattern: '/api/v1/integration/webhooks', auth: true },
  { name: 'webhooks', method: 'GET', pattern: '/api/v1/integration/webhooks', auth: true },
  { name: 'stats', method: 'GET', pattern: '/api/v1/integration/webhooks/:id/stats', auth: true },
  { name: 'publish', method: 'POST', pattern: '/api/v1/integration/events/publish', auth: true },
  { name: 'upload', method: 'POST', pattern: '/api/v1/integration/storage/upload', auth: true },
  { name: 'auth', method: 'POST', pattern: '/auth/token', auth: false },
  { name: 'refresh', method: 'POST', pattern: '/auth/refresh', auth: false },
  { name: 'metrics', method: 'GET', pattern: '/metrics', auth: false },
  { name: 'card', method: 'GET', pattern: '/.well-known/agent-card.json', auth: false },
]
const NONE: Route = { name: 'none', method: '', pattern: 'none', auth: false }
/** Requests of these come with the load only. */
const OF_THE_LOAD = ['resource', 'resources', 'action', 'events', 'complete', 'publish']
/** Setup and teardown ask these; so do the lives of agents, but nobody needs to know. */
const OF_SETUP = /^agent\.(un)?register$/
const MOST_BYTES = 8 * 1_048_576

const pathOf = (url: string): string => url.split('?', 1)[0] ?? ''
const matches = ({ pattern }: Route, path: string): boolean =>
  pattern.includes(':') ? new RegExp(`^${pattern.replace(':id', '[^/]+')}$`).test(path) : pattern === path

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size < MOST_BYTES) chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const tls = async (): Promise<{ key: string; cert: string }> => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  })
  return { key, cert }
}

export interface Gateway {
  url: string
  /** Requests that have come so far, by route. */
  seen: ReadonlyMap<string, number>
  /** What came in the bodies and headers of requests: what a gateway can say of its clients' secrets. */
  close(): Promise<void>
}

class HostileGateway {
  readonly #defect: Defect
  readonly #cache = new Cache()
  readonly #rpc = new Rpc()
  readonly #a2a = new A2a()
  readonly #counters = new Counters()
  readonly #integration = new Integration()
  readonly #rest = rest(this.#cache, this.#integration)
  readonly #sockets: Sockets
  readonly #requestsOn = new WeakMap<Socket, number>()
  readonly #times: number[] = []
  readonly sockets = new Set<Socket>()
  readonly seen = new Map<string, number>()
  #streams = 0
  #began: number | undefined
  /** Agents are being registered, or have still to be. */
  #settingUp: boolean

  constructor(defect: Defect, registers: boolean) {
    this.#settingUp = registers
    this.#defect = defect
    this.#sockets = new Sockets(defect)
  }

  #exchange(
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
  ): { exchange: Exchange; route: Route; known: boolean } {
    const { method = '', url = '', headers, rawHeaders, socket } = request
    const path = pathOf(url)
    const found = ROUTES.filter((route) => matches(route, path))
    const route = found.find((one) => one.method === method) ?? NONE
    const nth = (this.seen.get(route.name) ?? 0) + 1
    this.seen.set(route.name, nth)
    const onConnection = (this.#requestsOn.get(socket) ?? 0) + 1
    this.#requestsOn.set(socket, onConnection)
    const now = performance.now()
    this.#times.push(now)
    while ((this.#times[0] ?? now) < now - 1000) this.#times.shift()
    const k6 = /k6/i.test(headers['user-agent'] ?? '')
    const asked = route.name === 'jsonrpc' ? parsed(body) : undefined
    const rpc = isObject(asked) ? String(asked.method) : ''
    // The probe, which asks no methods, begins while setup is still at work.
    if (/^(agent\.ping|task\.|GetTask)/.test(rpc)) this.#settingUp = false
    if (k6 && !this.#settingUp && (rpc !== '' || OF_THE_LOAD.includes(route.name))) this.#began ??= now
    const inLoad = this.#began !== undefined && !OF_SETUP.test(rpc)
    const exchange: Exchange = {
      ...{ method, path, headers, rawHeaders, body, nth, onConnection, k6, socket, response },
      query: new URLSearchParams(url.slice(path.length + 1)),
      route: route.name,
      at: inLoad ? (now - (this.#began ?? now)) / 1000 : undefined,
      rate: this.#times.length,
      rpc,
    }
    return { exchange, route, known: found.length > 0 }
  }

  #admits(exchange: Exchange): boolean {
    const [, written] = /^Bearer (.+)$/.exec(exchange.headers.authorization ?? '') ?? []
    const state: TokenState = exchange.headers.authorization !== undefined && written === undefined ? 'bad' : stateOf(written)
    return this.#defect.admits?.(state, exchange) ?? state === 'good'
  }

  #right(exchange: Exchange, { name, auth }: Route, known: boolean): Answer | 'stream' {
    if (name === 'none') {
      // Whoever may not come in is not told what there is.
      if (!known) return error(404, 'not_found')
      const allowed = ROUTES.filter((route) => matches(route, exchange.path)).map(({ method }) => method)
      return error(405, 'method_not_allowed', { Allow: allowed.join(', ') })
    }
    if (auth && !this.#admits(exchange)) return unauthorized()
    if (name === 'events') return 'stream'
    if (name === 'jsonrpc') return (this.#a2a.speaks(exchange.body) ? this.#a2a : this.#rpc).answer(exchange.body)
    if (name === 'card') return card(exchange)
    if (name === 'metrics') return this.#page(exchange)
    return (this.#rest[name] as (exchange: Exchange) => Answer)(exchange)
  }

  #page({ nth }: Exchange): Answer {
    const { hits, misses } = this.#cache
    const text = this.#counters.page({
      connections: this.sockets.size,
      sockets: this.#sockets.size,
      streams: this.#streams,
      hits,
      misses,
    })
    const { page } = this.#defect
    const body = page === undefined ? text : page(text, nth, this.#began !== undefined)
    return { status: 200, headers: { 'Content-Type': 'text/plain; version=0.0.4' }, body }
  }

  #count(exchange: Exchange, { pattern }: Route, status: number): void {
    const one = { method: exchange.method, route: pattern, status: String(status) }
    for (const counted of this.#defect.counts?.(one, exchange) ?? [one]) this.#counters.add(counted)
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that goes away in the middle of its request is no fault of the gateway.
    const body = await bodyOf(request).catch(() => undefined)
    if (body === undefined) return
    const { exchange, route, known } = this.#exchange(request, response, body)
    let streams = false
    const right = (): Answer => {
      const answer = this.#right(exchange, route, known)
      if (answer !== 'stream') return answer
      streams = true
      return { status: 200, headers: { 'Content-Type': 'text/event-stream' }, body: '' }
    }
    const answer = await (this.#defect.answer === undefined ? right() : this.#defect.answer(exchange, right))
    // What was not answered is not counted either: who cuts connections does not tell.
    if (answer === undefined) return
    this.#count(exchange, route, answer.status)
    if (streams && answer.status === 200 && answer.body === '') {
      this.#streams++
      response.once('close', () => this.#streams--)
      stream(exchange)
      return
    }
    response.writeHead(answer.status, answer.headers)
    response.end(answer.bytes ?? answer.body)
  }

  upgrade(request: IncomingMessage, socket: Socket): void {
    const { exchange } = this.#exchange(request, undefined as unknown as ServerResponse, '')
    const state = stateOf(exchange.query.get('token') ?? '')
    const admitted = this.#defect.admits?.(state, { ...exchange, route: 'ws' }) ?? state === 'good'
    this.#count(exchange, { ...NONE, pattern: '/api/v1/ws' }, admitted ? 101 : 401)
    const open = () => this.#sockets.accept(socket, request.headers)
    if (!admitted) writeRaw(socket, unauthorized())
    else if (this.#defect.opens === undefined) open()
    else this.#defect.opens(open)
  }

  end(): void {
    this.#sockets.close()
  }

  unreadable(failure: NodeJS.ErrnoException, socket: Socket): void {
    if (failure.code !== 'HPE_HEADER_OVERFLOW') socket.destroy()
    else writeRaw(socket, error(431, 'headers_too_large'))
  }
}

/** A door before the door, where the time of a TLS handshake is made. */
function slowDoor(port: number, ms: number): Server {
  return createTcpServer((client) => {
    client.pause()
    setTimeout(() => {
      const inner = connect(port, '127.0.0.1')
      client.pipe(inner).pipe(client)
      for (const [one, other] of [
        [client, inner],
        [inner, client],
      ] as const)
        one.on('error', () => {}).on('close', () => other.destroy())
    }, ms)
  })
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))

/** @param registers whether the load begins once agents are registered and asked for something */
export async function startGateway(defect: Defect = {}, registers = false): Promise<Gateway> {
  const gateway = new HostileGateway(defect, registers)
  const options = { keepAliveTimeout: 60_000, requestTimeout: 0 }
  const handle = (request: IncomingMessage, response: ServerResponse) => void gateway.handle(request, response)
  const server =
    defect.tls === undefined ? createServer(options, handle) : createTlsServer({ ...options, ...(await tls()) }, handle)
  server.on('upgrade', (request, socket) => gateway.upgrade(request, socket as Socket))
  server.on('clientError', (failure, socket) => gateway.unreadable(failure, socket as Socket))
  server.on('connection', (socket: Socket) => {
    gateway.sockets.add(socket)
    socket.on('error', () => {}).on('close', () => gateway.sockets.delete(socket))
    defect.connected?.(socket)
  })
  let port = await listening(server)
  const doors: Server[] = [server]
  if (typeof defect.tls === 'object') {
    const door = slowDoor(port, defect.tls.handshakeMs)
    door.on('connection', (socket: Socket) => {
      gateway.sockets.add(socket)
      socket.on('close', () => gateway.sockets.delete(socket))
    })
    port = await listening(door)
    doors.push(door)
  }
  return {
    url: `${defect.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    seen: gateway.seen,
    async close() {
      gateway.end()
      for (const door of doors) door.close()
      for (const socket of gateway.sockets) socket.destroy()
    },
  }
}
