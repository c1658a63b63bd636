import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { XMLParser } from 'fast-xml-parser'
import { forTerminal } from '../../../../cli/base/colour.ts'
import { junitWith } from '../../../../cli/ci/junit.ts'
import { summaryMarkdown } from '../../../../cli/ci/markdown.ts'
import { parseVerdict, VERDICT_SCHEMA, type Verdict } from '../../../../cli/results/verdict-model.ts'
import { headline, verdictLines } from '../../../../cli/verdict/verdict-text.ts'
import { junit } from '../../../../lib/summary/junit.ts'
import { assertJunit } from '../../lib/summary/junit-schema.ts'
import { evidence, good, red, summaryOf } from '../run-facts.ts'

const zero = { total: 0, red: 0 }
const reason = (n: number) => ({ code: `code.${n}`, sentence: `Sentence ${n} <&> "it" | too.`, advice: `Advice ${n}.` })
const verdictOf = (more: Partial<Verdict> = {}): Verdict => ({
  schema: VERDICT_SCHEMA,
  verdict: 'invalid',
  exit_code: 3,
  reasons: [reason(1), reason(2)],
  script: 'burst',
  target: { base_url: 'http://127.0.0.1:7', embedded: true },
  gates: { total: 4, red: 1, limit: { total: 1, red: 1 }, evidence: zero, load: zero, script: zero },
  k6: { version: '1.8.1', exit_code: 99, signal: null },
  started_at: '2026-01-02T03:04:05.000Z',
  finished_at: '2026-01-02T03:05:05.000Z',
  command: 'npx loadgate run burst',
  machine: { cpus: 2, model: 'a | b', memory_bytes: 1, os: 'Linux', node: 'v20' },
  loadgate: '1.2.3',
  ...more,
})
const passed = verdictOf({ verdict: 'pass', exit_code: 0, reasons: [] })

test('a verdict is read back as it was written, and no other text is one', () => {
  assert.deepEqual(parseVerdict(JSON.stringify(verdictOf())), verdictOf())
  for (const text of [
    '',
    '{}',
    'null',
    JSON.stringify(verdictOf({ verdict: 'good' as 'pass' })),
    JSON.stringify({ ...verdictOf(), schema: 'loadgate.verdict/2' }),
  ])
    assert.throws(() => parseVerdict(text))
})

const suites = (xml: string) => {
  assertJunit(xml)
  const { testsuites } = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: (name) => /^test(suite|case)$/.test(name),
  }).parse(xml)
  const all: { testcase?: object[]; name: string }[] = testsuites.testsuite ?? []
  const cases = all.flatMap(({ testcase }) => testcase ?? []) as { error?: object; failure?: object }[]
  assert.equal(Number(testsuites.tests), cases.length)
  assert.equal(Number(testsuites.errors), cases.filter(({ error }) => error).length)
  assert.equal(Number(testsuites.failures), cases.filter(({ failure }) => failure).length)
  return { cases: cases.length, errors: Number(testsuites.errors), failures: Number(testsuites.failures) }
}
const [greenFile, redFile] = [junit(summaryOf(good())), junit(summaryOf([red(), evidence()]))]

const diagnosed = verdictOf({
  verdict: 'fail',
  exit_code: 99,
  reasons: [
    {
      ...reason(1),
      example: { request: 'GET http://h/r-1', ms: 2, curl: "curl -i 'http://h/r-1'", status: 200, why: 'has no id', body: '{}' },
      gates: ['error rate: base 1.4 % (≤ 0.1 %)'],
    },
    reason(2),
  ],
})

test('JUnit of a run that passed is what the script wrote; one that failed leads with the cause, and the gates follow', () => {
  assert.equal(junitWith(passed, greenFile), greenFile)
  const xml = junitWith(diagnosed, redFile)
  assert.deepEqual(suites(xml), { cases: 3, errors: 0, failures: 2 })
  assert.match(xml, /<testsuites [^>]*>\s*<testsuite name="verdict"/)
  for (const said of [
    'GET http://h/r-1 -&gt; 200 in 2 ms: {}',
    'curl -i &apos;http://h/r-1&apos;',
    'broke: error rate',
    'Sentence 2',
  ])
    assert.ok(xml.includes(said), said)
})

