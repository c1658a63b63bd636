import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Arrival } from '../../../../cli/fleet/arrivals.ts'
import { assemble } from '../../../../cli/fleet/assemble.ts'
import { readEvidence } from '../../../../cli/fleet/read-evidence.ts'
import { judge } from '../../../../cli/verdict/verdict.ts'
import type { InstanceFacts } from '../../../../lib/summary/instance.ts'
import type { K6Data } from '../../../../lib/summary/k6-data.ts'
import { BEGAN, counter, fine, instance, planOfFleet, trend } from '../../lib/summary/instances.ts'
import { factsOf } from '../run-facts.ts'

const PLAN = planOfFleet(3, { p95_ms: 100, goodput: 0.99 })

interface Unusual extends Partial<Omit<Arrival, 'instance'>> {
  facts?: Partial<InstanceFacts>
  metrics?: K6Data['metrics']
}

/** Three instances that did their share, the second with something unusual about it. */
const three = ({ facts, metrics = {}, ...known }: Unusual = {}): Arrival[] =>
  [1, 2, 3].map((place) => {
    const own = place === 2 ? { facts, metrics, known } : { facts: {}, metrics: {}, known: {} }
    const made = instance(place, PLAN, { ...fine(PLAN), ...own.metrics }, own.facts)
    return { instance: made, from: `pod-${place}`, ...own.known }
  })

function verdictOn(arrivals: readonly Arrival[], of = 3) {
  const { fleet, summary } = assemble({ of, arrivals })
  const { verdict, reasons } = judge(factsOf(summary, { fleet }))
  return { verdict, reasons: reasons.map(({ code, sentence }) => `${code}: ${sentence}`), fleet, summary }
}

test('evidence that does not say when it was in a window is none', () => {
  const [{ instance: whole } = assert.fail('none')] = three()
  assert.ok('instance' in readEvidence(JSON.stringify(whole)))
  for (const windows of [[], whole.windows.slice(1), [...whole.windows, ...whole.windows]]) {
    const read = readEvidence(JSON.stringify({ ...whole, windows }))
    assert.match('problem' in read ? read.problem : 'is read', /expected each window of its plan once/)
  }
})

test('evidence that contradicts itself is none', () => {
  const [{ instance: whole } = assert.fail('none')] = three()
  const [{ from, to } = assert.fail('none')] = whole.windows
  const gauge = (value: number) => ({ type: 'gauge' as const, values: { value } })
  const problemOf = (evidence: object): string => {
    const read = readEvidence(JSON.stringify({ ...whole, ...evidence }))
    return 'problem' in read ? read.problem : 'is read'
  }
  const within = /expected windows within their planned time, and over when the instance ended/
  assert.match(problemOf({ ended: from + 1000 }), within)
  assert.match(problemOf({ windows: whole.windows.map((window) => ({ ...window, from: from - 60_000 })) }), within)
  assert.match(problemOf({ windows: whole.windows.map((window) => ({ ...window, from: to, to: from })) }), within)
  const cut = { ...whole.metrics, iterations_cut_off: gauge(-6) }
  assert.match(problemOf({ metrics: cut }), /expected no sum below 0/)
  assert.equal(problemOf({ metrics: { ...cut, iterations_cut_off: gauge(6), growth: gauge(-6) } }), 'is read')
})

test('three that did their share are one run', () => {
  const { verdict, reasons, fleet, summary } = verdictOn(three())
  assert.deepEqual([verdict, reasons], ['pass', []])
  assert.equal(Math.round(summary?.totals.sent ?? 0), 1000)
  assert.deepEqual(
    fleet.rows.map(({ instance: place, share, outlier }) => [place, Number(share.toFixed(3)), outlier]),
    [
      [1, 0.333, []],
      [2, 0.333, []],
      [3, 0.333, []],
    ],
  )
})

