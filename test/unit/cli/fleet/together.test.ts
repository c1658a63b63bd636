import assert from 'node:assert/strict'
import { test } from 'node:test'
import { togetherIn } from '../../../../cli/fleet/together.ts'
import { generatorEvidence } from '../../../../cli/generator/evidence.ts'
import type { ProbeSample } from '../../../../cli/generator/probe-protocol.ts'
import { BEGAN, fine, instance, planOfFleet } from '../../lib/summary/instances.ts'
import { runSummary } from '../../lib/summary/run-summary.ts'

const PLAN = planOfFleet(2)
const arrival = (place: number, began: number, clockMs?: number) => ({
  from: 'x',
  clockMs,
  instance: instance(place, PLAN, fine(PLAN), { began, ended: began + 12_000 }),
})
const [WINDOW] = arrival(1, BEGAN).instance.windows

test('a window is where all of them were in it, whatever their clocks say', () => {
  const { from = 0, to = 0 } = WINDOW ?? {}
  assert.deepEqual(togetherIn([arrival(1, BEGAN), arrival(2, BEGAN + 300)]).get('spike'), { from: from + 300, to })
  // The second is two seconds ahead by its clock only.
  assert.deepEqual(togetherIn([arrival(1, BEGAN, 0), arrival(2, BEGAN + 2300, 2000)]).get('spike'), { from: from + 300, to })
  assert.equal(togetherIn([]).size, 0)
})

const LATENCY = { p50: 2, p95: 4, p99: 6, max: 9 }
const observed = (samples: ProbeSample[]) => ({
  summary: runSummary({
    windows: [
      {
        ...{ name: 'spike', model: 'open', gated: true, start: 0, duration: 10 },
        total: { sent: 1000, errors: 0, shed: 0, rps: 100, latency: LATENCY },
      },
    ],
    endpoints: [{ window: 'spike', endpoint: 'health', sent: 1000, ok: 1000, shed: 0, failures: {}, latency: LATENCY }],
    finished_at: new Date(BEGAN + 60_000).toISOString(),
  }),
  // What a plan alone would say.
  loadStarted: BEGAN,
  ...{ samples, examples: [{ endpoint: 'health', class: 'refused' as const, status: 0, why: 'did not come' }] },
  ...{ turns: ['health'], cpu: [], cores: 2, tuning: '', headroom: null, probeRate: 40, noProbe: null },
})
const probed = (from: number, count: number, failure: ProbeSample['failure'] = null): ProbeSample[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{
      at: from + i * 25,
      endpoint: 'health',
      ms: failure === null ? 3 : null,
      waited: failure === null ? 3 : null,
      late: 0,
      failure,
    },
  }))

test('what the probe saw is cut to the windows: before and after them no load was there to see', () => {
  const spans = new Map([['spike', { from: BEGAN + 20_000, to: BEGAN + 30_000 }]])
  const before = probed(BEGAN, 100, 'refused')
  const found = generatorEvidence({
    ...observed([...before, ...probed(BEGAN + 20_000, 400), ...probed(BEGAN + 30_000, 50)]),
    spans,
  })
  assert.equal(found.finding, 'agree')
  assert.equal(found.windows[0]?.probe?.samples, 400)
  assert.deepEqual([found.differences, found.failures], [[], []])
})

test('what the probe alone saw fail within a window takes the pass away', () => {
  const spans = new Map([['spike', { from: BEGAN + 20_000, to: BEGAN + 30_000 }]])
  const found = generatorEvidence({
    ...observed([...probed(BEGAN + 20_000, 360), ...probed(BEGAN + 29_000, 40, 'refused')]),
    spans,
  })
  assert.equal(found.finding, 'differ')
  assert.equal(found.differences[0]?.proves, true)
  assert.equal(found.failures[0]?.count, 40)
})

test('a probe that was silent while all of them sent is no witness', () => {
  const spans = new Map([['spike', { from: BEGAN + 20_000, to: BEGAN + 30_000 }]])
  const { differences } = generatorEvidence({ ...observed(probed(BEGAN, 400)), spans })
  assert.match(differences[0]?.sentence ?? '', /has nothing to say about health in window spike/)
})
