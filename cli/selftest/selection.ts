/** Which runs a self-test makes. Pure. */
import { UsageError } from '../../lib/base/errors.ts'
import { didYouMean } from '../../lib/base/nearest.ts'
import { type Case, CLEAN, cleanCase, type Suite } from './suite.ts'

export interface Selection {
  /** Names of scripts; empty for all. */
  scripts: readonly string[]
  /** Every case, not only those that are quick to show that each kind of fault is seen. */
  all: boolean
  /** Names of cases; empty for all of the selection. */
  cases: readonly string[]
  /** So many clean runs of each suite one after another, and no faults. */
  clean: number | undefined
}

export interface PlannedRun {
  suite: Suite
  run: Case
  /** Number of the clean run, from 1. */
  round: number
}

const unknown = (what: string, name: string, known: readonly string[]): UsageError =>
  new UsageError(`selftest: unknown ${what} ${JSON.stringify(name)}${didYouMean(name, known)}; there are ${known.join(', ')}`)

function suitesOf(scripts: readonly string[], suites: readonly Suite[]): Suite[] {
  const known = [...new Set(suites.flatMap(({ script, name }) => [script, name]))]
  for (const name of scripts) if (!known.includes(name)) throw unknown('script', name, known)
  return suites.filter(({ script, name }) => scripts.length === 0 || scripts.includes(script) || scripts.includes(name))
}

export function plannedRuns({ scripts, all, cases, clean }: Selection, suites: readonly Suite[]): PlannedRun[] {
  const chosen = suitesOf(scripts, suites)
  if (clean !== undefined)
    return chosen.flatMap((suite) => Array.from({ length: clean }, (_, n) => ({ suite, run: cleanCase, round: n + 1 })))
  const known = [...new Set([CLEAN, ...chosen.flatMap((suite) => suite.cases.map(({ name }) => name))])]
  for (const name of cases) if (!known.includes(name)) throw unknown('case', name, known)
  const wanted = (one: Case): boolean =>
    cases.length > 0 ? cases.includes(one.name) : all || one === cleanCase || one.ci === true
  return chosen.flatMap((suite) => [cleanCase, ...suite.cases].filter(wanted).map((run) => ({ suite, run, round: 1 })))
}

/** In words, for the report. */
export function selectionText({ scripts, all, cases, clean }: Selection): string {
  const what =
    clean !== undefined
      ? `${clean} clean runs`
      : cases.length > 0
        ? `cases ${cases.join(', ')}`
        : all
          ? 'all cases'
          : 'the CI selection'
  return `${what} of ${scripts.length > 0 ? scripts.join(', ') : 'all scripts'}`
}
