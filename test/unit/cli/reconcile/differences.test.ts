import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Counted } from '../../../../cli/reconcile/counters.ts'
import { compareCounts } from '../../../../cli/reconcile/differences.ts'
import type { ReconciliationRow } from '../../../../cli/reconcile/reconciliation-model.ts'
import type { Sent } from '../../../../cli/reconcile/sent.ts'

const NONE = { interrupted: 0, unpushed: 0 }
const PLACES = {
  health: [{ method: 'GET', route: '/health' }],
  setup: [{ method: 'GET', route: '/health' }],
  item: [{ method: 'GET', route: '/items/:id' }],
  auth: [
    { method: 'POST', route: '/auth/token' },
    { method: 'POST', route: '/auth/refresh' },
  ],
  nowhere: [{ method: 'GET', route: '/no-such-route' }],
}
const k6 = (endpoint: string, count: number, status = 200): Sent => ({ endpoint, by: 'k6', status, count })
const there = (line: string, count: number, status = '200'): Counted => {
  const [method = '', route = ''] = line.split(' ')
  return { method, route, status, count }
}
const rows = (sent: Sent[], counted: Counted[], tolerance = NONE) => compareCounts(PLACES, sent, counted, tolerance)
const only = (sent: Sent[], counted: Counted[], tolerance = NONE): ReconciliationRow => {
  const all = rows(sent, counted, tolerance)
  assert.equal(all.length, 1)
  return all[0] as ReconciliationRow
}
const verdictOf = ({ elsewhere, lost, extra }: ReconciliationRow) => ({ elsewhere, lost, extra })

test('what was sent is what was counted: names that share a route, and the probe, together', () => {
  const row = only([k6('health', 100), k6('setup', 1), { ...k6('health', 20), by: 'probe' }], [there('GET /health', 121)])
  assert.deepEqual(
    { ...row, endpoints: row.endpoints.toSorted() },
    {
      endpoints: ['health', 'setup'],
      routes: ['GET /health'],
      k6: 101,
      probe: 20,
      unanswered: 0,
      unansweredK6: 0,
      counted: 121,
      elsewhere: 0,
      lost: 0,
      extra: 0,
      statuses: [],
    },
  )
})

test('answers that the gateway did not count came from elsewhere', () => {
  assert.deepEqual(verdictOf(only([k6('health', 100)], [there('GET /health', 90)])), { elsewhere: 10, lost: 0, extra: 0 })
})

test('answers of a status that the gateway did not give are not its own, even where the numbers agree', () => {
  const row = only([k6('health', 90), k6('health', 10, 503)], [there('GET /health', 100)])
  assert.equal(row.elsewhere, 10)
  assert.deepEqual(row.statuses, [{ status: 503, got: 10, counted: 0 }])
})

test('an answer that broke off has a status for k6, and none for the gateway', () => {
  const counted = [there('GET /health', 95), there('GET /health', 5, '499')]
  assert.deepEqual(verdictOf(only([k6('health', 100)], counted)), { elsewhere: 0, lost: 0, extra: 0 })
  assert.deepEqual(only([k6('health', 100)], counted).statuses, [])
})

test('a counter with classes of statuses, or with none, is compared by what it has', () => {
  const sent = [k6('health', 90), k6('health', 10, 204)]
  assert.equal(only(sent, [there('GET /health', 100, '2xx')]).elsewhere, 0)
  assert.equal(only([...sent, k6('health', 5, 503)], [there('GET /health', 105, '2xx')]).elsewhere, 5)
  assert.equal(only([...sent, k6('health', 5, 503)], [there('GET /health', 105, '')]).elsewhere, 0)
})

test('a request without an answer may have been counted or not; what was not is lost', () => {
  const sent = [k6('health', 90), k6('health', 10, 0)]
  assert.deepEqual(verdictOf(only(sent, [there('GET /health', 90)])), { elsewhere: 0, lost: 10, extra: 0 })
  assert.deepEqual(verdictOf(only(sent, [there('GET /health', 90), there('GET /health', 6, '499')])), {
    elsewhere: 0,
    lost: 4,
    extra: 0,
  })
  assert.deepEqual(verdictOf(only(sent, [there('GET /health', 100)])), { elsewhere: 0, lost: 0, extra: 0 })
})

test('what was counted beyond what was sent is extra, less what k6 cut off itself', () => {
  const counted = [there('GET /health', 105)]
  assert.equal(only([k6('health', 100)], counted).extra, 5)
  assert.equal(only([k6('health', 100)], counted, { interrupted: 3, unpushed: 1 }).extra, 1)
  assert.equal(only([k6('health', 100)], counted, { interrupted: 3, unpushed: 2 }).extra, 0)
  // A client that left before its answer was whole is one that k6 did not count.
  assert.equal(only([k6('health', 100)], [there('GET /health', 100), there('GET /health', 5, '499')]).extra, 0)
})

test('a template is the same route however it is written', () => {
  for (const route of ['/items/:id', '/items/{id}', '/items/<item>'])
    assert.deepEqual(verdictOf(only([k6('item', 7)], [there(`GET ${route}`, 7)])), { elsewhere: 0, lost: 0, extra: 0 })
})

test('a name with two routes is counted under both together', () => {
  const row = only([k6('auth', 5)], [there('POST /auth/token', 2), there('POST /auth/refresh', 3)])
  assert.deepEqual(row.routes, ['POST /auth/token', 'POST /auth/refresh'])
  assert.deepEqual(verdictOf(row), { elsewhere: 0, lost: 0, extra: 0 })
})

