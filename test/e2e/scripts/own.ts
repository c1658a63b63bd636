/** A flow with all that a script can have of its own: a login whose token the next requests carry, a check in code, a metric and a gate. */
import { endpoint, metric, plan } from '../../../lib/mod.ts'

const prepared = metric({ name: 'prepared_ms', type: 'trend', unit: 'ms', doc: 'Time that the kitchen says it has taken.' })

const login = endpoint({
  name: 'login',
  method: 'POST',
  path: '/login',
  auth: false,
  body: { user: 'u-{seq}' },
  expect: { status: [200], json: { user: '{user}' } },
  take: { session: 'session' },
})

const order = endpoint({
  name: 'order',
  method: 'GET',
  path: '/orders/:id',
  auth: false,
  headers: { 'X-Session': '{session}' },
  values: { id: '{1..200}' },
  expect: { status: [200], json: { id: '{id}' } },
  check(answer, { values }) {
    const { for: who, ms } = answer.json() as { for?: string; ms?: number }
    if (typeof ms !== 'number') return 'does not say how long it took'
    prepared.add(ms)
    return who === values.session ? undefined : 'is the order of another session'
  },
})

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'own',
  endpoints: [login, order],
  metrics: [prepared],
  profiles: {
    smoke: { rate: 200, duration: 4 },
    ci: { rate: 200, duration: 4 },
    production: { rate: 200, duration: 4 },
  },
  windows: ({ rate, duration }) => [{ name: 'flow', duration, sequence: ['login', 'order'], load: { model: 'open', rate } }],
  thresholds: {
    windows: { flow: { '*': { error_rate: 0, goodput: 0.5, why: 'A kitchen that a test can rely on.' } } },
    run: { dropped_share: 0.4 },
    metrics: { prepared_ms: { p95: 50, why: 'What is eaten warm.' } },
  },
})
