/** What an editor knows of a script: names of windows, endpoints and metrics. Checked by the compiler alone, never run. */
import { endpoint, health, metric, plan } from '../../../lib/mod.ts'

const order = endpoint({
  name: 'order',
  method: 'GET',
  path: '/orders/:id',
  values: { id: '{1..200}' },
  expect: { status: [200], json: { id: '{id}' } },
})
const queued = metric({ name: 'queued_ms', type: 'trend', unit: 'ms', doc: 'Time in the queue.' })

const profiles = {
  smoke: { rate: 50, duration: 10 },
  ci: { rate: 100, duration: 20 },
  production: { rate: 2000, duration: 120 },
}
const why = 'What the shop promises.'
const common = { name: 'orders', endpoints: [order, health], profiles } as const

export const right = plan({
  ...{ ...common, metrics: [queued] },
  windows: ({ rate, duration }, { TIMEOUT }) => [
    { name: 'steady', duration, mix: { order: 1, health: 2 }, load: { model: 'open', rate } },
    [{ name: 'once', duration: TIMEOUT, sequence: ['order'], load: { model: 'once', iterations: 1 } }],
  ],
  otherWindows: ['users'],
  thresholds: {
    windows: { steady: { '*': { p95_ms: 200, why }, order: { error_rate: 0, why } }, once: {}, users: {} },
    metrics: { queued_ms: { p95: 10, why }, retry_after_kept: { min: 1, why } },
  },
  planned: ({ rate }) => ({ queued_ms: rate }),
  setup: ({ size }) => ({ rate: size.rate }),
  teardown: (_, { rate }) => rate.toFixed(),
})

// What the target file has more may be in a mix and may have limits.
plan({
  ...common,
  windows: ({ rate, duration }, _settings, _target, mix) => [{ name: 'steady', duration, mix, load: { model: 'open', rate } }],
  thresholds: { windows: { steady: { basket: { error_rate: 0, why } } } },
})

plan({
  ...common,
  windows: ({ rate, duration }) => [{ name: 'steady', duration, mix: { order: 1 }, load: { model: 'open', rate } }],
  // @ts-expect-error: there is no window of that name
  thresholds: { windows: { stedy: { '*': { p95_ms: 200, why } } } },
})

plan({
  ...common,
  windows: ({ rate, duration }) => [{ name: 'steady', duration, mix: { order: 1 }, load: { model: 'open', rate } }],
  // @ts-expect-error: no limit is called so
  thresholds: { windows: { steady: { '*': { p95: 200, why } } } },
})

plan({
  ...common,
  windows: ({ rate, duration }) => [{ name: 'steady', duration, mix: { order: 1 }, load: { model: 'open', rate } }],
  // @ts-expect-error: a limit without a reason
  thresholds: { windows: { steady: { '*': { p95_ms: 200 } } } },
})

plan({
  ...{ ...common, metrics: [queued] },
  windows: ({ rate, duration }) => [{ name: 'steady', duration, mix: { order: 1 }, load: { model: 'open', rate } }],
  // @ts-expect-error: neither a metric of the script nor one of ours
  thresholds: { windows: { steady: {} }, metrics: { queud_ms: { p95: 10, why } } },
})

plan({
  ...common,
  windows: ({ rate, duration }) => [{ name: 'steady', duration, mix: { order: 1 }, load: { model: 'open', rate } }],
  // @ts-expect-error: a metric that the script does not have
  thresholds: { windows: { steady: {} }, metrics: { queued_ms: { p95: 10, why } } },
})

plan({
  ...common,
  // @ts-expect-error: no profile has that number
  windows: ({ rate, seconds }) => [{ name: 'steady', duration: seconds, mix: { order: 1 }, load: { model: 'open', rate } }],
})

plan({
  ...common,
  windows: ({ rate, duration }) => [
    // @ts-expect-error: there is no such model
    { name: 'steady', duration, mix: { order: 1 }, load: { model: 'opened', rate } },
  ],
})

// @ts-expect-error: nobody knows the verb
endpoint({ name: 'order', method: 'FETCH', path: '/' })
// @ts-expect-error: a check says what is wrong, not whether
endpoint({ name: 'order', method: 'GET', path: '/', check: ({ status }) => status === 200 })
// @ts-expect-error: k6 has another name for it
metric({ name: 'queued_ms', type: 'histogram', unit: 'ms', doc: '' })
// @ts-expect-error: tags are texts
queued.add(1, { tries: 2 })
