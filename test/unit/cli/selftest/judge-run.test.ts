import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Found, judgeRun } from '../../../../cli/selftest/judge-run.ts'
import { gateName, matches } from '../../../../cli/selftest/pattern.ts'
import type { Case } from '../../../../cli/selftest/suite.ts'

const gate = (name: string, ok: boolean) => ({ name, kind: 'limit' as const, ok })
const expected: Case = {
  name: 'latency',
  red: ['base|spike * p95_ms'],
  may: { 'spike * samples': 'By chance.' },
  verdict: 'fail',
  why: 'Slow.',
}
const found = (gates: Record<string, boolean>, more: Partial<Found> = {}): Found => ({
  verdict: 'fail',
  gates: Object.entries({
    'base * p95_ms': false,
    'spike * p95_ms': false,
    'spike * samples': true,
    'base * error_rate': true,
    ...gates,
  }).map(([name, ok]) => gate(name, ok)),
  sentence: 'p95 was high.',
  reason: 'gate',
  disturbed: false,
  spoilt: [],
  ...more,
})

test('a pattern is met word by word', () => {
  assert.ok(matches('base|spike * p95_ms', 'spike * p95_ms'))
  assert.ok(matches('any any samples', 'base health samples'))
  assert.ok(matches('any any samples', 'base * samples'))
  assert.ok(!matches('base * samples', 'base health samples'), '* is all endpoints together, not any of them')
  assert.ok(!matches('base samples', 'base * samples'))
  const word = fc.stringMatching(/^[a-z_0-9*-]{1,12}$/)
  fc.assert(
    fc.property(word, word, word, (window, endpoint, key) => {
      const name = gateName({ window, endpoint, key })
      assert.ok(matches(name, name))
      assert.ok(matches('any any any', name))
      assert.ok(!matches(`${window} ${endpoint} ${key}x`, name))
      assert.ok(matches(`x|${window} x|${endpoint} ${key}|x`, name))
    }),
  )
})

test('a window is called what the thresholds file calls it', () => {
  const place = { window: 'spike', endpoint: '*', key: 'p95_ms' }
  assert.equal(gateName(place, { spike: 'limited-spike' }), 'limited-spike * p95_ms')
  assert.equal(gateName(place), 'spike * p95_ms')
  assert.equal(gateName({ ...place, window: 'constructor' }), 'constructor * p95_ms')
})

test('as expected', () => {
  const { ok, marks, problems } = judgeRun(expected, found({}))
  assert.deepEqual(problems, [])
  assert.equal(ok, true)
  assert.deepEqual(marks, {
    'base * p95_ms': 'red',
    'spike * p95_ms': 'red',
    'spike * samples': 'green',
    'base * error_rate': 'green',
  })
})

test('a gate that may be red may be red', () => {
  const { ok, marks } = judgeRun(expected, found({ 'spike * samples': false }))
  assert.equal(ok, true)
  assert.equal(marks['spike * samples'], 'may')
})

const WRONG: readonly [what: string, found: Found, problem: RegExp][] = [
  ['a fault that was missed', found({ 'base * p95_ms': true }), /^missed, as these stayed green: base \* p95_ms$/],
  [
    'a gate that is red for no reason',
    found({ 'base * error_rate': false }),
    /^red although nothing was wrong there: base \* error_rate$/,
  ],
  ['another verdict', found({}, { verdict: 'invalid' }), /^the verdict is invalid, not fail: p95 was high\.$/],
  ['no verdict', found({}, { verdict: 'none', sentence: 'killed' }), /^the verdict is none, not fail: killed$/],
  [
    'a pattern that means nothing',
    { ...found({}), gates: [gate('base * p95_ms', false)] },
    /^no gate is called spike \* p95_ms, spike \* samples$/,
  ],
]
test('a word of a pattern that means nothing is not as expected', () => {
  const { problems } = judgeRun({ ...expected, red: ['base|spike|recovery * p95_ms|p99_ms'] }, found({}))
  assert.deepEqual(problems, ['no gate is called recovery * p95_ms|p99_ms, base|spike|recovery * p99_ms'])
})

for (const [what, result, problem] of WRONG)
  test(`${what} is not as expected`, () => {
    const { ok, problems } = judgeRun(expected, result)
    assert.equal(ok, false)
    assert.equal(problems.length, 1, problems.join('; '))
    assert.match(problems[0] ?? '', problem)
  })

test('a disturbed run that missed nothing has shown nothing; a miss, a pass and what a gateway wrote are wrong all the same', () => {
  const busy = (gates: Record<string, boolean>, more: Partial<Found> = {}) =>
    judgeRun(expected, found(gates, { disturbed: true, ...more }))
  assert.deepEqual([busy({}).ok, busy({}).unshown], [true, false])
  const late = { 'base * error_rate': false }
  assert.deepEqual([busy(late).ok, busy(late).unshown], [false, true])
  assert.equal(busy({}, { verdict: 'invalid' }).unshown, true)
  assert.equal(judgeRun(expected, found(late)).unshown, false, 'nothing has disturbed it')
  assert.equal(busy({ 'base * p95_ms': true }).unshown, false)
  assert.equal(busy({}, { verdict: 'pass' }).unshown, false)
  assert.equal(busy({}, { verdict: 'none' }).unshown, false)
  assert.equal(busy(late, { spoilt: ['k6.log'] }).unshown, false)
})

test('a run without a gate is never as expected, whatever its verdict', () => {
  const { ok, problems } = judgeRun({ ...expected, red: [], may: {}, verdict: 'pass' }, found({}, { gates: [], verdict: 'pass' }))
  assert.equal(ok, false)
  assert.match(problems[0] ?? '', /judged no gate/)
})

test('a run on whose screen a gateway has written is not as expected', () => {
  const { ok, problems } = judgeRun(expected, found({}, { spoilt: ['the terminal', 'k6.log'] }))
  assert.equal(ok, false)
  assert.match(problems.join('\n'), /a gateway wrote on the terminal, k6\.log/)
})
