/** A metric and a gate of one's own: pages must stay small, and most items must come from the cache. */
import { endpoint, metric, plan } from 'loadgate'

const pageBytes = metric({ name: 'page_bytes', type: 'trend', unit: 'bytes', doc: 'Size of a page of items.' })
const uncached = metric({ name: 'uncached', type: 'counter', unit: 'count', doc: 'Items that the cache did not have.' })

const page = endpoint({
  name: 'page',
  method: 'GET',
  path: '/api/v1/resources',
  query: { limit: 50, offset: '{offset}' },
  values: { offset: '{0..450}' },
  expect: { json: { limit: 50, offset: '{offset}' } },
  // Its items are looked at here, which is more than words can say.
  check: (answer, { values }) => {
    pageBytes.add(answer.body.length)
    const { offset, items } = answer.json() as { offset: number; items: unknown[] }
    return String(offset) === String(values.offset) && items.length === 50 ? undefined : 'is another page than the one asked for'
  },
})

const item = endpoint({
  name: 'item',
  method: 'GET',
  path: '/api/v1/resource/:id',
  values: { id: 'r-{0000..0099}' },
  expect: { json: { id: '{id}' } },
  check: ({ headers }) => {
    if (headers['X-Cache'] === 'MISS') uncached.add(1)
    return headers['X-Cache'] === undefined ? 'does not say whether it came from the cache' : undefined
  },
})

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'sizes',
  description: 'Pages stay small, and the cache is used',
  endpoints: [page, item],
  metrics: [pageBytes, uncached],
  profiles: {
    smoke: { rate: 100, duration: 5 },
    ci: { rate: 100, duration: 10 },
    production: { rate: 1000, duration: 60 },
  },
  windows: ({ rate, duration }) => [{ name: 'steady', duration, mix: { page: 1, item: 1 }, load: { model: 'open', rate } }],
  // Every item is uncached once.
  planned: ({ rate, duration }) => ({ uncached: (rate * duration) / 2 }),
  thresholds: {
    windows: { steady: { '*': { error_rate: 0.001, why: 'What the shop promises.' } } },
    metrics: {
      page_bytes: { p95: 20_000, why: 'A page must come over a slow line in a second.' },
      uncached: { max_share: 0.9, why: 'Without its cache the shop would not hold the load of a sale.' },
    },
  },
})
