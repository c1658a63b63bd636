/**
 * The requests that every contender sends: those of the script of the same name, with the same headers and bodies, made once.
 * Knows neither k6 nor Node, so that both can read it.
 */

/** Scenarios of each mix: a mix by weights, or a sequence that each iteration sends whole; iterations a second for a rate of `r`. */
export const MIXES = {
  http: [{ name: 'users', mix: { health: 10, resource: 8, resources: 5, action: 3 }, rate: (r) => r }],
  gateway: [
    { name: 'monitor', mix: { health: 1 }, rate: (r) => r * 0.1 },
    { name: 'api', mix: { resource: 5, action: 3, resources: 2 }, rate: (r) => r * 0.6 },
    // All of its requests within one second of each five.
    { name: 'bursty', mix: { resource: 4, health: 1 }, rate: (r) => r * 0.3, every: 5 },
  ],
  a2a: [
    {
      name: 'agents',
      mix: { agent_ping: 5, agent_discover: 3, task_create: 2, task_query: 2, rpc_stats: 1, route_message: 1 },
      rate: (r) => r,
    },
    {
      name: 'lives',
      sequence: [
        ...['agent_register', 'agent_ping', 'agent_discover', 'task_create', 'task_get'],
        ...['task_query', 'rpc_batch', 'task_cancel', 'task_get', 'agent_unregister'],
      ],
      rate: (r) => r / 100,
    },
  ],
  integration: [
    {
      name: 'mix',
      mix: { llm_complete: 40, webhook_create: 20, event_publish: 30, webhook_list: 5, webhook_stats: 3, upload: 2 },
      rate: (r) => r,
    },
    {
      name: 'delivery',
      sequence: [
        ...['webhook_create', 'webhook_create', 'event_publish', 'event_publish'],
        ...['event_publish', 'event_publish', 'webhook_stats', 'webhook_stats'],
      ],
      rate: (r) => r / 50,
    },
  ],
}

const JSON_BODY = { 'Content-Type': 'application/json' }
const BINARY_BODY = { 'Content-Type': 'application/octet-stream', 'X-Filename': 'loadgate.txt' }
const get = (path) => ({ method: 'GET', path, body: null, headers: {}, authorized: true })
const post = (path, body, headers = JSON_BODY) => ({ method: 'POST', path, body, headers, authorized: true })
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i))

const AGENTS = 8
const rpcBody = (method, params, id) => ({ jsonrpc: '2.0', id, method, params })
const rpc = (method, paramsOf, count = AGENTS) =>
  times(count, (i) => post('/api/v1/jsonrpc', JSON.stringify(rpcBody(method, paramsOf(`lg-bench-${i}`, i), `1-${i}`))))
const register = (agent_id) => ({ agent_id, name: `loadgate ${agent_id}`, capabilities: ['loadgate-pool-bench', agent_id] })
/** No such task: the answer is an error, which costs whoever does not read it no more than another. */
const task = () => ({ task_id: '00000000-0000-4000-8000-000000000000' })

const integration = '/api/v1/integration'

/** Requests of each endpoint, sent in turn. */
const REQUESTS = {
  health: () => [{ ...get('/api/v1/health'), authorized: false }],
  resource: () => times(50, (i) => get(`/api/v1/resource/r-${String(i * 10).padStart(4, '0')}`)),
  resources: () => times(5, (i) => get(`/api/v1/resources?limit=20&offset=${i * 20}`)),
  action: () =>
    times(16, (i) => {
      const ref = `lg-${(i * 268435399).toString(16)}`
      return post('/api/v1/action', JSON.stringify({ action: 'loadgate.noop', payload: { value: 42 }, ref }))
    }),
  agent_register: () => rpc('agent.register', register),
  agent_ping: () => rpc('agent.ping', (agent_id) => ({ agent_id })),
  agent_discover: () => rpc('agent.discover', () => ({ capability: 'loadgate-pool-bench', limit: 10 }), 1),
  agent_unregister: () => rpc('agent.unregister', (agent_id) => ({ agent_id: `${agent_id}-gone` })),
  task_create: () => rpc('task.create', (agent_id) => ({ agent_id, type: 'loadgate.noop', input: { value: 42 } })),
  task_get: () => rpc('task.get', task, 1),
  task_cancel: () => rpc('task.cancel', task, 1),
  task_query: () => rpc('task.query', (agent_id) => ({ agent_id, limit: 2 })),
  rpc_stats: () => rpc('health.get_stats', () => ({}), 1),
  route_message: () =>
    rpc('route.message', (from, i) => ({ from, to: `lg-bench-${(i + 1) % AGENTS}`, message: { text: 'Is anybody there?' } })),
  rpc_batch: () =>
    times(AGENTS, (i) => {
      const params = { agent_id: `lg-bench-${i}` }
      const { id, ...notification } = rpcBody('agent.ping', params, `1-batch-${i}-ping`)
      const batch = [{ ...notification, id }, notification, rpcBody('health.get_stats', {}, `1-batch-${i}-stats`)]
      return post('/api/v1/jsonrpc', JSON.stringify(batch))
    }),
  llm_complete: () =>
    times(16, (i) => {
      const prompt = `Say something about the number ${123456789 + i * 50000000}.`
      return post(`${integration}/llm/complete`, JSON.stringify({ model: 'loadgate-small', prompt, max_tokens: 32 }))
    }),
  webhook_create: () =>
    times(16, (i) =>
      post(
        `${integration}/webhooks`,
        JSON.stringify({ url: 'internal:sink', events: [`lg.bench.1.s0.${i + 1}`, `lg.bench.1.s0.${i}`] }),
      ),
    ),
  event_publish: () =>
    times(16, (i) => post(`${integration}/events/publish`, `{"type":"lg.bench.1.s9.${i}","data":{"value":42}}`)),
  webhook_list: () => [get(`${integration}/webhooks?limit=50&offset=0`)],
  webhook_stats: () => [get(`${integration}/webhooks/wh-none/stats`)],
  upload: () =>
    times(4, (i) => post(`${integration}/storage/upload`, `loadgate upload ${i + 1}\n`.repeat(1000).slice(0, 4096), BINARY_BODY)),
}

/** Requests to be sent before the load, so that those of the mix find what they are about. */
export const preparations = (mix) => (mix === 'a2a' ? REQUESTS.agent_register() : [])

/** One cycle of a scenario; each turn says which endpoint it is, and gives that one's requests in turn. */
export function cycleOf({ mix, sequence }) {
  // Spread over the cycle, so that no endpoint comes in clumps.
  const names =
    sequence ??
    Object.entries(mix)
      .flatMap(([name, weight]) => times(weight, (i) => ({ name, at: (i + 0.5) / weight })))
      .sort((a, b) => a.at - b.at)
      .map(({ name }) => name)
  const requests = Object.fromEntries([...new Set(names)].map((name) => [name, REQUESTS[name]()]))
  return names.map((name) => ({ name, requests: requests[name] }))
}

/** A mix as one list, for generators that want it so. */
export function turnsOf(mix, count) {
  const cycle = cycleOf(MIXES[mix][0])
  return times(count, (turn) => {
    const { name, requests } = cycle[turn % cycle.length]
    return { name, ...requests[Math.floor(turn / cycle.length) % requests.length] }
  })
}