const CASES: readonly (readonly [name: string, arrivals: readonly Arrival[], first: RegExp])[] = [
  ['one is missing', three().slice(1), /^instance_missing: Instance 1 of 3 is missing\.$/],
  [
    'one has seen itself what nobody else can',
    three({ doubt: 'The clock of this machine was set back by 3 s during the run' }),
    /^instance_doubted: Instance 2 of 3 \(pod-2\) was invalid by itself: The clock of this machine was set back by 3 s during the run\.$/,
  ],
  [
    'one came twice, the same evidence',
    [...three(), ...three().slice(1, 2)],
    /^instance_twice: Instance 2 came 2 times \(pod-2, pod-2\): the same evidence\.$/,
  ],
  [
    'one came twice, of two runs',
    [...three(), ...three({ facts: { run: 'other' } }).slice(1, 2)],
    /^instance_twice: Instance 2 came 2 times \(pod-2, pod-2\), as runs of their own\.$/,
  ],
  [
    'one was copied to the place of another',
    [
      ...three().slice(0, 2),
      ...three()
        .slice(0, 1)
        .map(({ instance: made }) => ({ from: 'pod-3', instance: { ...made, instance: 3 } })),
    ],
    /^instance_twice: Instance 3 of 3 \(pod-3\) is the run of instance 1 of 3 \(pod-1\): the same evidence under another place\.$/,
  ],
  [
    'its plan has other limits than its hash says',
    three().map((one, i) =>
      i > 0
        ? one
        : {
            ...one,
            instance: {
              ...one.instance,
              plan: { ...one.instance.plan, gates: one.instance.plan.gates.map((gate) => ({ ...gate, threshold: 1e9 })) },
            },
          },
    ),
    /^instance_differs: Instance 1 of 3 \(pod-1\) had other limits than the others\.$/,
  ],
  [
    'it calls something else what the others have counted',
    three({ metrics: { script_errors: { type: 'gauge', values: { value: 0 } } } }).map((one, i) => ({
      ...one,
      instance:
        i === 1
          ? one.instance
          : { ...one.instance, metrics: { ...one.instance.metrics, script_errors: { type: 'counter', values: { count: 3 } } } },
    })),
    /^instance_differs: Instance 2 of 3 \(pod-2\) has script_errors as a gauge, the others as a counter\.$/,
  ],
  ['another script', three({ facts: { script: 'other' } }), /^instance_differs: Instance 2 of 3 \(pod-2\) had other script than/],
  [
    'other limits',
    [
      ...three().slice(0, 2),
      { from: 'pod-3', instance: instance(3, planOfFleet(3, { p95_ms: 200, goodput: 0.99 }), fine(PLAN)) },
    ],
    /^instance_differs: Instance 3 of 3 \(pod-3\) had other limits than/,
  ],
  [
    'it began a second late, in windows of ten',
    three({ facts: { began: BEGAN + 1000, ended: BEGAN + 13_000 } }),
    /^instance_apart: Instance 2 of 3 \(pod-2\) began window spike 1 s after the others, so all of them sent together for 90 % of it/,
  ],
  [
    'its clock is two seconds ahead',
    three({ clockMs: 2000, facts: { began: BEGAN + 2000, ended: BEGAN + 14_000 } }),
    /^instance_clock: The clock of instance 2 of 3 \(pod-2\) is 2 s ahead of the collector's: at the edge of a window 0.5 s are/,
  ],
  [
    'it was cut short',
    three({ facts: { ended: BEGAN + 7000 } }),
    /^instance_cut_short: Instance 2 of 3 \(pod-2\) was cut short: window spike lasted 7 s of 10 s\.$/,
  ],
  [
    'its command has seen it',
    three({ limited: 'k6 had no core' }),
    /^instance_limited: Instance 2 of 3 \(pod-2\) was its own bottleneck: k6 had no core\.$/,
  ],
  [
    'it began what was due late, and the others did not',
    three({ metrics: { start_lag_ms: trend({ count: 10, 'p(99)': 400 }) } }),
    /^instance_limited: Instance 2 of 3 \(pod-2\) was its own bottleneck: it began its iterations 400 ms late \(p99\), the others 0 ms\.$/,
  ],
  [
    'it could not begin what was due, and the others could',
    three({ metrics: { dropped_iterations: counter(100) } }),
    /^instance_limited: Instance 2 of 3 \(pod-2\) was its own bottleneck: it could not start 23.08 % of its iterations, the others 0 %\.$/,
  ],
  [
    'it did nothing',
    three({ metrics: { iterations: counter(0) } }),
    /^instance_idle: Instance 2 of 3 \(pod-2\) has ended no iteration/,
  ],
]

