import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { check } from '../../../../lib/base/schema.ts'
import { WINDOW_KINDS } from '../../../../lib/gates/catalogue.ts'
import type { WindowKind } from '../../../../lib/gates/kind.ts'
import { METRIC } from '../../../../lib/gates/metric.ts'
import { limitsSchema, metricLimitsSchema, readThresholds, thresholdsSchema } from '../../../../lib/gates/thresholds.ts'
import { refuses } from '../refuses.ts'

const FILE = 'thresholds/mine.json'
const read = (data: unknown) => check(thresholdsSchema, data, FILE)
const without = <T extends object>(object: T, key: string): object =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))

const share = fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs)
const ms = fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.abs)
const count = fc.nat(1_000_000)
const positive = fc.double({ min: 0.001, max: 1e6, noNaN: true })
const sentence = fc.string({ minLength: 1 })
const byUnit = { ms, share, count, rps: positive, bytes: count, '': count } as const
/** Limits with any of these keys, each with a value of its unit. */
const limitsOf = (
  rows: Readonly<Record<string, Pick<WindowKind, 'unit' | 'schema' | 'beside' | 'ofRun'>>>,
): fc.Arbitrary<object> =>
  fc.record<Record<string, unknown>, 'why'>(
    Object.fromEntries<fc.Arbitrary<unknown>>([
      ...Object.entries(rows).flatMap(([key, { unit, schema, beside, ofRun }]) => [
        ...(schema === undefined || ofRun ? [] : [[key, byUnit[unit]] as const]),
        ...(beside === undefined ? [] : [[beside.key, ms] as const]),
      ]),
      ['why', sentence] as const,
    ]),
    { requiredKeys: ['why'] },
  )
const limits = limitsOf(WINDOW_KINDS)
const metricLimits = limitsOf(METRIC)
// valibot passes over keys that are dangerous to copy, such as `prototype`; no window is called so.
const name = fc.stringMatching(/^[a-z_]{1,12}$/).filter((word) => word !== 'prototype' && !(word in {}))
const endpoint = fc.oneof(fc.constant('*'), name)
const someLimits = fc.tuple(name, endpoint, limits)
const file = fc.record(
  {
    $schema: fc.constant('./schema.json'),
    windows: fc.dictionary(name, fc.dictionary(endpoint, limits), { maxKeys: 3 }),
    run: fc.record({ dropped_share: share }, { requiredKeys: [] }),
    metrics: fc.dictionary(name, metricLimits, { maxKeys: 3 }),
  },
  { requiredKeys: ['windows'] },
)

test('every key of the limits is generated here', () => {
  const keysOf = (arbitrary: fc.Arbitrary<object>) => new Set(fc.sample(arbitrary, 200).flatMap(Object.keys))
  assert.deepEqual(keysOf(limits), new Set(Object.keys(limitsSchema.entries)))
  assert.deepEqual(keysOf(metricLimits), new Set(Object.keys(metricLimitsSchema.entries)))
  assert.deepEqual(keysOf(file), new Set(Object.keys(thresholdsSchema.entries)))
})

test('a right file is read as it stands', () => {
  fc.assert(fc.property(file, (data) => assert.deepEqual(read(data), JSON.parse(JSON.stringify(data)))))
})

test('an unknown key is refused wherever it stands', () => {
  const unknown = fc
    .stringMatching(/^[a-z_0-9]{1,12}$/)
    .filter(
      (key) =>
        !(key in limitsSchema.entries) &&
        !(key in metricLimitsSchema.entries) &&
        !(key in thresholdsSchema.entries) &&
        key !== 'dropped_share' &&
        key !== 'prototype' &&
        !(key in {}),
    )
  fc.assert(
    fc.property(someLimits, unknown, fc.jsonValue(), ([window, at, right], key, value) => {
      refuses(
        () => read({ windows: { [window]: { [at]: { ...right, [key]: value } } } }),
        `${FILE}: windows.${window}.${at}.${key}: unknown key`,
      )
      refuses(() => read({ windows: {}, [key]: value }), `${FILE}: ${key}: unknown key`)
      refuses(() => read({ windows: {}, run: { [key]: value } }), `${FILE}: run.${key}: unknown key`)
      refuses(
        () => read({ windows: {}, metrics: { [window]: { why: 'so', [key]: value } } }),
        `${FILE}: metrics.${window}.${key}: unknown key`,
      )
    }),
  )
})

