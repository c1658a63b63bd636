import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { labelOf } from '../../../../lib/gates/catalogue.ts'
import type { Gate } from '../../../../lib/gates/model.ts'
import { failedFirst, failureText, limitText, measuredText, placeText, valueText } from '../../../../lib/summary/wording.ts'
import { threshold } from '../gates/told.ts'
import { gateResult } from './run-summary.ts'

test('late answers are told beside k6’s own figure only where it hides them', () => {
  const late = { ...threshold('late', 'count<=1'), limit: '*.p95_ms', ms: 500, share: 0.05, ok: false, measured: 0.6 }
  const quick = gateResult({ limit: 500, measured: 2.4, late })
  assert.equal(measuredText(quick), '2.4 ms, 60 % late')
  assert.equal(limitText(quick), '≤ 500 ms')
  assert.equal(measuredText({ ...quick, measured: 700 }), '700 ms')
  assert.equal(measuredText({ ...quick, ok: true, late: { ...late, ok: true } }), '2.4 ms')
  const tail = gateResult({ key: 'late_share', unit: 'share', limit: 0.005, measured: 0.01, late: { ...late, ms: 1000 } })
  assert.equal(`${labelOf(tail.key)} ${measuredText(tail)} ${limitText(tail)}`, 'late 1 % ≤ 0.5 % over 1,000 ms')
})

test('values in their units', () => {
  for (const [value, unit, text] of [
    [0, 'ms', '0 ms'],
    [0.123456, 'ms', '0.123 ms'],
    [12.3456, 'ms', '12.3 ms'],
    [99.99, 'ms', '100 ms'],
    [1234.5, 'ms', '1,235 ms'],
    [0, 'share', '0 %'],
    [0.001, 'share', '0.1 %'],
    [0.99, 'share', '99 %'],
    [1, 'share', '100 %'],
    [0.12345, 'share', '12.35 %'],
    [0.98996, 'share', '98.996 %'],
    [0.07, 'share', '7 %'],
    [12, 'count', '12'],
    [1_234_567, 'count', '1,234,567'],
    [99.5, 'rps', '99.5/s'],
    [60_000, 'rps', '60,000/s'],
    [1_048_576, 'bytes', '1 MiB'],
    [3.5, '', '3.5'],
    [null, 'ms', 'nothing measured'],
  ] as const)
    assert.equal(valueText(value, unit), text)
})

test('keys and places as people say them', () => {
  assert.equal(labelOf('p95_ms'), 'p95')
  assert.equal(labelOf('p999_ms'), 'p99.9')
  assert.equal(labelOf('error_rate'), 'error rate')
  assert.equal(labelOf('rpc_errors'), 'JSON-RPC errors')
  assert.equal(labelOf('some_new_key'), 'some new key')
  assert.equal(placeText({ window: 'spike', endpoint: 'health' }), 'spike / health')
  assert.equal(placeText({ window: 'spike', endpoint: '*' }), 'spike / all')
  assert.equal(placeText({ window: 'run', endpoint: '*' }), 'run')
  assert.equal(placeText({ window: 'run', endpoint: 'watch_memory' }), 'watch_memory')
  assert.equal(limitText(gateResult()), '≤ 50 ms')
  assert.equal(limitText(gateResult({ bound: 'min', unit: 'share', limit: 0.99 })), '≥ 99 %')
})

test('a gate that did not hold, in a sentence', () => {
  assert.equal(failureText(gateResult()), 'spike / health: p95 was 80 ms, must be ≤ 50 ms (the specification says so)')
  assert.equal(failureText(gateResult({ measured: null, why: '' })), 'spike / health: p95 was nothing measured, must be ≤ 50 ms')
})

test('what missed a limit by little does not read like the limit', () => {
  for (const [measured, limit, unit, text] of [
    [0.98996, 0.99, 'share', '98.996 %'],
    [0.9899999, 0.99, 'share', '98.99999 %'],
    [0.99897, 0.999, 'share', '99.897 %'],
    [50.04, 50, 'ms', '50.04 ms'],
    [100.4, 100, 'ms', '100.4 ms'],
    [1000.2, 1000, 'ms', '1,000.2 ms'],
    [59_999, 60_000, 'rps', '59,999/s'],
    [59_999.7, 60_000, 'rps', '59,999.7/s'],
  ] as const)
    assert.equal(measuredText(gateResult({ measured, limit, unit })), text)
  assert.equal(measuredText(gateResult({ ok: true, measured: 50.04 })), '50 ms', 'a gate that held needs no more digits')
  const goodput = { ok: true, bound: 'min', unit: 'share', limit: 0.99 } as const
  assert.equal(measuredText(gateResult({ ...goodput, measured: 1.001 })), '100 %', 'an iteration more at the edge of a window')
  assert.equal(measuredText(gateResult({ ...goodput, bound: 'max', measured: 1.5, limit: 2 })), '150 %', 'a growth has no whole')
})

const units = fc.constantFrom<Gate['unit']>('share', 'ms', 'rps', 'count', 'bytes', '')
const near = fc
  .tuple(units, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, -1))
  .map(([unit, value, digits, side]) => {
    const limit = unit === 'share' ? value / 1e6 : value
    return { unit, limit, measured: limit * (1 + side * 10 ** -digits) }
  })

test('no measurement is ever rounded onto the limit that it missed', () => {
  fc.assert(
    fc.property(near, ({ unit, limit, measured }) => {
      fc.pre(measured !== limit)
      const gate = gateResult({ unit, limit, measured })
      assert.notEqual(measuredText(gate), valueText(limit, unit))
      assert.ok(!failureText(gate).includes(`was ${valueText(limit, unit)},`))
    }),
    { numRuns: 3000 },
  )
})

test('whatever the value, its text is short and has its unit', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: 0, max: 1e15 }), units, (value, unit) => {
      const text = valueText(value, unit)
      assert.match(text, /^[\d,.]+(e[+-]\d+)?( %| ms|\/s| MiB)?$/)
      assert.ok(text.length < 30, text)
    }),
  )
})

test('gates that did not hold come first, else all stay as they stand', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean()), (oks) => {
      const gates = oks.map((ok, i) => gateResult({ ok, key: `k${i}` }))
      const sorted = failedFirst(gates)
      assert.deepEqual(
        sorted.map(({ key }) => key),
        [...gates.filter(({ ok }) => !ok), ...gates.filter(({ ok }) => ok)].map(({ key }) => key),
      )
    }),
  )
})
