/** The matrix of a suite: its gates against its faults, as text and as Markdown. Pure. */
import type { Mark } from './judge-run.ts'
import type { RunReport } from './report-model.ts'

const SIGNS: Readonly<Record<Mark, string>> = { green: '·', red: '●', may: '○', missed: '✗', unexpected: '!' }
export const LEGEND =
  '● red as it must be   · green as it must be   ○ red, and may be either   ✗ missed: green in spite of the fault   ! red without a reason'

interface Row {
  label: string
  signs: string[]
}

const letter = (at: number): string =>
  at < 26 ? String.fromCharCode(97 + at) : `${letter(Math.floor(at / 26) - 1)}${letter(at % 26)}`

/** Gates of one window and key that all runs have seen alike are one row. */
function rowsOf(runs: readonly RunReport[]): Row[] {
  const marks = runs.map(({ gates }) => new Map(gates.map(({ name, mark }) => [name, mark])))
  const names = [...new Set(runs.flatMap(({ gates }) => gates.map(({ name }) => name)))]
  const grouped = new Map<string, { window: string; key: string; endpoints: string[]; signs: string[] }>()
  for (const name of names) {
    const [window = '', endpoint = '', key = ''] = name.split(' ')
    const signs = marks.map((byName) => SIGNS[byName.get(name) ?? 'green'])
    const seen = marks.map((byName, at) => (byName.has(name) ? (signs[at] ?? '') : ' '))
    const group = `${window} ${key} ${seen.join('')}`
    const row = grouped.get(group) ?? { window, key, endpoints: [], signs: seen }
    row.endpoints.push(endpoint)
    grouped.set(group, row)
  }
  return [...grouped.values()].map(({ window, key, endpoints, signs }) => ({
    label: `${window} ${endpoints.join(',')} ${key}`,
    signs,
  }))
}

const CUT = 64
const short = (label: string): string => (label.length <= CUT ? label : `${label.slice(0, CUT - 1)}…`)

/** Runs of one suite, the clean one first. */
export function matrixText(runs: readonly RunReport[]): string[] {
  const rows = rowsOf(runs)
  const width = Math.max(0, ...rows.map(({ label }) => short(label).length))
  const letters = runs.map((_, at) => letter(at))
  return [
    `${''.padEnd(width)}  ${letters.map((one) => one.padEnd(2)).join('')}`.trimEnd(),
    ...rows.map(({ label, signs }) => `${short(label).padEnd(width)}  ${signs.map((one) => one.padEnd(2)).join('')}`.trimEnd()),
    ...runs.map(
      (run, at) =>
        `  ${letters[at]}  ${run.case}: ${run.verdict.found}${run.ok ? '' : `, not as expected: ${run.problems.join('; ')}`}`,
    ),
  ]
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('_', '\\_')

export function matrixMarkdown(runs: readonly RunReport[]): string[] {
  return [
    `| gate | ${runs.map((run) => cell(run.case)).join(' | ')} |`,
    `|---|${runs.map(() => ':-:').join('|')}|`,
    ...rowsOf(runs).map(({ label, signs }) => `| ${cell(label)} | ${signs.join(' | ')} |`),
    `| **verdict** | ${runs.map(({ verdict, ok }) => (ok ? verdict.found : `**${verdict.found}**`)).join(' | ')} |`,
  ]
}