test('a mistyped key is told the right one', () => {
  for (const [typo, meant] of [
    ['p95', 'p95_ms'],
    ['error_rates', 'error_rate'],
    ['goodputt', 'goodput'],
    ['Why', 'why'],
  ])
    refuses(
      () => read({ windows: { spike: { health: { why: 'so', [String(typo)]: 1 } } } }),
      `windows.spike.health.${typo}: unknown key; did you mean "${meant}"?`,
    )
})

const negative = fc.double({ max: -1e-9, min: -1e9, noNaN: true })
const limitKeys = Object.keys(limitsSchema.entries).filter((key) => key !== 'why')
const metricKeys = Object.keys(metricLimitsSchema.entries).filter((key) => key !== 'why')

test('a negative limit is refused, with what was expected and what was found', () => {
  fc.assert(
    fc.property(someLimits, fc.constantFrom(...limitKeys), negative, ([window, at, right], key, value) => {
      refuses(
        () => read({ windows: { [window]: { [at]: { ...right, [key]: value } } } }),
        `${FILE}: windows.${window}.${at}.${key}: expected `,
        'found -',
      )
    }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...metricKeys), negative, (key, value) => {
      refuses(
        () => read({ windows: {}, metrics: { ws_held: { why: 'so', [key]: value } } }),
        `${FILE}: metrics.ws_held.${key}: expected `,
        'found -',
      )
    }),
  )
  refuses(
    () => read({ windows: {}, run: { dropped_share: -0.1 } }),
    `${FILE}: run.dropped_share: expected a share from 0 to 1, found -0.1`,
  )
})

test('a share above 1 is refused', () => {
  const above = fc.double({ min: 1, minExcluded: true, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(fc.constantFrom('error_rate', 'goodput', 'shed_rate'), above, (key, value) => {
      refuses(
        () => read({ windows: { spike: { '*': { why: 'so', [key]: value } } } }),
        `${FILE}: windows.spike.*.${key}: expected a share from 0 to 1, found ${value}`,
      )
    }),
  )
  for (const key of ['min_share', 'max_share'])
    refuses(
      () => read({ windows: {}, metrics: { ws_held: { why: 'so', [key]: 99 } } }),
      `${FILE}: metrics.ws_held.${key}: expected a share from 0 to 1, found 99`,
    )
  refuses(
    () => read({ windows: {}, run: { dropped_share: 1.01 } }),
    'run.dropped_share: expected a share from 0 to 1, found 1.01',
  )
})

test('a limit without its reason is refused', () => {
  fc.assert(
    fc.property(someLimits, ([window, at, right]) => {
      refuses(
        () => read({ windows: { [window]: { [at]: without(right, 'why') } } }),
        `${FILE}: windows.${window}.${at}.why: missing`,
      )
      refuses(
        () => read({ windows: { [window]: { [at]: { ...right, why: '' } } } }),
        `windows.${window}.${at}.why: expected a sentence, found ""`,
      )
    }),
  )
  refuses(() => read({ windows: {}, metrics: { ws_held: { min: 1 } } }), `${FILE}: metrics.ws_held.why: missing`)
})

test('what is no number is no limit', () => {
  const other = fc.constantFrom('50', null, true, [50], {})
  fc.assert(
    fc.property(fc.constantFrom(...limitKeys), other, (key, value) => {
      refuses(
        () => read({ windows: { spike: { health: { why: 'so', [key]: value } } } }),
        `${FILE}: windows.spike.health.${key}: expected `,
      )
    }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...metricKeys), other, (key, value) => {
      refuses(
        () => read({ windows: {}, metrics: { ws_held: { why: 'so', [key]: value } } }),
        `${FILE}: metrics.ws_held.${key}: expected `,
      )
    }),
  )
})

