/** JUnit XML: one test case a gate. */

import { type Markup, markup } from '../base/markup.ts'
import type { GateResult } from '../gates/model.ts'
import { thresholdsOf } from '../gates/threshold.ts'
import type { RunSummary } from './model.ts'
import { failureText, limitText, measuredText, placeText } from './wording.ts'

function testCase(script: string, gate: GateResult): Markup {
  const name = `${placeText(gate)} ${gate.label} ${limitText(gate)}`
  const [{ metric, expression }] = thresholdsOf(gate)
  const detail = `${metric} ${expression}\nmeasured ${measuredText(gate)}, samples ${gate.samples ?? 'unknown'}`
  const failure = markup`
      <failure type="${gate.kind}" message="${failureText(gate)}">${detail}</failure>
    `
  return markup`    <testcase classname="loadgate.${script}.${gate.window}" name="${name}" time="0">${!gate.ok && failure}</testcase>
`
}

export function junit(summary: RunSummary): string {
  const { script, gates, narrowed = [], checked_weakly: weakly = [] } = summary
  const said = [...narrowed.map((one) => ['narrowed', one]), ...weakly.map((one) => ['checked weakly', one])]
  const properties = markup`    <properties>
${said.map(
  ([name, value]) => markup`      <property name="${name}" value="${value}"/>
`,
)}    </properties>
`
  const failures = gates.filter(({ ok }) => !ok).length
  const counts = markup`tests="${gates.length}" failures="${failures}" errors="0" time="${summary.duration_s.toFixed(3)}"`
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="loadgate" ${counts}>
  <testsuite name="${script}" ${counts} timestamp="${summary.finished_at}">
${said.length > 0 && properties}${gates.map((gate) => testCase(script, gate))}  </testsuite>
</testsuites>
`.text
}
