/** The words of `loadgate selftest`, checked. */
import { UsageError } from '../../lib/base/errors.ts'
import type { Project } from '../base/project.ts'
import type { Terminal } from '../base/terminal.ts'
import { coresHere } from '../generator/headroom.ts'
import { runCase } from '../selftest/run-case.ts'
import { selftest } from '../selftest/selftest.ts'
import { SUITES } from '../selftest/suites.ts'

function whole(flag: string, written: unknown): number | undefined {
  if (written === undefined) return undefined
  const value = Number(written)
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value
  throw new UsageError(`--${flag}: expected a whole number from 1 to 1000, found ${JSON.stringify(written)}`)
}

/** @returns the exit code */
export async function selftestCommand(
  scripts: readonly string[],
  options: Readonly<Record<string, unknown>>,
  project: Project,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const clean = whole('clean', options.clean)
  const cases = (options.case as string[] | undefined) ?? []
  if (clean !== undefined && (options.all === true || cases.length > 0))
    throw new UsageError('--clean is about runs without faults: it goes with neither --all nor --case')
  const selection = { scripts, all: options.all === true, cases, clean }
  // A run is k6, a gateway and a probe: two cores hold one of them without haste.
  const jobs = whole('jobs', options.jobs) ?? Math.max(1, Math.floor(coresHere() / 2))
  const instances = whole('instances', options.instances)
  const run: typeof runCase = (suite, one, place) => runCase(suite, one, { ...place, instances })
  return selftest({ ...selection, jobs, results: String(options.results) }, SUITES, run, project, terminal, env)
}
