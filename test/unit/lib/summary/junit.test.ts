import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { forMarkup } from '../../../../lib/base/escape.ts'
import { junit } from '../../../../lib/summary/junit.ts'
import type { RunSummary } from '../../../../lib/summary/model.ts'
import { assertJunit } from './junit-schema.ts'
import { gateResult, runSummary } from './run-summary.ts'

interface Case {
  name: string
  classname: string
  failure?: { message: string; type: string; '#text'?: string }
}
interface Suite {
  tests: string
  failures: string
  errors: string
  name: string
  timestamp: string
  testcase: Case[]
}
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  isArray: (name) => name === 'testcase',
})

function read(summary: RunSummary): Suite {
  const xml = junit(summary)
  assertJunit(xml)
  return (parser.parse(xml) as { testsuites: { testsuite: Suite } }).testsuites.testsuite
}

test('one test case a gate; a gate that did not hold is a failure with its sentence', () => {
  const suite = read(runSummary({ gates: [gateResult({ ok: true, measured: 10 }), gateResult({ key: 'p99_ms' })] }))
  assert.deepEqual(
    [suite.name, suite.tests, suite.failures, suite.errors, suite.timestamp],
    ['burst', '2', '1', '0', '2026-01-02T03:04:05.678Z'],
  )
  const [held, failed] = suite.testcase
  assert.equal(held?.failure, undefined)
  assert.equal(held?.classname, 'loadgate.burst.spike')
  assert.equal(held?.name, 'spike / health p95 ≤ 50 ms')
  assert.equal(failed?.failure?.message, 'spike / health: p99 was 80 ms, must be ≤ 50 ms (the specification says so)')
  assert.equal(failed?.failure?.type, 'limit')
  assert.match(failed?.failure?.['#text'] ?? '', /p\(95\)<=50\nmeasured 80 ms, samples 500/)
})

test('what was narrowed, and checked weakly, are properties', () => {
  const text = junit(runSummary({ gates: [], narrowed: ['api sends metrics alone'], checked_weakly: ['b: c'] }))
  assertJunit(text)
  assert.match(text, /<property name="narrowed" value="api sends metrics alone"\/>/)
  assert.match(text, /<property name="checked weakly" value="b: c"\/>/)
})

test('a run without gates is a document too', () => {
  assertJunit(junit(runSummary({ gates: [] })))
})

/** Strings as nobody should write them: markup, quotes, control characters, halves of pairs, ends of CDATA. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '&',
        '"',
        "'",
        ']]>',
        '<!--',
        '-->',
        '&amp;',
        '&#0;',
        '\u0000',
        '\u0008',
        '\u001b[31m',
        '\n',
        '\r',
        '\t',
        '\ud800',
        '\udc00',
        '\ufffe',
        '\uffff',
        '😀',
        '%',
        '{{',
      ),
    )
    .map((parts) => parts.join('')),
)

test('whatever a name or reason holds, the document is well-formed and no gate is lost', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, fc.boolean(), (window, why, script, ok) => {
      const gates = [
        gateResult({ window, why, ok }),
        gateResult({ endpoint: why, metric: window, tags: { [script]: why }, ok: !ok }),
      ]
      const suite = read(runSummary({ script, gates }))
      assert.equal(suite.testcase.length, 2)
      assert.equal(suite.testcase.filter(({ failure }) => failure !== undefined).length, 1)
    }),
    { numRuns: 500 },
  )
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/gu

/** What nobody sees, by the classes of Unicode. */
const UNSEEN = /[^\P{C}\n\t]|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/u

test('text comes back as it was written, but for what XML cannot carry or nobody sees, which is shown', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const escaped = forMarkup(text)
      assert.doesNotMatch(escaped, UNWRITABLE)
      const xml = `<a>${escaped}</a>`
      assert.equal(XMLValidator.validate(xml), true)
      const { a } = parser.parse(xml) as { a: string }
      if (!UNSEEN.test(text)) assert.equal(a, text)
    }),
    { numRuns: 1000 },
  )
  assert.equal(forMarkup('\ud83d😀\ude00'), '\\ud83d😀\\ude00')
})
