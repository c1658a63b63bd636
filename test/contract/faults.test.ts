import assert from 'node:assert/strict'
import { after as afterAll, before as beforeAll, test } from 'node:test'
import { CATALOGUE } from '../../gateway/faults/catalogue.ts'
import type { FaultEntry } from '../../gateway/faults/fault.ts'
import type { AnyEndpoint } from '../../lib/endpoint/endpoint.ts'
import { FORMS } from '../../lib/refusals/unauthorized.ts'
import { REFUSAL_NAMES } from '../../lib/target/contract.ts'
import { allDescriptors } from './descriptors.ts'
import { openReference, type Running } from './gateway.ts'
import { after, before } from './lives.ts'
import type { Outcome, Vu } from './vu.ts'

const ONLY_LATE = 'every answer is right, only late: that is for the latency gates'
const PROCESS = 'it is about the whole process, not about an answer'
const CONNECTIONS = 'the answers are right; what is wrong is what becomes of the connection'
const ELSEWHERE = (file: string) => `${file} is about it`

/** Faults that no check of an answer can see, and why. Every other one must be seen. */
const NOT_FOR_JUDGES: Readonly<Record<string, string>> = {
  latency: ONLY_LATE,
  latency_ramp: ONLY_LATE,
  latency_bimodal: ONLY_LATE,
  slow_body: ONLY_LATE,
  slow_headers: ONLY_LATE,
  stall: PROCESS,
  refuse_connections: PROCESS,
  memory_leak: PROCESS,
  cpu_burn: PROCESS,
  connection_leak: PROCESS,
  worker_restart: PROCESS,
  parser_says_400: PROCESS,
  slow_connect: PROCESS,
  reused_reset: CONNECTIONS,
  close_after_answer: CONNECTIONS,
  stale_content: 'an older revision looks like any other to whoever has not seen the newer',
  another_body: 'whoever has not seen the list, or the resource before, cannot know what it should say',
  cache_always_stale: 'an older revision looks like any other to whoever has not seen the newer',
  cache_never_hits: 'a miss is as right as a hit; their share is for the metrics of the gateway',
  rpc_lists_gone_agents: 'the count of agents at the end of `a2a` is about it, not the answer to one request',
  metrics_relabelled: 'pages of metrics are compared by the command alone',
  last_token_only: 'one token alone is never refused; the control probe has another than k6',
  metrics_frozen: 'one page of metrics does not show it; the monitor compares pages',
  sse_wrong_event: ELSEWHERE('sse.test.ts'),
  sse_ignores_last_event_id: 'the short streams of events never resume; sse.test.ts is about those that do',
  never_limits: ELSEWHERE('limiter.test.ts'),
  limits_too_early: ELSEWHERE('limiter.test.ts'),
  no_retry_after: ELSEWHERE('limiter.test.ts'),
  wrong_retry_after: ELSEWHERE('limiter.test.ts'),
  keeps_limiting: 'no single answer shows it: `burst` comes back when it was told to',
  token_endpoint_down: ELSEWHERE('auth.test.ts'),
  token_endpoint_401: ELSEWHERE('auth.test.ts'),
  ws_lost_event: ELSEWHERE('websocket.test.ts'),
  ws_duplicate_event: ELSEWHERE('websocket.test.ts'),
  ws_reordered_events: ELSEWHERE('websocket.test.ts'),
  ws_refuses: ELSEWHERE('websocket.test.ts'),
  ws_drops: ELSEWHERE('websocket.test.ts'),
  ws_delays_pongs: ELSEWHERE('websocket.test.ts'),
  ws_no_pongs: ELSEWHERE('websocket.test.ts'),
  ws_wrong_frame: ELSEWHERE('websocket.test.ts'),
  ws_no_greeting: ELSEWHERE('websocket.test.ts'),
  ws_ignores_subscriptions: ELSEWHERE('websocket.test.ts'),
  ws_ignores_close: ELSEWHERE('websocket.test.ts'),
  ws_clock_ahead: ELSEWHERE('websocket.test.ts'),
  ws_late_events: ELSEWHERE('websocket.test.ts'),
}

/** Shares and numbers that a stream of three events can show. */
const ORDERS: Readonly<Record<string, object>> = {
  rejects_good_tokens: { share: 1 },
  sse_lost_event: { share: 0.5 },
  sse_duplicate_event: { share: 0.5 },
  sse_reordered_events: { share: 0.5 },
  sse_stalls: { after_events: 1 },
  sse_closes_early: { after_events: 1 },
}

