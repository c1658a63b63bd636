/** `loadgate selftest`: shows that every gate goes red for its fault. */
import { UsageError } from '../../lib/base/errors.ts'
import type { Project } from '../base/project.ts'
import type { Terminal } from '../base/terminal.ts'
import { coresHere } from '../generator/headroom.ts'
import { runCase } from '../selftest/run-case.ts'
import { selftest } from '../selftest/selftest.ts'
import type { Suite } from '../selftest/suite.ts'
import { SUITES } from '../selftest/suites.ts'
import { type Command, each, type Given } from './command.ts'

function whole(flag: string, written: unknown): number | undefined {
  if (written === undefined) return undefined
  const value = Number(written)
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value
  throw new UsageError(`--${flag}: expected a whole number from 1 to 1000, found ${JSON.stringify(written)}`)
}

/**
 * What can be shared between so many k6.
 * @throws UsageError where what cannot be is asked for by its name
 */
function divided(suites: readonly Suite[], scripts: readonly string[], instances: number | undefined): readonly Suite[] {
  if (instances === undefined || instances === 1) return suites
  const asked = suites.find(({ undivided, script, name }) => undivided && (scripts.includes(script) || scripts.includes(name)))
  if (asked !== undefined)
    throw new UsageError(`--instances: ${asked.script} measures from one place only; expected scripts that can be shared`)
  return suites.filter(({ undivided }) => !undivided)
}

/** @returns the exit code */
async function runSelftest(
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
  const suites = divided(SUITES, scripts, instances)
  return selftest({ ...selection, jobs, results: String(options.results) }, suites, run, project, terminal, env)
}

const HELP = `
Each run is a whole loadgate run against an embedded gateway with faults on; clean runs must pass.

Exit codes:
  0  every run was as expected, and every gate has a fault that turns it red
  1  a fault was missed, a clean run was red, or a gate cannot be turned red
  3  interrupted; what was found is kept
  2  wrong arguments
`

export const command: Command = {
  name: 'selftest',
  description: 'show on this machine that every gate goes red for the fault that it is there for',
  completes: (scripts) => scripts,
  takes(line) {
    line
      .argument('[scripts...]', 'scripts, or suites of them; all without it')
      .option('--all', 'every fault of the tables, not only the selection for CI')
      .option('--clean <count>', 'so many clean runs of each suite in a row and no faults: none may be red')
      .option('--case <name>', 'only the cases of this name; may be repeated', each)
      .option('--instances <count>', 'so many k6 share each run, with the same verdicts (without benchmarks)')
      .option('--jobs <count>', 'runs at the same time (default: half of the cores)')
      .option('--results <folder>', 'folder in which a folder for this self-test is made', 'results')
      .addHelpText('after', HELP)
  },
  run: ([scripts]: [string[]], { options, project, terminal, env }: Given<Record<string, unknown>>) =>
    runSelftest(scripts, options, project, terminal, env),
}
