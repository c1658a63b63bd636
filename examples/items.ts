/** An endpoint of one's own, and what a valid answer of it is: `loadgate run examples/items.ts`. */
import { endpoint, plan } from 'loadgate'

const item = endpoint({
  name: 'item',
  method: 'GET',
  path: '/api/v1/resource/:id',
  values: { id: 'r-{0000..0499}' },
  expect: { status: [200], json: { id: '{id}', revision: { type: 'integer' } } },
})

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'items',
  description: 'Items are read at an even rate',
  endpoints: [item],
  profiles: {
    smoke: { rate: 60, duration: 5 },
    ci: { rate: 100, duration: 10 },
    production: { rate: 1000, duration: 60 },
  },
  windows: ({ rate, duration }) => [{ name: 'steady', duration, mix: { item: 1 }, load: { model: 'open', rate } }],
  thresholds: {
    windows: { steady: { '*': { p95_ms: 300, error_rate: 0.001, why: 'What the page that shows an item needs.' } } },
  },
})