test('terminal, Markdown and annotation lead with the cause, an example and what broke by it', () => {
  assert.deepEqual(verdictLines(diagnosed, undefined, false).slice(1, 6), [
    '  example  GET http://h/r-1 -> 200 in 2 ms: {}',
    "  repeat   curl -i 'http://h/r-1'",
    '  broke    error rate: base 1.4 % (≤ 0.1 %)',
    '  next     Advice 1.',
    `  also: ${reason(2).sentence}`,
  ])
  const page = summaryMarkdown(diagnosed, undefined)
  assert.match(page, /Example: GET http:<!-- -->\/\/h\/r-1 -> 200 in 2 ms: \{\}/)
  assert.match(page, /Broken by it:\n\n- error rate: base 1\.4 %/)
})

test('JUnit is never all green when the run did not pass', () => {
  assert.deepEqual(suites(junitWith(verdictOf(), greenFile)), { cases: 5, errors: 1, failures: 0 })
  assert.deepEqual(suites(junitWith(verdictOf(), redFile)), { cases: 3, errors: 1, failures: 1 })
  assert.deepEqual(suites(junitWith(verdictOf({ verdict: 'fail' }), greenFile)), { cases: 5, errors: 0, failures: 1 })
  for (const written of [undefined, '', redFile.slice(0, 200)])
    assert.deepEqual(suites(junitWith(verdictOf(), written)), { cases: 1, errors: 1, failures: 0 })
})

test('what stands in a reason cannot break JUnit', () => {
  const xml = junitWith(verdictOf({ reasons: [{ code: 'a"b', sentence: '$1 $& ]]> </error> \u0000', advice: '&' }] }), greenFile)
  assert.deepEqual(suites(xml), { cases: 5, errors: 1, failures: 0 })
})

test('the headline is the first reason, or how many gates held', () => {
  assert.equal(headline(passed), 'All 4 gates held on sufficient evidence.')
  assert.equal(headline(verdictOf()), reason(1).sentence)
})

test('the last lines have verdict, advice, further reasons, results and the command', () => {
  const lines = verdictLines(verdictOf(), '/r', false)
  assert.equal(lines[0], `INVALID  ${reason(1).sentence}`)
  assert.equal(lines[1], '  next     Advice 1.')
  assert.equal(lines[2], `  also: ${reason(2).sentence}`)
  assert.deepEqual(lines.slice(-3), [
    'results         /r',
    'report          npx loadgate open /r',
    'repeat          npx loadgate run burst',
  ])
  assert.ok(verdictLines(passed, '/r', false).includes('report          npx loadgate open /r'))
  assert.ok(verdictLines(passed, resolve('results/a'), false).includes('report          npx loadgate open results/a'))
  const many = verdictLines(verdictOf({ reasons: Array.from({ length: 9 }, (_, n) => reason(n)) }), undefined, false)
  assert.ok(many.includes('  and 4 more, see verdict.json'))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  assert.match(verdictLines(passed, undefined, true).map(forTerminal).join(''), /^\u001b\[1m\u001b\[32mPASS/)
})

test('Markdown has every red gate, and a name cannot break its tables', () => {
  const gates = [evidence({ ok: false }), red({ why: 'because\nof | this <b>' })]
  const text = summaryMarkdown(
    verdictOf(),
    summaryOf(gates, { not_tested: ['websocket'], narrowed: ['api sends metrics alone'] }),
  )
  assert.match(text, /^Narrowed by the target: api sends metrics alone\.$/m)
  assert.match(text, /^# burst: invalid\n/)
  const rows = text.split('\n').filter((line) => /^\| [✓✗]/.test(line))
  assert.deepEqual(
    rows.map((row) => row.split(' | ')[0]),
    ['| ✗ **too little evidence**', '| ✗ **limit broken**'],
  )
  assert.match(rows[1] ?? '', /because of \\\| this &lt;b>/)
  for (const part of [
    '2 of 2 did not hold',
    'Not tested: websocket.',
    '```sh\nnpx loadgate run burst\n```',
    'Sentence 2 &lt;&> "it" \\| too.',
  ])
    assert.ok(text.includes(part), part)
  assert.doesNotMatch(summaryMarkdown(verdictOf(), undefined), /## Gates/)
})

test('Markdown folds what every run has, and says no sentence twice', () => {
  const text = summaryMarkdown(verdictOf(), summaryOf([red(), evidence()]))
  assert.match(text, /<summary>1 more held: samples<\/summary>\n\n\| {2}\| Where[^<]*\n\n<\/details>/)
  assert.equal(text.split('Sentence 1').length, 2)
  const many = summaryMarkdown(verdictOf({ reasons: Array.from({ length: 9 }, (_, n) => reason(n)) }), undefined)
  assert.match(many, /- and 4 more\n/)
})
