/** From the runs to the report: what was missed, what was red without a reason, what nobody can turn red. Pure. */
import type { Thresholds } from '../../lib/gates/thresholds.ts'
import { type CoveredGate, coverageOf, limitsIn } from './coverage.ts'
import { type Found, judgeRun } from './judge-run.ts'
import type { RunReport, SelftestReport } from './report-model.ts'
import type { PlannedRun } from './selection.ts'
import { CLEAN, type Suite } from './suite.ts'

export const nameOf = ({ suite, run, round }: PlannedRun): string => `${suite.name}: ${run.name}${round > 1 ? ` ${round}` : ''}`

export function runReport(
  { suite, run }: PlannedRun,
  found: Found & { seconds: number; generator: string | null },
  folder: string,
): RunReport {
  const { ok, unshown, marks, problems } = judgeRun(run, found)
  return {
    script: suite.script,
    suite: suite.name,
    case: run.name,
    why: run.why,
    faults: [...(run.faults ?? []).map(({ name }) => name), ...(run.pauses ? ['k6 stands still'] : [])],
    verdict: { expected: run.verdict, found: found.verdict },
    ok,
    unshown,
    problems,
    sentence: found.sentence,
    reason: found.reason,
    generator: found.generator,
    gates: found.gates.map(({ name, kind }) => ({ name, kind, mark: marks[name] ?? 'green' })),
    seconds: Math.round(found.seconds * 10) / 10,
    folder: ok ? null : folder,
  }
}

export function countsOf(done: readonly RunReport[]): Omit<SelftestReport['runs'], 'planned'> {
  const clean = done.filter((run) => run.case === CLEAN).length
  return { done: done.length, clean, faults: done.length - clean, as_expected: done.filter(({ ok }) => ok).length }
}

/** By script, for scripts all of whose suites have had a clean run: only those show every gate. */
export function coverageByScript(results: readonly RunReport[], suites: readonly Suite[]): Record<string, CoveredGate[]> {
  const scripts = [...new Set(suites.map(({ script }) => script))]
  return Object.fromEntries(
    scripts.flatMap((script) => {
      const own = suites.filter((suite) => suite.script === script)
      const clean = own.map(({ name }) => results.find((run) => run.suite === name && run.case === CLEAN && run.gates.length > 0))
      if (clean.includes(undefined)) return []
      const gates = clean.flatMap((run) => run?.gates.map(({ name }) => name) ?? [])
      return [[script, coverageOf(gates, own)] as const]
    }),
  )
}

/** What is wrong with the whole, in sentences; empty where every gate can be believed. */
export function problemsOf(
  results: readonly RunReport[],
  planned: number,
  coverage: Readonly<Record<string, readonly CoveredGate[]>>,
  thresholds: (script: string) => Pick<Thresholds, 'windows' | 'metrics'>,
): string[] {
  const missing = planned - results.length
  return [
    ...results.flatMap((run) => run.problems.map((problem) => `${run.suite}, ${run.case}: ${problem}.`)),
    ...Object.entries(coverage).flatMap(([script, gates]) => {
      const idle = gates.filter(({ by }) => by.length === 0).map(({ name }) => name)
      const names = new Set(gates.map(({ name }) => name))
      const unseen = limitsIn(thresholds(script)).filter((limit) => !names.has(limit))
      return [
        ...idle.map((name) => `${script}: no fault turns ${name} red.`),
        ...unseen.map((limit) => `thresholds/${script}.json: no run has a gate of ${limit}.`),
      ]
    }),
    ...(missing > 0 ? [`${missing} of ${planned} runs were not made.`] : []),
    ...(planned === 0 ? ['Nothing was selected.'] : []),
  ]
}
