import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundOf, type Change, compare, defaultOf } from '../../../../cli/gates/compare.ts'
import { metricBoundOf } from '../../../../lib/gates/metric.ts'
import { limitsSchema, metricLimitsSchema, readThresholds, type Thresholds } from '../../../../lib/gates/thresholds.ts'
import { METRICS, type MetricName } from '../../../../lib/metrics/list.ts'
import { refuses } from '../../lib/refuses.ts'

const file = (limits: Partial<Thresholds>) => ({ path: 'mine.json', limits: { windows: {}, ...limits } })
const spike = (limits: object, more: Partial<Thresholds> = {}, endpoint = '*') =>
  file({ windows: { spike: { [endpoint]: { why: 'so', ...limits } } }, ...more })
const shown = (changes: readonly Change[]): string[] =>
  changes.map(({ kind, place, key, old, new: now }) =>
    [
      kind,
      ...place,
      key,
      old?.limit ?? 'none',
      now?.limit ?? 'none',
      ...(old?.byDefault || now?.byDefault ? ['default'] : []),
    ].join(' '),
  )
const changed = (...pair: Parameters<typeof compare>): string[] => shown(compare(...pair).changes)

test('every limit of a thresholds file has a direction, asked of its gate', () => {
  const latencies = ['p50_ms', 'p90_ms', 'p95_ms', 'p99_ms', 'p999_ms', 'max_ms', 'late_ms', 'late_share']
  const most = [...latencies, 'error_rate', 'shed_rate', 'failed_checks', 'rpc_errors', 'new_connections']
  for (const key of most) assert.equal(boundOf(key), 'max', key)
  for (const key of ['goodput', 'rps', 'shed_min', 'shed_excess']) assert.equal(boundOf(key), 'min', key)
  for (const key of Object.keys(limitsSchema.entries)) assert.equal(boundOf(key) === undefined, key === 'why', key)
  assert.equal(boundOf('dropped_share'), 'max')
  const ofMetric = (metric: MetricName, key: string) => metricBoundOf(metric, key, 'f')
  const kinds = { counter: ['min', 'max'], trend: ['p50', 'p95', 'p99', 'largest', 'p50_min'], gauge: ['min', 'max'], rate: [] }
  const seen = new Set<string>()
  for (const [name, { type }] of Object.entries(METRICS) as [MetricName, { type: keyof typeof kinds }][])
    for (const key of [...kinds[type], ...(type === 'counter' ? ['min_share', 'max_share'] : [])]) {
      seen.add(key)
      assert.equal(ofMetric(name, key), /min/.test(key) ? 'min' : 'max', `${name}.${key}`)
    }
  assert.deepEqual(seen, new Set(Object.keys(metricLimitsSchema.entries).filter((key) => key !== 'why')))
})

test('what no file says holds by default', () => {
  assert.deepEqual(['failed_checks', 'rpc_errors', 'shed_rate', 'dropped_share', 'p95_ms'].map(defaultOf), [
    0,
    0,
    0,
    0.01,
    undefined,
  ])
})

test('a limit goes up or down, comes or goes', () => {
  assert.deepEqual(
    changed(
      spike({ p95_ms: 100, goodput: 0.99, p99_ms: 200, error_rate: 0 }, { metrics: { ws_ping_ms: { p95: 50, why: 'so' } } }),
      spike({ p95_ms: 150, goodput: 0.9, rps: 5, error_rate: 0 }, { metrics: { ws_ping_ms: { p95: 40, why: 'so' } } }),
    ),
    [
      'loosened windows spike * p95_ms 100 150',
      'loosened windows spike * goodput 0.99 0.9',
      'added windows spike * rps none 5',
      'removed windows spike * p99_ms 200 none',
      'tightened metrics ws_ping_ms p95 50 40',
    ],
  )
})

test('a limit that overrides what holds by default is a looser one, and its end a tighter one', () => {
  const loose = spike({ error_rate: 0, failed_checks: 5, shed_rate: 0.1 }, { run: { dropped_share: 0.05 } })
  assert.deepEqual(changed(spike({ error_rate: 0 }), loose), [
    'loosened windows spike * failed_checks 0 5 default',
    'loosened windows spike * shed_rate 0 0.1 default',
    'loosened run dropped_share 0.01 0.05 default',
  ])
  assert.deepEqual(changed(loose, spike({ error_rate: 0 })), [
    'tightened windows spike * failed_checks 5 0 default',
    'tightened windows spike * shed_rate 0.1 0 default',
    'tightened run dropped_share 0.05 0.01 default',
  ])
  assert.deepEqual(changed(spike({ error_rate: 0 }), spike({ error_rate: 0 }, { run: { dropped_share: 0.01 } })), [])
})

test('an endpoint that says nothing of its own has what all have', () => {
  const all = { '*': { error_rate: 0, failed_checks: 3, why: 'so' } }
  const own = { ...all, health: { failed_checks: 2, why: 'so' } }
  assert.deepEqual(changed(file({ windows: { spike: all } }), file({ windows: { spike: own } })), [
    'tightened windows spike health failed_checks 3 2 default',
  ])
})

test('a window or a file that is gone takes all its gates with it', () => {
  const gone = ['removed windows spike * error_rate 0 none', 'removed windows spike * shed_rate 0.1 none']
  assert.deepEqual(changed(spike({ error_rate: 0, shed_rate: 0.1 }), file({})), gone)
  assert.deepEqual(changed(spike({ error_rate: 0, shed_rate: 0.1 }), undefined), gone)
  assert.deepEqual(changed(undefined, spike({ error_rate: 0 })), ['added windows spike * error_rate none 0'])
})