/** An answer that never ends is waited for until then. */
const HANGS: Readonly<Record<string, number>> = { sse_stalls: 300 }

/** Faults that show only in what is asked for later. */
const SHOWN_LATER = ['webhook_delivered_twice', 'webhook_never_delivered', 'webhook_id_unusable']

/** Where a fault acts and yet nothing about the answer is wrong. */
const HARMLESS: readonly (readonly [fault: string, endpoint: string, why: string])[] = [
  ['action_id_repeated', 'late_body', 'it asks whether a late body is borne; ids are the subject of `action`'],
  ['ignores_if_none_match', 'agent_card', 'it asks for the whole answer; `agent_card_cached` does not'],
  ['ignores_if_none_match', 'resource', 'it asks for the whole answer'],
  ...Object.keys(FORMS).map((form) => ['ignores_if_none_match', `resource.${form}`, 'it is refused'] as const),
  ['ignores_if_none_match', 'unknown_id', 'it is refused'],
  ['not_found', 'unknown_id', 'it asks for what there is not'],
  ['webhook_id_unusable', 'register', 'what it shows is asked for by `webhook_stats`, which knows webhooks of its own only'],
]

const descriptors = await allDescriptors()
const named = (name: string): AnyEndpoint => descriptors.get(name) ?? assert.fail(`no descriptor ${name}`)
let gateway: Running
beforeAll(async () => {
  gateway = await openReference()
})
afterAll(() => gateway.close())

const ASKED = 3

async function askAll(vu: Vu, names: readonly string[]): Promise<(Outcome | null)[]> {
  const outcomes: (Outcome | null)[] = []
  for (const name of names) outcomes.push(await vu.ask(named(name)))
  return outcomes
}

/** Asks with the fault on; undefined where the fault has nothing to act on, else what was not right. */
async function noticed({ name: fault }: FaultEntry, endpoint: AnyEndpoint, at: string): Promise<string[] | undefined> {
  const vu = await gateway.vu()
  const { name } = endpoint
  for (const outcome of await askAll(vu, before(name))) assert.equal(outcome ?? undefined, undefined, 'before the fault')
  const off = gateway.arm({ name: fault, endpoint: at, ...ORDERS[fault] })
  vu.patienceMs = HANGS[fault] ?? vu.patienceMs
  const times = Math.max(ASKED, Math.min(vu.count(endpoint), 6))
  const wrong: string[] = []
  for (let turn = 0; turn < times && wrong.length === 0; turn++) {
    const outcome = await vu.ask(endpoint)
    if (typeof outcome === 'string') wrong.push(outcome)
  }
  if (SHOWN_LATER.includes(fault)) wrong.push(...(await askAll(vu, after(name))).filter((outcome) => typeof outcome === 'string'))
  return off() === 0 ? undefined : wrong
}

test('every fault of the gateway is checked here, or there is a reason why not', () => {
  for (const fault of [...Object.keys(NOT_FOR_JUDGES), ...Object.keys(ORDERS), ...SHOWN_LATER])
    assert.ok(CATALOGUE.has(fault), fault)
})

/** Faults seen, by endpoint. */
const met = new Map<string, number>()

for (const entry of CATALOGUE.values()) {
  if (entry.name in NOT_FOR_JUDGES) continue
  test(`${entry.name} is seen wherever it acts: ${entry.doc}`, async () => {
    gateway.forget()
    const seen: string[] = []
    const unseen: string[] = []
    for (const [name, endpoint] of descriptors) {
      const at = gateway.endpointOf(endpoint)
      if (at === undefined || (entry.endpoints !== 'any' && !entry.endpoints.some((each) => each === at))) continue
      const wrong = await noticed(entry, endpoint, at)
      if (wrong !== undefined && !HARMLESS.some(([fault, harmless]) => fault === entry.name && harmless === name))
        (wrong.length > 0 ? seen : unseen).push(name)
    }
    for (const name of seen) met.set(name, (met.get(name) ?? 0) + 1)
    assert.deepEqual(unseen, [])
    assert.ok(seen.length > 0, 'it acts nowhere')
  })
}

test('every endpoint of the contract has met faults of each kind that acts on all', () => {
  // A 304 has no body to be cut off in.
  const onAll = [...CATALOGUE.values()].filter(({ group, endpoints }) => group === 'errors' && endpoints === 'any')
  const kinds = onAll.filter(({ name }) => name !== 'close_mid_body').length
  for (const name of descriptors.keys())
    if (!REFUSAL_NAMES.includes(name)) assert.ok((met.get(name) ?? 0) >= kinds, `${name} has met ${met.get(name) ?? 0} faults`)
})
