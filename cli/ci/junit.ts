/**
 * junit.xml with the verdict in it, before everything else: the script writes its gates there, but cannot know that a run is invalid,
 * nor what many red gates have in common, and a CI page that shows only green cases would call it passed.
 */
import { type Markup, markup } from '../../lib/base/markup.ts'
import type { Reason, Verdict } from '../results/verdict-model.ts'
import { exampleText } from '../verdict/verdict-text.ts'

const told = ({ sentence, advice, example, gates = [] }: Reason): string =>
  [
    sentence,
    ...(example === undefined ? [] : [`  example: ${exampleText(example)}`]),
    ...(example?.curl === undefined ? [] : [`  ask again: ${example.curl}`]),
    ...gates.map((gate) => `  broke: ${gate}`),
    `  ${advice}`,
  ].join('\n')

/** A gateway that broke a limit has failed; what cannot be judged is an error. */
const kindOf = ({ verdict }: Verdict): 'failure' | 'error' => (verdict === 'fail' ? 'failure' : 'error')

function suite(verdict: Verdict): Markup {
  const { script, reasons } = verdict
  const [first] = reasons
  const all = reasons.map(told).join('\n')
  const [type, message] = [first?.code ?? verdict.verdict, first?.sentence ?? verdict.verdict]
  const ofFailure = markup`<failure type="${type}" message="${message}">${all}</failure>`
  const ofError = markup`<error type="${type}" message="${message}">${all}</error>`
  const failed = kindOf(verdict) === 'failure'
  return markup`
  <testsuite name="verdict" tests="1" failures="${failed ? '1' : '0'}" errors="${failed ? '0' : '1'}" time="0">
    <testcase classname="loadgate.${script}" name="${failed ? 'what broke the limits' : 'the run carries a verdict'}" time="0">
      ${failed ? ofFailure : ofError}
    </testcase>
  </testsuite>`
}

const oneMore = (_: string, before: string, number: string, after: string): string => before + (Number(number) + 1) + after

/** @param written what the script wrote; undefined when it did not */
export function junitWith(verdict: Verdict, written: string | undefined): string {
  const empty =
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="loadgate" tests="0" failures="0" errors="0" time="0">\n</testsuites>\n'
  const whole = written?.trimEnd().endsWith('</testsuites>') ? written : empty
  if (verdict.verdict === 'pass') return whole
  const counter = kindOf(verdict) === 'failure' ? /(<testsuites [^>]*failures=")(\d+)(")/ : /(<testsuites [^>]*errors=")(\d+)(")/
  return whole
    .replace(/(<testsuites [^>]*tests=")(\d+)(")/, oneMore)
    .replace(counter, oneMore)
    .replace(/<testsuites [^>]*>/, (head) => head + suite(verdict).text)
}
