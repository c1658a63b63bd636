/**
 * junit.xml with the verdict in it: the script writes its gates there, but cannot know that a run is invalid, and a CI
 * page that shows only green cases would call it passed.
 */
import { type Markup, markup } from '../lib/markup.ts'
import type { Verdict } from './verdict-model.ts'

function suite({ script, verdict, reasons }: Verdict): Markup {
  const [first] = reasons
  const all = reasons.map(({ sentence, advice }) => `${sentence} ${advice}`).join('\n')
  return markup`  <testsuite name="verdict" tests="1" failures="0" errors="1" time="0">
    <testcase classname="loadgate.${script}" name="the run carries a verdict" time="0">
      <error type="${first?.code ?? verdict}" message="${first?.sentence ?? verdict}">${all}</error>
    </testcase>
  </testsuite>
</testsuites>
`
}

const oneMore = (_: string, before: string, number: string, after: string): string => before + (Number(number) + 1) + after

/** @param written what the script wrote; undefined when it did not */
export function junitWith(verdict: Verdict, written: string | undefined): string {
  const empty =
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="loadgate" tests="0" failures="0" errors="0" time="0">\n</testsuites>\n'
  const whole = written?.trimEnd().endsWith('</testsuites>') ? written : empty
  if (verdict.verdict === 'pass' || (verdict.verdict === 'fail' && whole.includes('<failure'))) return whole
  return whole
    .replace(/(<testsuites [^>]*tests=")(\d+)(")/, oneMore)
    .replace(/(<testsuites [^>]*errors=")(\d+)(")/, oneMore)
    .replace(/<\/testsuites>\s*$/, () => suite(verdict).text)
}
