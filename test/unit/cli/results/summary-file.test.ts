import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { parseSummary, readSummary } from '../../../../cli/results/summary-file.ts'
import { good, summaryOf } from '../run-facts.ts'

const started = new Date('2026-01-02T03:00:00Z')
const summary = summaryOf(good(), { finished_at: '2026-01-02T03:04:05.678Z', advice: ['x'] })

function reading(t: TestContext, text: string | undefined, script = 'burst', since = started) {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-summary-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'summary.json')
  if (text !== undefined) writeFileSync(file, text)
  const read = readSummary(file, script, since)
  return 'problem' in read ? read.problem : read.summary
}

test('a summary is read back as it was written', (t) => {
  assert.deepEqual(reading(t, JSON.stringify(summary)), summary)
})

test('what a newer script adds does no harm', (t) => {
  assert.deepEqual(reading(t, JSON.stringify({ ...summary, more: 1 })), summary)
})

for (const [name, text, problem, script, since] of [
  ['missing', undefined, /^was not written$/],
  ['empty', '', /^is not whole JSON$/],
  ['cut', JSON.stringify(summary).slice(0, -5), /^is not whole JSON$/],
  ['null', 'null', /^is not a summary/],
  [
    'of another version',
    JSON.stringify({ ...summary, schema: 'loadgate.summary/9' }),
    /^is not a summary of this version \(schema/,
  ],
  ['without gates', JSON.stringify({ ...summary, gates: undefined }), /gates/],
  [
    'with a gate that is neither green nor red',
    JSON.stringify({ ...summary, gates: [{ ...summary.gates[0], ok: 'yes' }] }),
    /gates\.0\.ok/,
  ],
  ['of another script', JSON.stringify(summary), /^is of another script \(burst\)$/, 'smoke'],
  ['of an earlier run', JSON.stringify(summary), /^is of an earlier run/, 'burst', new Date('2026-01-02T03:05:00Z')],
  ['of no time', JSON.stringify({ ...summary, finished_at: 'x' }), /^is of an earlier run/],
] as const)
  test(`a summary that is ${name} is a problem`, (t) => {
    assert.match(String(reading(t, text, script, since)), problem)
  })

test('a folder in its place is a problem', () => {
  assert.match(JSON.stringify(readSummary(tmpdir(), 'burst', started)), /cannot be read/)
})

test('no text makes it throw, and no change makes it a summary of other gates', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => 'problem' in parseSummary(text)))
  const text = JSON.stringify(summary)
  fc.assert(fc.property(fc.nat(text.length - 2), (length) => 'problem' in parseSummary(text.slice(0, length + 1))))
})
