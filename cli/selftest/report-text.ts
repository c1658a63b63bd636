/** The self-test's report for people: on the terminal and as Markdown. Pure. */
import { LEGEND, matrixMarkdown, matrixText } from './matrix.ts'
import type { RunReport, SelftestReport } from './report-model.ts'

function bySuite(results: readonly RunReport[]): [suite: string, runs: RunReport[]][] {
  const suites = new Map<string, RunReport[]>()
  for (const run of results) suites.set(run.suite, [...(suites.get(run.suite) ?? []), run])
  return [...suites]
}

const minutes = ({ started_at, finished_at }: SelftestReport): string =>
  `${((Date.parse(finished_at) - Date.parse(started_at)) / 60_000).toFixed(1)} minutes`

function covered({ coverage }: SelftestReport): string {
  const gates = Object.values(coverage).flat()
  const idle = gates.filter(({ by }) => by.length === 0).length
  return gates.length === 0
    ? 'whether each gate can be turned red is asked of scripts all of whose suites had a clean run beside their faults'
    : `${gates.length - idle} of ${gates.length} gates of ${Object.keys(coverage).length} scripts have a fault that turns them red`
}

export function headline(report: SelftestReport): string {
  const { done, clean, faults, as_expected } = report.runs
  const title = report.interrupted ? 'INTERRUPTED' : report.ok ? 'PASS' : 'FAIL'
  return `${title}  ${as_expected} of ${done} runs as expected (${clean} clean, ${faults} with faults); ${covered(report)}.`
}

/** What is said of a run when it is over. */
export function progressLine(name: string, run: RunReport, { done, planned }: SelftestReport['runs']): string {
  const red = run.gates.filter(({ mark }) => mark !== 'green').length
  const gates = `${red} of ${run.gates.length} gates red`
  const head = `[${done}/${planned}] ${name}: ${run.ok ? 'as expected' : 'NOT AS EXPECTED'} (${run.verdict.found}, ${gates}, ${run.seconds} s)`
  return [head, ...run.problems.map((problem) => `    ${problem}`)].join('\n')
}

export function selftestText(report: SelftestReport): string {
  const suites = bySuite(report.results).flatMap(([suite, runs]) => [suite, ...matrixText(runs), ''])
  return [
    ...suites,
    LEGEND,
    '',
    ...report.problems.map((problem) => `- ${problem}`),
    ...(report.problems.length > 0 ? [''] : []),
    `${headline(report)} ${minutes(report)}.`,
  ].join('\n')
}

export function selftestMarkdown(report: SelftestReport): string {
  const { machine, k6, loadgate } = report
  const kept = report.results.filter(({ folder }) => folder !== null)
  return [
    '# Self-test',
    '',
    `${headline(report)}`,
    '',
    `${report.selection}, ${minutes(report)}, loadgate ${loadgate}, k6 v${k6}, ${machine.cpus} cores (${machine.model}), ${report.finished_at}.`,
    '',
    ...(report.problems.length === 0 ? [] : ['## What is wrong', '', ...report.problems.map((problem) => `- ${problem}`), '']),
    ...(kept.length === 0
      ? []
      : ['Kept:', '', ...kept.map(({ suite, case: name, folder }) => `- ${suite}, ${name}: ${folder}`), '']),
    LEGEND,
    '',
    ...bySuite(report.results).flatMap(([suite, runs]) => [
      `## ${suite}`,
      '',
      ...matrixMarkdown(runs),
      '',
      ...runs.map((run) => `- **${run.case}** (${run.seconds} s): ${run.why}`),
      '',
    ]),
  ].join('\n')
}