test('infinity, which JSON can say as 1e999, is no limit', () => {
  const infinite = JSON.parse('1e999') as number
  for (const key of limitKeys)
    refuses(
      () => read({ windows: { spike: { health: { why: 'so', [key]: infinite } } } }),
      `windows.spike.health.${key}: expected `,
      'found Infinity',
    )
  for (const key of metricKeys)
    refuses(
      () => read({ windows: {}, metrics: { x: { why: 'so', [key]: infinite } } }),
      `metrics.x.${key}: expected `,
      'found Infinity',
    )
})

test('half a request is no count', () => {
  for (const key of ['shed_min', 'failed_checks', 'rpc_errors'])
    refuses(
      () => read({ windows: { spike: { health: { why: 'so', [key]: 1.5 } } } }),
      `windows.spike.health.${key}: expected a whole number, found 1.5`,
    )
})

test('a throughput of none would hold with nothing sent', () => {
  refuses(
    () => read({ windows: { spike: { health: { why: 'so', rps: 0 } } } }),
    'windows.spike.health.rps: expected a number above 0, found 0',
  )
})

test('a file without windows is refused', () => {
  refuses(() => read({}), `${FILE}: windows: missing`)
  refuses(() => read([]), FILE)
  refuses(() => read(null), FILE)
})

const spike = (limits: object) => ({ windows: { spike: { '*': { error_rate: 0, ...limits } } } })

test('the old name of a limit is read, with a note, also where it has a reason of its own', () => {
  const { limits, notes } = readThresholds(spike({ delivered: 0.9, why: { delivered: 'Most of it.', '*': 'All else.' } }), FILE)
  assert.deepEqual(limits.windows.spike?.['*'], {
    error_rate: 0,
    goodput: 0.9,
    why: { goodput: 'Most of it.', '*': 'All else.' },
  })
  assert.deepEqual(notes, [`${FILE}: windows.spike.*.delivered: is called goodput now`])
  assert.deepEqual(readThresholds(spike({ goodput: 0.9, why: 'so' }), FILE).notes, [])
  const older = readThresholds(spike({ wrong_answers: 2, why: 'so' }), FILE)
  assert.deepEqual(older.limits.windows.spike?.['*'], { error_rate: 0, failed_checks: 2, why: 'so' })
  assert.deepEqual(older.notes, [`${FILE}: windows.spike.*.wrong_answers: is called failed_checks now`])
  refuses(
    () => readThresholds(spike({ delivered: 0.9, goodput: 0.9, why: 'so' }), FILE),
    `${FILE}: windows.spike.*: `,
    'found both',
  )
})

test('each limit may have a reason of its own; none is left without, and none is of a limit that is not there', () => {
  const reasons = (why: unknown) => () => readThresholds(spike({ p95_ms: 5, late_ms: 9, late_share: 0.1, why }), FILE)
  const WHERE = `${FILE}: windows.spike.*.why.`
  for (const why of ['so', { '*': 'so' }, { p95_ms: 'a', error_rate: 'b', late_share: 'c' }, { p95_ms: 'a', '*': 'so' }])
    reasons(why)()
  refuses(reasons({ p95_ms: 'a', late_share: 'c' }), `${WHERE}error_rate: missing`)
  refuses(reasons({ p95_m: 'a', '*': 'so' }), `${WHERE}p95_m: `, 'did you mean "p95_ms"')
  refuses(reasons({ late_ms: 'a', '*': 'so' }), `${WHERE}late_ms: `)
  refuses(reasons({ '*': '' }), `${FILE}: windows.spike.*.why`)
  refuses(reasons(5), `${FILE}: windows.spike.*.why: expected a sentence`)
})
