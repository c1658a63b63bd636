import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeGates } from '../../../../lib/gates/gates.ts'
import type { Gate } from '../../../../lib/gates/model.ts'
import { toThresholds } from '../../../../lib/gates/threshold.ts'
import type { Limits } from '../../../../lib/gates/thresholds.ts'
import { waitsOf } from '../../../../lib/run/waits.ts'
import type { Window } from '../../../../lib/windows/workload.ts'
import { refuses } from '../refuses.ts'
import { closedWindow, openWindow } from '../windows/windows.ts'
import { told, toldLate } from './told.ts'

type Given = Partial<Omit<Limits, 'why'>>

function gates(given: Record<string, Given>, window: Window = openWindow()): Gate[] {
  const limits = Object.entries(given).map(([endpoint, one]) => [endpoint, { error_rate: 0, ...one, why: 'because' }])
  return makeGates({ windows: { [window.name]: Object.fromEntries(limits) } }, 'mine.json', [window])
}
const lateOf = (made: readonly Gate[], key: string, endpoint = '*') =>
  made.find((gate) => gate.key === key && gate.endpoint === endpoint)?.late
/** Where the VU counts, and how many it may. */
const k6 = (made: readonly Gate[], key: string, endpoint?: string) => {
  const late = lateOf(made, key, endpoint)
  const { metric, expression } = (late && toldLate(late)) ?? {}
  return [metric, expression]
}
const ENOUGH = openWindow(2000)

test('each limit on latency counts those who waited longer, of all that were planned', () => {
  const limits = { p50_ms: 10, p90_ms: 20, p95_ms: 50, p99_ms: 100, p999_ms: 500, max_ms: 1000 }
  const made = gates({ '*': limits, health: limits }, ENOUGH)
  for (const [endpoint, planned] of [
    ['*', 20_000],
    ['health', 10_000],
  ] as const)
    for (const [key, share] of [
      ['p50_ms', 0.5],
      ['p90_ms', 0.1],
      ['p95_ms', 0.05],
      ['p99_ms', 0.01],
      ['p999_ms', 0.001],
      ['max_ms', 0],
    ] as const) {
      assert.deepEqual(k6(made, key, endpoint), [
        `late{scenario:spike,limit:${endpoint}.${key}}`,
        `count<=${Math.round(planned * share)}`,
      ])
      assert.equal(lateOf(made, key, endpoint)?.ms, limits[key])
    }
})

test('both thresholds of a limit are k6’s, and it is one gate', () => {
  const made = gates({ '*': { p95_ms: 50 } })
  assert.equal(made.filter(({ key }) => key === 'p95_ms').length, 1)
  const thresholds = toThresholds(made)
  assert.deepEqual(thresholds['http_req_duration{scenario:spike}'], ['p(95)<=50'])
  assert.deepEqual(thresholds['late{scenario:spike,limit:*.p95_ms}'], ['count<=50'])
})

test('where nothing is planned it is a share of what was sent', () => {
  const made = gates({ '*': { p95_ms: 50, late_ms: 1000, late_share: 0.005, max_ms: 3000 } }, closedWindow())
  assert.deepEqual(k6(made, 'p95_ms'), ['late_rate{scenario:users,limit:*.p95_ms}', 'rate<=0.05'])
  assert.deepEqual(k6(made, 'late_share'), ['late_rate{scenario:users,limit:*.late_share}', 'rate<=0.005'])
  assert.deepEqual(k6(made, 'max_ms'), ['late_rate{scenario:users,limit:*.max_ms}', 'rate<=0'])
})

test('a slow tail is limited by a share, without the samples that a percentile needs', () => {
  const window = openWindow(40)
  const made = gates({ '*': { late_ms: 1000, late_share: 0.005 } }, window)
  const gate = made.find(({ key }) => key === 'late_share')
  assert.deepEqual(
    [...(gate ? Object.values(told(gate)) : []), gate?.limit, gate?.of],
    ['late{scenario:spike,limit:*.late_share}', 'count<=2', 0.005, 400],
    'four of 400 are too many',
  )
  assert.equal(
    made.find(({ key, endpoint }) => key === 'samples' && endpoint === '*'),
    undefined,
  )
  refuses(() => gates({ '*': { late_ms: 1000 } }), 'windows.spike.*.late_ms', 'late_share')
  refuses(() => gates({ '*': {}, health: { late_share: 0.1 } }), 'windows.spike.health.late_share', 'late_ms')
})

test('a VU is told of each endpoint which answers are late, and from when on it must look', () => {
  const spike = openWindow()
  const users = closedWindow()
  const made = [...gates({ '*': { p95_ms: 50 }, health: { max_ms: 30 } }, spike), ...gates({ '*': { p90_ms: 9 } }, users)]
  const of = (...windows: Window[]) => waitsOf([openWindow(1, { name: 'warmup', latency: 'settles' }), ...windows], made)
  assert.deepEqual(of(spike), {
    health: {
      from: 30,
      windows: {
        spike: {
          limits: [
            ['*.p95_ms', 50],
            ['health.max_ms', 30],
          ],
        },
      },
    },
    resource: { from: 50, windows: { spike: { limits: [['*.p95_ms', 50]] } } },
  })
  assert.equal(of(spike, users).resource?.from, -1, 'users plan nothing, so each of their answers is counted')
  assert.deepEqual(of(spike, users).resource?.windows.users, { limits: [['*.p90_ms', 9]], every: true })
})

test('as many late answers as are allowed hold a percentile, and one more breaks it', () => {
  const keys = { p50_ms: 50, p90_ms: 90, p95_ms: 95, p99_ms: 99 } as const
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(keys) as (keyof typeof keys)[])),
      fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1000, maxLength: 1000 }),
      fc.integer({ min: 0, max: 200 }),
      (key, waits, limit) => {
        const [, expression = ''] = k6(gates({ '*': { [key]: limit } }), key)
        const late = waits.filter((wait) => wait > limit).length
        // The nearest rank: the least wait that so many per cent of the answers did not exceed.
        const rank = Math.ceil((keys[key] / 100) * waits.length)
        const percentile = waits.toSorted((a, b) => a - b)[rank - 1] ?? Number.NaN
        assert.equal(late <= Number(expression.replace('count<=', '')), percentile <= limit)
      },
    ),
  )
})