for (const [name, arrivals, first] of CASES)
  test(`no whole run: ${name}`, () => {
    const { verdict, reasons } = verdictOn(arrivals)
    assert.equal(verdict, 'invalid')
    assert.match(reasons[0] ?? '', first)
  })

test('why one was cut short is told where it is known, and it is named once', () => {
  const arrivals = three({ facts: { ended: BEGAN }, metrics: { iterations: counter(0) } })
  const { fleet } = assemble({ of: 3, arrivals, endings: new Map([[2, 'k6 ended with 108 (no agent could be registered)']]) })
  assert.deepEqual(
    fleet.findings.map(({ sentence }) => sentence),
    ['Instance 2 of 3 (pod-2) was cut short: k6 ended with 108 (no agent could be registered); window spike lasted 0 s of 10 s.'],
  )
})

test('a clock that is off is no skew where the collector has measured it', () => {
  const { verdict, reasons } = verdictOn(three({ clockMs: 400, facts: { began: BEGAN + 400, ended: BEGAN + 12_400 } }))
  assert.deepEqual([verdict, reasons], ['pass', []])
})

test('whichever is missing of however many, its name is said and nothing is green', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), (of, which) => {
      const plan = planOfFleet(of)
      const gone = (which % of) + 1
      const arrivals = Array.from({ length: of }, (_, i) => ({ from: 'x', instance: instance(i + 1, plan, fine(plan)) }))
      const { verdict, reasons } = verdictOn(
        arrivals.filter((_, i) => i + 1 !== gone),
        of,
      )
      assert.equal(verdict, 'invalid')
      assert.match(reasons[0] ?? '', new RegExp(`^instance_missing: Instance ${gone} of ${of} is missing`))
    }),
  )
})

test('a broken limit of the whole is the gateway’s, whole as the fleet is', () => {
  const late = {
    'late{scenario:spike,limit:*.p95_ms}': counter(60),
    'http_req_duration{scenario:spike}': trend({ count: 333, min: 1, med: 5, avg: 9, max: 900, 'p(95)': 500, 'p(99)': 800 }),
  }
  const { verdict, reasons, fleet } = verdictOn(three({ metrics: late }))
  assert.equal(verdict, 'fail')
  assert.match(reasons[0] ?? '', /^limit.p95_ms/)
  assert.deepEqual(fleet.findings, [])
})

const LATE = {
  'late{scenario:spike,limit:*.p95_ms}': counter(200),
  'http_req_duration{scenario:spike}': trend({ count: 333, min: 1, med: 500, avg: 500, max: 900, 'p(95)': 700, 'p(99)': 800 }),
}
const FAILED = {
  'errors{scenario:spike}': counter(100),
  'failures{name:health,scenario:spike,class:server_error}': counter(100),
}

test('what is proven against the gateway stands where instances were only late or slow, and not where one is missing', () => {
  const skew = { began: BEGAN + 1000, ended: BEGAN + 13_000 }
  const lag = { start_lag_ms: trend({ count: 10, 'p(99)': 400 }) }
  const verdicts = {
    // Less load at once than was planned, and late all the same.
    'late, apart': verdictOn(three({ facts: skew, metrics: LATE })),
    'failed, apart': verdictOn(three({ facts: skew, metrics: FAILED })),
    'failed, limited': verdictOn(three({ metrics: { ...FAILED, ...lag } })),
    // It may be its own queue.
    'late, limited': verdictOn(three({ metrics: { ...LATE, ...lag } })),
    'failed, one missing': verdictOn(three({ metrics: FAILED }).slice(1)),
    'late, one missing': verdictOn(three({ metrics: LATE }).slice(1)),
  }
  assert.deepEqual(Object.fromEntries(Object.entries(verdicts).map(([name, { verdict }]) => [name, verdict])), {
    'late, apart': 'fail',
    'failed, apart': 'fail',
    'failed, limited': 'fail',
    'late, limited': 'invalid',
    'failed, one missing': 'invalid',
    'late, one missing': 'invalid',
  })
})

test('of nothing that came, nothing is said but that it is missing', () => {
  const { verdict, reasons, summary } = verdictOn([])
  assert.equal(verdict, 'invalid')
  assert.equal(summary, undefined)
  assert.equal(reasons.length, 3)
})
