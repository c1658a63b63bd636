/** Valid answers of the endpoints that have a quick check, and users who are given them. */
import assert from 'node:assert/strict'
import { agentCard } from '../../../../lib/a2a/agent-card.ts'
import { seeded } from '../../../../lib/base/random.ts'
import { list } from '../../../../lib/benchmarks/endpoints.ts'
import type { AnyEndpoint, Call, CheckResult } from '../../../../lib/endpoint/endpoint.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import { routeMessage } from '../../../../lib/jsonrpc/agent-talk.ts'
import { Agents, agentDiscover, agentPing, poolAgent } from '../../../../lib/jsonrpc/agents.ts'
import { taskCreate } from '../../../../lib/jsonrpc/tasks.ts'
import { action } from '../../../../lib/rest/action.ts'
import { health } from '../../../../lib/rest/health.ts'
import { llmComplete } from '../../../../lib/rest/llm.ts'
import { resource } from '../../../../lib/rest/resource.ts'
import { resources } from '../../../../lib/rest/resources.ts'
import { upload } from '../../../../lib/rest/upload.ts'
import { quickCheckOf, quickCheckOfSession, strictCheckOf, strictCheckOfSession } from '../../../../lib/vu/check.ts'
import { webhookList } from '../../../../lib/webhooks/list.ts'
import { eventPublish, webhookCreate } from '../../../../lib/webhooks/webhooks.ts'

export type Headers = Readonly<Record<string, string>>

export interface Case {
  endpoint: AnyEndpoint
  /** A valid answer, parsed; a number that no other answer has makes it a new one. */
  right(call: Call, n: number): object
  headers?: Headers
  /** Members that the quick check lets have another value of their kind. */
  free?: readonly string[]
  /** Objects of which the contract does not say what is in them. */
  anything?: readonly string[]
  /** Its answers come again to the letter, so many different ones: each is read once, and compared from then on. */
  different?: number
}

const { parse } = JSON
const sent = ({ body = 'null' }: Call) => parse(body)
const rpc = (call: Call, result: object) => ({ jsonrpc: '2.0', id: call.id, result })
const hooks = Array.from({ length: 50 }, (_, i) => ({ id: `w-${i}`, url: 'x', events: ['e'] }))
const POOL = Array.from({ length: 3 }, (_, i) => poolAgent('run', i))
const IDS = Array.from({ length: 6 }, (_, i) => `r-${i}`)

const resourceOf = (id: string) => ({
  id,
  name: `Resource ${id}`,
  owner: 'search',
  tags: ['eu', 'edge'],
  revision: 3,
  payload: { region: 'eu', weights: [1, 2], settings: { retries: 1 }, description: `of ${id}` },
})

export const CASES: readonly Case[] = [
  { endpoint: health, right: (_, n) => ({ status: 'healthy', version: '1', uptime_s: n + 0.5 }), free: ['uptime_s'] },
  {
    endpoint: action,
    right: (call, n) => ({ id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, ...sent(call), status: 'accepted' }),
    free: ['id'],
  },
  {
    endpoint: resource,
    right: ({ expect = '' }) => resourceOf(expect),
    headers: { Etag: '"1"', 'X-Cache': 'HIT' },
    anything: ['payload'],
    different: IDS.length,
  },
  {
    endpoint: resources,
    right({ expect = '' }) {
      const offset = Number(expect.split(' ')[0])
      const items = Array.from({ length: 20 }, (_, i) => ({ id: `r-${offset + i}`, name: `R ${i}`, revision: 1 }))
      return { total: 500, limit: 20, offset, items }
    },
    different: 6,
  },
  {
    endpoint: llmComplete,
    right: (call, n) => ({
      id: `c-${n}`,
      model: sent(call).model,
      completion: `Say\n"${n}"`,
      usage: { prompt_tokens: 8, completion_tokens: 1 + (n % 9) },
    }),
    free: ['id', 'completion', 'prompt_tokens', 'completion_tokens'],
  },
  { endpoint: upload, right: ({ expect }, n) => ({ id: `u-${n}`, size: 4096, sha256: expect }), free: ['id'] },
  {
    endpoint: agentPing,
    right: (call, n) => rpc(call, { agent_id: call.expect, success: true, sent_at: Date.now() + n }),
    free: ['sent_at'],
  },
  {
    endpoint: taskCreate,
    right: (call, n) => rpc(call, { task_id: `t-${n}`, agent_id: call.expect, status: 'submitted' }),
    free: ['task_id'],
  },
  { endpoint: routeMessage, right: (call, n) => rpc(call, { message_id: `m-${n}`, delivered: true }), free: ['message_id'] },
  {
    endpoint: agentDiscover,
    right: (call) => {
      const agents = POOL.map((agent_id) => ({ agent_id, name: `loadgate ${agent_id}`, capabilities: [call.expect] }))
      return rpc(call, { agents, total: POOL.length })
    },
    different: 1,
  },
  {
    endpoint: webhookCreate,
    right: (call, n) => ({ id: `w-${n}`, ...sent(call), created_at: Date.now() + n }),
    free: ['id', 'created_at'],
  },
  { endpoint: eventPublish, right: (call, n) => ({ id: `e-${n}`, type: sent(call).type, matched: 0 }), free: ['id'] },
  { endpoint: webhookList, right: (_, n) => ({ total: 50 + n, items: hooks }), free: ['total'] },
  { endpoint: list, right: () => ({ total: 50, items: hooks }), different: 1 },
  {
    endpoint: agentCard,
    right: () => ({
      ...{ name: 'x', description: 'y', version: '1', capabilities: {}, defaultInputModes: ['text/plain'] },
      ...{ defaultOutputModes: ['text/plain'], skills: [{ id: 's', name: 'x', description: 'y' }] },
      supportedInterfaces: [{ url: 'http://x', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
    }),
    headers: { Etag: '"1"', 'Cache-Control': 'max-age=60' },
    different: 1,
    anything: ['capabilities'],
  },
]

/** One user of an endpoint. */
export class User {
  readonly #case: Case
  readonly #check: (body: string, call: Call, headers: Headers) => CheckResult
  readonly #next: (turn: number) => Call | undefined
  #turn = 0

  constructor(one: Case, quickly: boolean) {
    this.#case = one
    const { endpoint } = one
    const vuState = new VuState(3, 'run')
    vuState.of(Agents).pool = POOL
    if ('session' in endpoint) {
      const session = endpoint.session(vuState, {})
      const check = (quickly ? quickCheckOfSession : strictCheckOfSession)(endpoint, session, {})
      this.#check = (body, call, headers) => check({ status: 200, body, headers }, call)
      this.#next = session.next
    } else {
      const check = (quickly ? quickCheckOf : strictCheckOf)(endpoint, {}, vuState)
      this.#check = (body, { expect = '' }, headers) => check(body, expect, headers)
      const calls = endpoint.calls(seeded(1), { id: IDS })
      this.#next = (turn) => calls[turn % calls.length]
    }
  }

  /** Asks, and is answered with what `change` makes of a valid answer. */
  say(change: (body: string) => string = (body) => body, more: Headers = {}): CheckResult {
    const n = this.#turn++
    const call = this.#next(n) ?? assert.fail('nothing to ask')
    const { right, headers } = this.#case
    const body = change(JSON.stringify(right(call, n)))
    return this.#check(body, call, { 'Content-Type': 'application/json', ...headers, ...more })
  }
}
