/** The control probe: sends its requests at an even pace over connections of its own and times each answer. */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { type Grant, readGrant, refreshRequest, renewAt } from '../../lib/auth.ts'
import type { ControlEndpoint, ControlRequest } from '../../lib/briefing/control.ts'
import type { ProbeOrder, ProbeSample, Tally } from './probe-protocol.ts'

interface Turn {
  name: string
  endpoint: ControlEndpoint
}

interface Answered {
  status: number
  body: string
  ms: number
}

const RETRY_MS = 2000
const CONNECTIONS = 64

/** The mixes of all windows one after another, each mix once. */
export function turnsOf({ windows, endpoints }: ProbeOrder['plan']): Turn[] {
  const mixes = [...new Set(windows.map(({ order }) => order.join('\n')))]
  return mixes.flatMap((mix) =>
    mix.split('\n').flatMap((name) => {
      const endpoint = endpoints[name]
      return endpoint === undefined ? [] : [{ name, endpoint }]
    }),
  )
}

export class Probe {
  readonly #order: ProbeOrder
  readonly #turns: readonly Turn[]
  readonly #heard: (sample: ProbeSample) => void
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'lifo' })
  readonly #https: HttpsAgent
  readonly #sent = new Map<string, number>()
  /** By endpoint, then by status; those on their way have status 0. */
  readonly #tally = new Map<string, Map<number, number>>()
  #grant: Grant | undefined
  #renewing = false
  #retryAt = 0
  #turn = 0
  #timer: NodeJS.Timeout | undefined

  constructor(order: ProbeOrder, heard: (sample: ProbeSample) => void) {
    this.#order = order
    this.#turns = turnsOf(order.plan)
    this.#heard = heard
    this.#https = new HttpsAgent({ keepAlive: true, maxSockets: CONNECTIONS, rejectUnauthorized: !order.insecureTls })
    this.#grant = order.auth.fixed
  }

  start(): void {
    const every = 1000 / this.#order.rate
    let due = performance.now()
    const tick = (): void => {
      this.#send()
      due += every
      // After a pause of this process there is nothing to catch up with: the probe is even, or it is no probe.
      if (due < performance.now()) due = performance.now() + every
      this.#timer = setTimeout(tick, due - performance.now())
    }
    if (this.#turns.length > 0) tick()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#http.destroy()
    this.#https.destroy()
  }

  tally(): Tally {
    return [...this.#tally].flatMap(([endpoint, byStatus]) =>
      [...byStatus].flatMap(([status, count]) => (count === 0 ? [] : [[endpoint, status, count] as const])),
    )
  }

  #count(endpoint: string, status: number, by: 1 | -1 = 1): void {
    const byStatus = this.#tally.get(endpoint) ?? new Map<number, number>()
    this.#tally.set(endpoint, byStatus)
    byStatus.set(status, (byStatus.get(status) ?? 0) + by)
  }

  #send(): void {
    const turn = this.#turns[this.#turn++ % this.#turns.length]
    if (turn === undefined) return
    const { name, endpoint } = turn
    const count = this.#sent.get(name) ?? 0
    const request = endpoint.requests[count % endpoint.requests.length]
    if (request === undefined) return
    if (endpoint.authorized && !this.#authorized()) return
    this.#sent.set(name, count + 1)
    const { header } = this.#order.auth
    const token = this.#grant?.access_token ?? ''
    const headers =
      endpoint.authorized && token !== '' ? { ...request.headers, [header.name]: header.prefix + token } : request.headers
    const at = Date.now()
    this.#exchange(name, endpoint.method, request, headers).then(
      ({ status, ms }) => this.#heard({ at, endpoint: name, ms, ok: endpoint.statuses.includes(status) }),
      () => this.#heard({ at, endpoint: name, ms: null, ok: false }),
    )
  }

  /** Whether there is a token, or none is needed; asks for one where it is missing or due. */
  #authorized(): boolean {
    const { tokenRequest } = this.#order.auth
    if (tokenRequest === undefined) return true
    const missing = this.#grant === undefined
    if ((missing || Date.now() >= renewAt(this.#grant as Grant, 0.5)) && !this.#renewing && Date.now() >= this.#retryAt)
      void this.#renew()
    return !missing
  }

  async #renew(): Promise<void> {
    this.#renewing = true
    const { auth } = this.#order
    const ask = async (request: { url: string; body: string } | undefined): Promise<Grant | undefined> => {
      if (request === undefined) return undefined
      const headers = { 'Content-Type': 'application/json' }
      const { status, body } = await this.#exchange('auth', 'POST', { ...request, headers }, headers)
      return status === 200 || status === 201 ? readGrant(body, Date.now()) : undefined
    }
    try {
      const renewed = this.#grant && (await ask(refreshRequest(auth, this.#grant)).catch(() => undefined))
      this.#grant = renewed ?? (await ask(auth.tokenRequest)) ?? this.#grant
    } catch {
      // Without a token there is no sample, and the evidence says so.
    } finally {
      this.#retryAt = Date.now() + RETRY_MS
      this.#renewing = false
    }
  }

  #exchange(
    name: string,
    method: string,
    { url, body }: ControlRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answered> {
    this.#count(name, 0)
    return new Promise((resolve, reject) => {
      const tls = url.startsWith('https:')
      const options = { method, agent: tls ? this.#https : this.#http, headers: { ...headers }, timeout: this.#order.timeoutMs }
      let started = 0
      const sent: ClientRequest = (tls ? httpsRequest : httpRequest)(url, options, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const ms = performance.now() - started
          const { statusCode: status = 0 } = response
          this.#count(name, 0, -1)
          this.#count(name, status)
          resolve({ status, body: Buffer.concat(chunks).toString('utf8'), ms })
        })
        response.on('error', reject)
      })
      // As k6 counts: from the moment there is a connection.
      sent.on('socket', (socket) => {
        started = performance.now()
        if (socket.connecting)
          socket.once(tls ? 'secureConnect' : 'connect', () => {
            started = performance.now()
          })
      })
      sent.on('timeout', () => sent.destroy(new Error('timeout')))
      sent.on('error', reject)
      sent.end(body)
    })
  }
}
