/** Drives endpoints that remember, in place of a gateway: one VU, its requests and made-up answers. */
import assert from 'node:assert/strict'
import type { Answer, Call, CheckResult, Session, SessionEndpoint, Values } from '../../../../lib/endpoint/endpoint.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'

export class Talk {
  readonly vuState: VuState
  readonly #sessions = new Map<SessionEndpoint, Session>()
  readonly #values: Values
  #turn = 0

  constructor(values: Values = {}, vu = 3, run = 'run') {
    this.vuState = new VuState(vu, run)
    this.#values = values
  }

  session(endpoint: SessionEndpoint): Session {
    const session = this.#sessions.get(endpoint) ?? endpoint.session(this.vuState, this.#values)
    this.#sessions.set(endpoint, session)
    return session
  }

  /** The next request; fails where there is none. */
  next(endpoint: SessionEndpoint): Call {
    return this.session(endpoint).next(this.#turn++) ?? assert.fail(`${endpoint.name} asks nothing`)
  }

  check(endpoint: SessionEndpoint, call: Call, body: string, headers: Answer['headers'] = {}): CheckResult {
    return this.session(endpoint).check({ status: endpoint.status[0] ?? 200, body, headers }, call)
  }

  /** Asks and is answered with what `answer` makes of the parsed body. */
  say(endpoint: SessionEndpoint, answer: (asked: Asked) => unknown): CheckResult {
    const call = this.next(endpoint)
    return this.check(endpoint, call, JSON.stringify(answer(JSON.parse(call.body ?? 'null'))))
  }

  /** The same for a method of JSON-RPC, which is answered with a result. */
  rpc(endpoint: SessionEndpoint, result: (params: Params) => object): CheckResult {
    return this.say(endpoint, ({ id, params }) => ({ jsonrpc: '2.0', id, result: result(params) }))
  }
}

export type Params = Readonly<Record<string, unknown>>
export interface Asked {
  id: string
  method: string
  params: Params
  [member: string]: unknown
}
