/** One VU without k6: sends what descriptors say, with authorization, and checks as lib/vu/ does. */

import { TAMPERED } from '../../lib/auth/forged-tokens.ts'
import { classify } from '../../lib/base/outcome.ts'
import { seeded } from '../../lib/base/random.ts'
import { retryAfter } from '../../lib/base/retry-after.ts'
import type { Answer, AnyEndpoint, Call, Session, TokenForm } from '../../lib/endpoint/endpoint.ts'
import { VuState } from '../../lib/endpoint/vu-state.ts'
import { inWordsOf } from '../../lib/target/params.ts'
import type { Target } from '../../lib/target/target.ts'
import { quickCheckOf, quickCheckOfSession } from '../../lib/vu/check.ts'
import { type Prepared, prepare, prepareSession, type RequestTemplate } from '../../lib/vu/requests.ts'
import { urlOf } from '../../lib/vu/url.ts'
import { PATIENCE_MS, send } from './http-client.ts'

/** Undefined where the answer was right, else its class and why. */
export type Outcome = string | undefined

interface Tokens {
  good: string
  /** One whose time is over. */
  expired: string
}

interface Route {
  template: RequestTemplate
  check: Session['check']
  session?: Session
  requests: readonly Prepared[]
}

let vus = 0

const withQuery = (url: string, query: string): string => (query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`)

export class Vu {
  readonly vuState: VuState
  /** An answer that takes longer is none. */
  patienceMs = PATIENCE_MS
  readonly #target: Target
  readonly #tokens: Tokens
  readonly #routes = new Map<string, Route>()
  #turn = 0

  constructor(target: Target, tokens: Tokens) {
    this.vuState = new VuState(++vus, `contract-${process.pid}-${vus}`)
    this.#target = target
    this.#tokens = tokens
  }

  get expired(): string {
    return this.#tokens.expired
  }

  /** Requests that an endpoint without a session sends in turn. */
  count(endpoint: AnyEndpoint): number {
    return this.#route(endpoint).requests.length
  }

  /** Sends the endpoint's next request; null where there is nothing to ask. */
  async ask(endpoint: AnyEndpoint): Promise<Outcome | null> {
    const { template, check, session, requests } = this.#route(endpoint)
    const turn = this.#turn++
    let call: Call & { url: string }
    if (session !== undefined && template.session !== undefined) {
      const next = session.next(turn)
      if (next === undefined) return null
      const { base, path, params } = template.session
      const body = params === undefined ? next.body : inWordsOf(params, next.body ?? '{}')
      call = { ...next, ...(body === undefined ? {} : { body }), url: urlOf(base, path, next) }
      return this.#send(endpoint, template, check, call, next)
    }
    const request = requests[turn % requests.length]
    if (request === undefined) throw new Error(`endpoint ${endpoint.name} has nothing to send`)
    call = { ...request, headers: template.headers[request.set] ?? {} }
    return this.#send(endpoint, template, check, call, request)
  }

  async #send(
    endpoint: AnyEndpoint,
    { statuses, authorized, token, tokenQuery, bare429 }: RequestTemplate,
    check: Route['check'],
    { url, headers, ...call }: Call & { url: string },
    asked: Call,
  ): Promise<Outcome> {
    const body = call.pieces?.map(([text, times]) => text.repeat(times)).join('') ?? call.body
    let answer: Answer
    try {
      const inQuery = tokenQuery === undefined ? '' : `${tokenQuery}=${encodeURIComponent(this.#token(token))}`
      const carried =
        authorized && inQuery === '' ? { Authorization: `Bearer ${this.#token(token)}`, ...headers } : { ...headers }
      answer = await send(
        { method: endpoint.method, url: withQuery(url, inQuery), headers: carried, ...(body === undefined ? {} : { body }) },
        this.patienceMs,
      )
    } catch (error) {
      return `no_answer: ${(error as Error).message}`
    }
    const { status } = answer
    const { 'Retry-After': after, Date: date } = answer.headers
    const isAnnounced = (after === undefined && bare429 === true) || typeof retryAfter(after, date, Date.now()) === 'number'
    if (!statuses.includes(status))
      return `${classify(status, 0, isAnnounced)}: has status ${status}, not ${statuses.join(' or ')}`
    const wrong = check(answer, asked)
    return wrong === undefined ? undefined : typeof wrong === 'string' ? `failed_check: ${wrong}` : `${wrong.class}: ${wrong.why}`
  }

  #token(form: TokenForm | undefined): string {
    if (form === undefined) return this.#tokens.good
    return form === 'expired' ? this.#tokens.expired : TAMPERED[form](this.#tokens.good)
  }

  #route(endpoint: AnyEndpoint): Route {
    let route = this.#routes.get(endpoint.name)
    if (route === undefined) {
      if ('session' in endpoint) {
        const template = prepareSession(endpoint, this.#target)
        const session = endpoint.session(this.vuState, template.session?.values ?? {})
        route = { template, session, check: quickCheckOfSession(endpoint, session, template), requests: [] }
      } else {
        const { template, requests } = prepare(endpoint, this.#target, seeded(1))
        const check = quickCheckOf(endpoint, template, this.vuState)
        route = { template, check: ({ body, headers }, { expect = '' }) => check(body, expect, headers), requests }
      }
      this.#routes.set(endpoint.name, route)
    }
    return route
  }
}
