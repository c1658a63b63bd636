/** `loadgate compare`: two runs of a script side by side. Runs of the benchmarks know their own spread, and are compared by it. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Terminal } from '../base/terminal.ts'
import { BENCHMARKS_FILE } from '../compare/benchmarks-file.ts'
import { compareBenchmarks } from '../compare/compare-benchmarks.ts'
import { compareRuns } from '../compare/compare-runs.ts'
import { findResults, latestOf } from '../results/find-results.ts'
import { readRun } from '../results/read-run.ts'
import { type Command, type Given, takeResults } from './command.ts'

/** A file of benchmarks, which may be kept apart from its run, or a run that has one. */
const hasBenchmarks = (written: string, parent: string): boolean =>
  existsSync(written) && statSync(written).isFile()
    ? !existsSync(join(written, '..', 'verdict.json')) || written.endsWith(BENCHMARKS_FILE)
    : existsSync(join(findResults(written, parent), BENCHMARKS_FILE))

/** @param later the latest run of the same script without it */
export function compare(earlier: string, later: string | undefined, parent: string, terminal: Terminal): number {
  if (hasBenchmarks(earlier, parent)) return compareBenchmarks(earlier, later, parent, terminal)
  const folder = findResults(earlier, parent)
  const script = later === undefined ? readRun(folder).verdict.script : ''
  return compareRuns(folder, later === undefined ? latestOf(script, folder, parent) : findResults(later, parent), terminal)
}

const HELP = `
Exit codes:
  0   every gate that held still holds; of benchmarks: nothing is worse by more than the spread of their rounds
  99  a gate that held is broken or gone; of benchmarks: a figure is worse or gone
  3   a run that is neither pass nor fail proves nothing
  2   wrong arguments, or runs that cannot be compared
`

export const command: Command = {
  name: 'compare',
  description: 'compare two runs of a script: what differs, gates, windows, endpoints',
  takes(line) {
    takeResults(line)
      .argument('<earlier>', 'folder of a run, or the beginning of its name; a benchmarks.json that was kept')
      .argument('[later]', 'the same; the latest run of the same script without it')
      .addHelpText('after', HELP)
  },
  run: ([earlier, later]: [string, string | undefined], { options, terminal }: Given<{ results: string }>) =>
    compare(earlier, later, options.results, terminal),
}
