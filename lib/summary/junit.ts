/** JUnit XML: one test case a gate. */
import type { RunSummary } from './model.ts'
import { failureText, keyText, limitText, measuredText, placeText } from './wording.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

export function escapeXml(text: string): string {
  // XML 1.0 has no way to write most control characters, nor halves of surrogate pairs.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const carried = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/gu, '')
  return carried.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)
}

export function junit(summary: RunSummary): string {
  const { script, gates } = summary
  const failures = gates.filter(({ ok }) => !ok).length
  const cases = gates.map((gate) => {
    const name = escapeXml(`${placeText(gate)} ${keyText(gate.key)} ${limitText(gate)}`)
    const open = `    <testcase classname="${escapeXml(`loadgate.${script}.${gate.window}`)}" name="${name}" time="0"`
    if (gate.ok) return `${open}/>`
    const message = escapeXml(failureText(gate))
    const detail = escapeXml(
      `${gate.metric} ${gate.expression}\nmeasured ${measuredText(gate)}, samples ${gate.samples ?? 'unknown'}`,
    )
    return `${open}>\n      <failure type="${gate.kind}" message="${message}">${detail}</failure>\n    </testcase>`
  })
  const counts = `tests="${gates.length}" failures="${failures}" errors="0" time="${summary.duration_s.toFixed(3)}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="loadgate" ${counts}>`,
    `  <testsuite name="${escapeXml(script)}" ${counts} timestamp="${summary.finished_at}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}
