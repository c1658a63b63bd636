/**
 * The control probe: a few users beside those of k6, who send what k6 sends and look as k6 does, at an even pace, each over a
 * connection of its own. It repeats nothing: what breaks has failed.
 */
import { type Grant, readGrant, refreshRequest, renewAt, type TokenRequest } from '../../lib/auth/auth.ts'
import { classify } from '../../lib/base/outcome.ts'
import { redact } from '../../lib/base/redact.ts'
import type { ControlEndpoint, ControlRequest } from '../../lib/run/control.ts'
import { checkAlone, type Fault, faultOf, faultOfError, type WholeAnswer } from './answer-check.ts'
import { type Answered, exchange, newUser, type User } from './exchange.ts'
import { type MadeRequests, madeBy } from './own-endpoints.ts'
import type { ProbeExample, ProbeOrder, ProbeSample, Tally } from './probe-protocol.ts'
import { Stalls } from './stalls.ts'

interface Turn {
  name: string
  endpoint: ControlEndpoint
}

const RETRY_MS = 2000
/** As many connections while answers are quick: one alone with the whole mix on it would be like no VU. */
const USERS = 4
/** What is on its way at the end has this long to be answered. */
const DRAIN_MS = 1000
const TOKEN_STATUSES = [200, 201]
const AUTH = 'auth'

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

/** Who hears what the probe finds. */
export interface Listener {
  sample(sample: ProbeSample): void
  /** The first failure of each endpoint and class. */
  example(example: ProbeExample): void
}

export class Probe {
  readonly #order: ProbeOrder
  readonly #turns: readonly Turn[]
  readonly #listener: Listener
  readonly #users: readonly User[]
  readonly #sent = new Map<string, number>()
  /** Endpoints of the gateway's own, by name. */
  readonly #made: ReadonlyMap<string, MadeRequests>
  /** By endpoint, then by status; those on their way have status 0. */
  readonly #tally = new Map<string, Map<number, number>>()
  readonly #shown = new Set<string>()
  readonly #stalls = new Stalls()
  #grant: Grant | undefined
  #renewing = false
  #retryAt = 0
  #turn = 0
  #exchanges = 0
  readonly #underWay = new Set<{ endpoint: string; at: number; asked: number }>()
  #stopped = false
  #timer: NodeJS.Timeout | undefined

  constructor(order: ProbeOrder, listener: Listener) {
    this.#order = order
    this.#turns = turnsOf(order.plan)
    this.#listener = listener
    this.#users = Array.from({ length: USERS }, () => newUser(order.insecureTls))
    this.#grant = order.auth.fixed
    this.#made = madeBy(order.plan.endpoints)
  }

  start(): void {
    this.#stalls.start()
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

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    const until = performance.now() + DRAIN_MS
    while (this.#underWay.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10))
    this.#stopped = true
    const now = performance.now()
    // What this end cuts off has not failed, but somebody has waited for it.
    for (const { endpoint, at, asked } of this.#underWay) {
      const times = { ms: null, waited: now - asked, late: this.#stalls.within(asked, now) }
      if (endpoint !== AUTH) this.#listener.sample({ at, endpoint, ...times, failure: null })
    }
    this.#stalls.stop()
    for (const { http, https } of this.#users) {
      http.destroy()
      https.destroy()
    }
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
    const made = this.#made.get(name)
    if (endpoint.authorized && !this.#authorized()) return
    const request = made === undefined ? endpoint.requests[count % endpoint.requests.length] : made.next(count)
    // What it builds on did not come.
    if (request === undefined) return
    this.#sent.set(name, count + 1)
    const { header } = this.#order.auth
    const token = this.#grant?.access_token ?? ''
    const headers =
      endpoint.authorized && token !== '' ? { ...request.headers, [header.name]: header.prefix + token } : request.headers
    void this.#heard(name, this.#exchange(name, endpoint.method, request, headers), (answer) =>
      faultOf(endpoint, answer, made === undefined ? checkAlone(name, endpoint, request) : made.checkOf(request)),
    )
  }

  /** Tells what came of a request; its answer, where one came. */
  async #heard(
    endpoint: string,
    exchange: Promise<Answered>,
    check: (answer: WholeAnswer) => Fault | undefined,
  ): Promise<Answered | undefined> {
    const at = Date.now()
    const open = { endpoint, at, asked: performance.now() }
    this.#underWay.add(open)
    try {
      const answer = await exchange
      const { asked, began, ended } = answer
      const fault = check(answer)
      const late = this.#stalls.within(asked, ended)
      const times = { ms: ended - began, waited: ended - asked, late }
      this.#listener.sample({ at, endpoint, ...times, failure: fault?.class ?? null })
      if (fault !== undefined) this.#show(endpoint, fault)
      return answer
    } catch (error) {
      const fault = faultOfError(error)
      if (fault === undefined || this.#stopped) return undefined
      this.#listener.sample({ at, endpoint, ms: null, waited: null, late: 0, failure: fault.class })
      this.#show(endpoint, fault)
      return undefined
    } finally {
      this.#underWay.delete(open)
    }
  }

  #show(endpoint: string, fault: Fault): void {
    const key = `${endpoint} ${fault.class}`
    if (this.#shown.has(key)) return
    this.#shown.add(key)
    const { access_token = '', refresh_token = '' } = this.#grant ?? {}
    this.#listener.example({ endpoint, ...fault, why: redact(fault.why, [access_token, refresh_token]) })
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
    const renewed = this.#grant && (await this.#ask(refreshRequest(auth, this.#grant)))
    this.#grant = renewed ?? (await this.#ask(auth.tokenRequest)) ?? this.#grant
    this.#retryAt = Date.now() + RETRY_MS
    this.#renewing = false
  }

  async #ask(request: TokenRequest | undefined): Promise<Grant | undefined> {
    if (request === undefined) return undefined
    let grant: Grant | undefined
    await this.#heard(AUTH, this.#exchange(AUTH, 'POST', request, request.headers), ({ status, body }) => {
      if (!TOKEN_STATUSES.includes(status))
        return { class: classify(status, 0, false, TOKEN_STATUSES), status, why: `has status ${status}, not 200 or 201` }
      grant = readGrant(body.toString('utf8'), Date.now())
      return grant === undefined ? { class: 'failed_check', status, why: 'carries no access_token' } : undefined
    })
    return grant
  }

  #exchange(
    name: string,
    method: string,
    request: Pick<ControlRequest, 'url' | 'body'>,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answered> {
    this.#count(name, 0)
    const { userAgent, timeoutMs } = this.#order
    const user = this.#users[this.#exchanges++ % USERS] as User
    return exchange(user, { ...request, method, headers, userAgent, timeoutMs }).then((answer) => {
      this.#count(name, 0, -1)
      this.#count(name, answer.status)
      return answer
    })
  }
}