test('a path that does not exist is held against the routes that are nobody’s', () => {
  const sent = [k6('health', 10), k6('nowhere', 4, 404)]
  const [, reconciled] = rows(sent, [there('GET /health', 10), there('GET unmatched', 4, '404')])
  assert.deepEqual(reconciled && verdictOf(reconciled), { elsewhere: 0, lost: 0, extra: 0 })
  const [, missing] = rows(sent, [there('GET /health', 10)])
  assert.deepEqual(missing && { endpoints: missing.endpoints, ...verdictOf(missing) }, {
    endpoints: ['nowhere'],
    elsewhere: 4,
    lost: 0,
    extra: 0,
  })
})

test('a path that climbs may end on any route: what is too much there has come from it', () => {
  const sent = [k6('health', 10), k6('nowhere', 6, 404)]
  const all = rows(sent, [there('GET /health', 10), there('GET /health', 2, '404'), there('GET unmatched', 4, '404')])
  assert.deepEqual(all.map(verdictOf), Array(2).fill({ elsewhere: 0, lost: 0, extra: 0 }))
  assert.deepEqual(
    all.map(({ counted }) => counted),
    [10, 6],
  )
})

test('a head that is too large is refused before there is a route', () => {
  assert.deepEqual(verdictOf(only([k6('health', 10), k6('health', 2, 431)], [there('GET /health', 10)])), {
    elsewhere: 0,
    lost: 0,
    extra: 0,
  })
})

test('a handshake is one request, whatever status the gateway writes for it', () => {
  const socket: Sent = { ...k6('health', 50, 101), socket: true }
  assert.deepEqual(verdictOf(only([socket], [there('GET /health', 50)])), { elsewhere: 0, lost: 0, extra: 0 })
  assert.equal(only([socket], [there('GET /health', 49)]).elsewhere, 1)
})

test('traffic of others is extra on routes of this run and on others', () => {
  const [own, others] = rows([k6('health', 10)], [there('GET /health', 13), there('GET /else', 7)])
  assert.equal(own?.extra, 3)
  assert.deepEqual(others && { endpoints: others.endpoints, extra: others.extra }, { endpoints: [], extra: 7 })
})

test('a counter without methods is compared by route', () => {
  assert.deepEqual(verdictOf(only([k6('health', 3)], [{ method: '', route: '/health', status: '200', count: 3 }])), {
    elsewhere: 0,
    lost: 0,
    extra: 0,
  })
})

test('whatever is sent: a gateway that counts each request reconciles, one fewer or one more does not', () => {
  const routes = { health: 'GET /health', item: 'GET /items/:id', nowhere: 'GET unmatched' } as const
  const one = fc.record({
    endpoint: fc.constantFrom(...(Object.keys(routes) as (keyof typeof routes)[])),
    status: fc.constantFrom(200, 201, 404, 429, 500, 503),
    count: fc.integer({ min: 1, max: 1000 }),
    by: fc.constantFrom('k6' as const, 'probe' as const),
  })
  fc.assert(
    fc.property(fc.array(one, { minLength: 1 }), fc.nat(), (sent, place) => {
      const counted = sent.map(({ endpoint, status, count }) => there(routes[endpoint], count, String(status)))
      for (const row of rows(sent, counted)) assert.deepEqual(verdictOf(row), { elsewhere: 0, lost: 0, extra: 0 })
      const sums = (changed: number) => {
        const at = place % counted.length
        const other = counted.map((of, i) => (i === at ? { ...of, count: of.count + changed } : of))
        return rows(sent, other).reduce(
          (all, { elsewhere, extra }) => ({ elsewhere: all.elsewhere + elsewhere, extra: all.extra + extra }),
          { elsewhere: 0, extra: 0 },
        )
      }
      assert.deepEqual(sums(-1), { elsewhere: 1, extra: 0 })
      assert.deepEqual(sums(1), { elsewhere: 0, extra: 1 })
    }),
  )
})

test('what has no place may be counted anywhere, and beside what may be missing, too; what is nowhere is missing', () => {
  const known = [k6('health', 100), k6('health', 12, 431), k6('nowhere', 9, 400), k6('item', 50)]
  const sent = [...known, k6('a name of its own', 5)]
  const off = (counted: Counted[]) => rows(sent, counted).filter(({ elsewhere, extra }) => elsewhere + extra > 0)
  // Two among those whose head was too large, three that are too many elsewhere; the 400s were not counted.
  const all = [there('GET /health', 102), there('GET /items/:id', 51), there('GET unmatched', 2)]
  assert.deepEqual(off(all), [])
  const [missing, ...others] = off([there('GET /health', 101), ...all.slice(1)])
  assert.deepEqual([missing?.endpoints, missing?.elsewhere, others], [['a name of its own'], 1, []])
  const [extra] = off([...all, there('GET /items/:id', 7)])
  assert.deepEqual([extra?.routes, extra?.extra], [['GET /items/:id'], 3])
})

test('where nobody knows whether a path that climbs was refused or counted elsewhere, it explains what is too much there', () => {
  const vague: Sent = { ...k6('nowhere', 10, 400), known: 'class' }
  const there10 = [there('GET /health', 104), there('GET unmatched', 4, '404')]
  const extra = (sent: Sent[]) => rows(sent, there10).map((row) => row.extra)
  assert.deepEqual(extra([k6('health', 100), vague]), [0, 0])
  assert.deepEqual(extra([k6('health', 100), k6('nowhere', 10, 400)]), [4, 0])
  assert.deepEqual(extra([k6('health', 97), vague]), [1, 0])
})
