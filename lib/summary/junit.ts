/** JUnit XML: one test case a gate. */
import { forMarkup } from '../escape.ts'
import type { RunSummary } from './model.ts'
import { failureText, keyText, limitText, measuredText, placeText } from './wording.ts'

export function junit(summary: RunSummary): string {
  const { script, gates } = summary
  const failures = gates.filter(({ ok }) => !ok).length
  const cases = gates.map((gate) => {
    const name = forMarkup(`${placeText(gate)} ${keyText(gate.key)} ${limitText(gate)}`)
    const open = `    <testcase classname="${forMarkup(`loadgate.${script}.${gate.window}`)}" name="${name}" time="0"`
    if (gate.ok) return `${open}/>`
    const message = forMarkup(failureText(gate))
    const detail = forMarkup(
      `${gate.metric} ${gate.expression}\nmeasured ${measuredText(gate)}, samples ${gate.samples ?? 'unknown'}`,
    )
    return `${open}>\n      <failure type="${gate.kind}" message="${message}">${detail}</failure>\n    </testcase>`
  })
  const counts = `tests="${gates.length}" failures="${failures}" errors="0" time="${summary.duration_s.toFixed(3)}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="loadgate" ${counts}>`,
    `  <testsuite name="${forMarkup(script)}" ${counts} timestamp="${summary.finished_at}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}
