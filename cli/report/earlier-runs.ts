/** Earlier runs of the same script and size, among the folders beside that of a run. */
import { basename, dirname, resolve } from 'node:path'
import type { RunSummary } from '../../lib/summary/model.ts'
import { type ComparedRun, sizeOf } from '../compare/differences.ts'
import { resultsIn } from '../results/find-results.ts'
import { readRun } from '../results/read-run.ts'
import type { Verdict } from '../results/verdict-model.ts'

export interface EarlierRun extends ComparedRun {
  /** Name of its folder. */
  name: string
}

/** The run itself and nine before it make a trend of ten. */
const MOST = 9
/** A folder of a thousand runs must not hold up the report of one. */
const LOOKED_AT = 200

function compared(folder: string): EarlierRun[] {
  try {
    const { verdict, summary } = readRun(folder)
    return summary === undefined ? [] : [{ name: basename(folder), verdict, summary }]
  } catch {
    // What cannot be read cannot be compared with; list-results says why.
    return []
  }
}

/** @returns the latest first; none where the run itself has no figures */
export function earlierRuns(
  folder: string,
  { verdict, summary }: { verdict: Verdict; summary: RunSummary | undefined },
): EarlierRun[] {
  if (summary === undefined) return []
  const size = sizeOf(summary)
  const found: EarlierRun[] = []
  for (const other of resultsIn(dirname(resolve(folder))).slice(0, LOOKED_AT)) {
    if (found.length === MOST) break
    if (other === resolve(folder)) continue
    found.push(...compared(other).filter((run) => run.verdict.started_at < verdict.started_at && sizeOf(run.summary) === size))
  }
  return found.sort((a, b) => b.verdict.started_at.localeCompare(a.verdict.started_at))
}

/** The one that a run is compared with: the latest that could say anything. */
export const formerRun = (earlier: readonly EarlierRun[]): EarlierRun | undefined =>
  earlier.find(({ verdict }) => verdict.verdict === 'pass' || verdict.verdict === 'fail')