test('a window may have the name that the run goes by, or one of the language', () => {
  const named = (name: string, p95_ms: number) => file({ windows: { [name]: { '*': { p95_ms, why: 'so' } } } })
  for (const name of ['run', 'toString'])
    assert.deepEqual(changed(named(name, 1), named(name, 2)), [`loosened windows ${name} * p95_ms 1 2`])
  assert.deepEqual(changed(file({}), named('toString', 2)), ['added windows toString * p95_ms none 2'])
})

test('a reason that has changed is said, with or without its limits', () => {
  assert.deepEqual(compare(spike({ p95_ms: 1, why: 'a' }), spike({ p95_ms: 1, why: 'b' })), {
    changes: [],
    reasons: [{ place: ['windows', 'spike', '*'], old: 'a', new: 'b' }],
  })
  assert.deepEqual(compare(spike({ p95_ms: 1 }), undefined).reasons, [])
})

test('a metric that no script has is refused', () => {
  refuses(
    () => compare(file({}), file({ metrics: { ws_hold: { min: 1, why: 'so' } } })),
    'mine.json: metrics.ws_hold: unknown metric; did you mean "ws_held"?',
  )
})

test('connections and the slow tail are compared as they hold', () => {
  const of = (limits: object) => file({ windows: { spike: { '*': { error_rate: 0, why: 'so', ...limits } } } })
  const kinds = (old: object, now: object) =>
    compare(of(old), of(now)).changes.map(({ kind, key, old: was }) => [kind, key, was?.limit])
  const tail = { late_ms: 1000, late_share: 0.005 }
  assert.deepEqual(kinds(tail, { ...tail, late_ms: 2000 }), [['loosened', 'late_ms', 1000]])
  assert.deepEqual(kinds(tail, { ...tail, late_share: 0.001 }), [['tightened', 'late_share', 0.005]])
  assert.deepEqual(
    kinds(tail, {}).map(([kind, key]) => [kind, key]),
    [
      ['removed', 'late_ms'],
      ['removed', 'late_share'],
    ],
  )
  assert.deepEqual(kinds({}, { new_connections: 0.5 }), [['loosened', 'new_connections', 0.01]])
})

const limits = fc.record(
  Object.fromEntries(
    Object.keys(limitsSchema.entries).map((key) => [key, key === 'why' ? fc.constant('so') : fc.constantFrom(0, 0.5, 1)]),
  ),
  { requiredKeys: ['why'] },
)
const windows = fc.dictionary(fc.constantFrom('base', 'spike'), fc.dictionary(fc.constantFrom('*', 'health'), limits))
const anyFile = fc.record({ windows, run: fc.record({ dropped_share: fc.constantFrom(0.01, 0.1) }, { requiredKeys: [] }) })

test('back is the other way round, and a file is no different from itself', () => {
  const opposite = { loosened: 'tightened', tightened: 'loosened', removed: 'added', added: 'removed' } as const
  const kinds = (changes: readonly Change[], of: (kind: Change['kind']) => string): string[] =>
    changes.map(({ kind, place, key }) => [of(kind), ...place, key].join(' ')).sort()
  fc.assert(
    fc.property(anyFile, anyFile, (a, b) => {
      const [one, other] = [file(a as Partial<Thresholds>), file(b as Partial<Thresholds>)]
      assert.deepEqual(compare(one, one), { changes: [], reasons: [] })
      assert.deepEqual(
        kinds(compare(one, other).changes, (kind) => kind),
        kinds(compare(other, one).changes, (kind) => opposite[kind]),
      )
    }),
    { numRuns: 300 },
  )
})

test('the old name of a limit is its new one', () => {
  const named = (key: string, limit: number) => ({
    path: 'f',
    limits: readThresholds({ windows: { spike: { '*': { error_rate: 0, [key]: limit, why: 'so' } } } }, 'f').limits,
  })
  assert.deepEqual(changed(named('delivered', 0.9), named('goodput', 0.9)), [])
  assert.deepEqual(changed(named('delivered', 0.99), named('goodput', 0.9)), ['loosened windows spike * goodput 0.99 0.9'])
  assert.deepEqual(changed(named('wrong_answers', 2), named('failed_checks', 2)), [])
  assert.deepEqual(changed(named('wrong_answers', 2), named('failed_checks', 3)), ['loosened windows spike * failed_checks 2 3'])
})

test('reasons are compared limit by limit where one of the files has them so', () => {
  const old = spike({ p95_ms: 5, error_rate: 0, goodput: 0.9, why: 'so' })
  const now = spike({ p95_ms: 5, error_rate: 0, goodput: 0.9, why: { p95_ms: 'other', '*': 'so' } })
  assert.deepEqual(compare(old, now).reasons, [{ place: ['windows', 'spike', '*'], keys: ['p95_ms'], old: 'so', new: 'other' }])
  assert.deepEqual(compare(now, now).reasons, [])
  const both = spike({ p95_ms: 5, error_rate: 0, goodput: 0.9, why: { goodput: 'new', '*': 'new' } })
  assert.deepEqual(compare(old, both).reasons[0]?.keys, ['p95_ms', 'error_rate', 'goodput'])
})
