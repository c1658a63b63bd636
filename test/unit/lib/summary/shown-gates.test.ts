import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { shownGates } from '../../../../lib/summary/shown-gates.ts'
import { gateResult } from './run-summary.ts'

const names = (gates: readonly { key: string }[]): string[] => gates.map(({ key }) => key)
const routine = (key: string, ok: boolean) => gateResult({ key, kind: 'evidence', ok })

test('what every run has is folded as long as it holds', () => {
  const nothingWrong = gateResult({ key: 'failed_checks', unit: 'count', bound: 'max', limit: 0, ok: true })
  const { shown, folded, foldedNames } = shownGates([gateResult({ ok: true }), routine('samples', true), nothingWrong])
  assert.deepEqual(
    [names(shown), names(folded), foldedNames],
    [['p95_ms'], ['samples', 'failed_checks'], 'samples, failed checks'],
  )
})

test('no gate is lost or shown twice, and none that did not hold is folded or stands below one that held', () => {
  const gate = fc
    .tuple(fc.constantFrom('limit', 'evidence', 'load', 'script'), fc.boolean(), fc.nat(2))
    .map(([kind, ok, limit]) => gateResult({ kind, ok, limit, unit: 'count', bound: 'max' }))
  fc.assert(
    fc.property(fc.array(gate), (gates) => {
      const { shown, folded } = shownGates(gates)
      assert.deepEqual(new Set([...shown, ...folded]), new Set(gates))
      assert.equal(shown.length + folded.length, gates.length)
      assert.ok(folded.every(({ ok }) => ok))
      const red = gates.filter(({ ok }) => !ok).length
      assert.ok(shown.slice(0, red).every(({ ok }) => !ok))
    }),
  )
})
