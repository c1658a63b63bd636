/** Reads back what a run has left in its folder, of this version or an older one. */

import { messageOf } from '../base/errors.ts'
import { FLEET_SCHEMA, type Fleet, parseFleet } from '../fleet/fleet-model.ts'
import { GENERATOR_SCHEMA, type GeneratorEvidence, parseGenerator } from '../generator/evidence-model.ts'
import { FIRST_GENERATOR_SCHEMA, parseFirstGenerator } from '../generator/first-evidence.ts'
import { BOOKS_SCHEMA, parseBooks } from '../reconcile/first-reconciliation.ts'
import { parseReconciliation, RECONCILIATION_SCHEMA, type Reconciliation } from '../reconcile/reconciliation-model.ts'
import { parseSeries, SERIES_SCHEMA, type SeriesFile } from '../record/series-model.ts'
import { failureSamples } from '../results/failure-samples.ts'
import { bySchema, read, readRun } from '../results/read-run.ts'
import { earlierRuns } from './earlier-runs.ts'
import type { RunResults } from './html/page.ts'

export interface ReadResults extends RunResults {
  folder: string
  /** What of the folder could not be read, and why. */
  problems: string[]
}

/** By schema; a version that is older than the one of today gets a reader of its own here that makes it new. */
const GENERATORS: Record<string, (text: string) => GeneratorEvidence> = {
  [GENERATOR_SCHEMA]: parseGenerator,
  [FIRST_GENERATOR_SCHEMA]: parseFirstGenerator,
}
const RECONCILIATIONS: Record<string, (text: string) => Reconciliation> = { [RECONCILIATION_SCHEMA]: parseReconciliation }
const BOOKS: typeof RECONCILIATIONS = { [BOOKS_SCHEMA]: parseBooks }
const FLEETS: Record<string, (text: string) => Fleet> = { [FLEET_SCHEMA]: parseFleet }
const SERIES: Record<string, (text: string) => SeriesFile> = { [SERIES_SCHEMA]: parseSeries }

/** @throws UsageError when the folder holds no verdict that can be read; everything else may be missing */
export function readResults(folder: string): ReadResults {
  const { problems, ...run } = readRun(folder)
  const optional = <T>(name: string, readers: Readonly<Record<string, (text: string) => T>>): T | undefined => {
    const text = read(folder, name)
    try {
      return text === undefined ? undefined : bySchema(text, readers)
    } catch (error) {
      problems.push(`${name} ${messageOf(error)}`)
      return undefined
    }
  }
  return {
    ...run,
    series: optional('series.json', SERIES),
    generator: optional('generator.json', GENERATORS),
    reconciliation: optional('reconciliation.json', RECONCILIATIONS) ?? optional('books.json', BOOKS),
    fleet: optional('fleet.json', FLEETS),
    failures: failureSamples(read(folder, 'k6.log') ?? ''),
    earlier: earlierRuns(folder, run),
    problems,
  }
}
