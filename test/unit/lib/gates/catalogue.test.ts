/** Each kind of gate says all that anybody asks of it, once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WINDOW_KINDS } from '../../../../lib/gates/catalogue.ts'
import { EVIDENCE } from '../../../../lib/gates/evidence.ts'
import type { GateKind, WindowKind } from '../../../../lib/gates/kind.ts'
import { METRIC } from '../../../../lib/gates/metric.ts'
import { RUN } from '../../../../lib/gates/run.ts'
import { gateResult } from '../summary/run-summary.ts'

const TABLES: readonly Readonly<Record<string, GateKind>>[] = [WINDOW_KINDS, METRIC, RUN, EVIDENCE]
const ROWS = TABLES.flatMap((table) => Object.entries(table))

test('a key is one row', () => {
  const keys = [
    ...ROWS.map(([key]) => key),
    ...Object.values<WindowKind>(WINDOW_KINDS).flatMap(({ beside }) => beside?.key ?? []),
  ]
  assert.deepEqual([...new Set(keys)], keys)
})

test('a row that is red is a sentence on where, what and the limit', () => {
  const told = { where: 'WHERE', value: 'VALUE', limit: 'LIMIT', late: 'LATE', must: 'MUST', limited: 'LIMITED', classes: '' }
  for (const [key, row] of ROWS) {
    const sentence = row.sentence({ ...told, gate: gateResult({ key }), counted: (noun) => `COUNTED ${noun}` })
    assert.match(sentence, /^[A-Za-z].*\.$/, key)
    assert.match(sentence, /LIMIT|MUST/, key)
  }
})

test('what no file asks for says why it holds, and what one can ask for has a schema', () => {
  for (const [key, { schema, always }] of ROWS) assert.ok(schema !== undefined || always !== undefined, key)
  for (const [key, { schema, gate, inEvery }] of Object.entries<WindowKind>(WINDOW_KINDS)) {
    assert.ok(gate !== undefined || inEvery !== undefined, `${key} makes no gate`)
    assert.ok(gate === undefined || schema !== undefined, `${key} cannot be asked for`)
  }
})
