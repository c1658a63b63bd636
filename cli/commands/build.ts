/** `loadgate build`: bundles for plain k6, for k6 Cloud and for Kubernetes. */
import { mkdirSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import type { CloudOptions } from '../../lib/run/cloud.ts'
import { writeAtomic } from '../base/atomic.ts'
import { messageOf } from '../base/errors.ts'
import { count } from '../base/figures.ts'
import { type Project, type Script, scriptNamed, scriptsOf } from '../base/project.ts'
import type { Terminal } from '../base/terminal.ts'
import { planFileOf, planText } from '../fleet/run-plan-file.ts'
import { bundle, sourceOf } from '../k6/bundle.ts'
import { inspect } from '../k6/inspect.ts'
import { provision } from '../k6/provision.ts'
import type { Command, Given } from './command.ts'

interface BuildOptions {
  out: string
  cloud?: string | true
  plan?: boolean
}

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024).toLocaleString('en-US')} KB`

/** Two scripts of one name would write one file. */
function requireDifferent(scripts: readonly Script[]): void {
  const twice = scripts.find(({ name }, i) => scripts.findIndex((other) => other.name === name) < i)
  if (twice !== undefined)
    throw new UsageError(`build: two scripts are called ${twice.name}; give each a folder of its own with --out`)
}

/**
 * @param zones `amazon:us:ashburn=60,amazon:ie:dublin=40`; true without any
 * @throws UsageError where the shares are not the whole
 */
export function cloudOptions(zones: string | true): CloudOptions {
  if (zones === true) return {}
  const expected = '--cloud: expected load zones with their shares in percent, such as amazon:us:ashburn=60,amazon:ie:dublin=40'
  const shares = zones.split(',').map((written) => {
    const [, loadZone = '', share = ''] = /^\s*([a-z0-9-]+(?::[a-z0-9-]+)+)=(\d+)\s*$/.exec(written) ?? []
    if (loadZone === '' || Number(share) === 0) throw new UsageError(`${expected}; found ${JSON.stringify(written)}`)
    return { loadZone, percent: Number(share) }
  })
  const sum = shares.reduce((all, { percent }) => all + percent, 0)
  if (sum !== 100) throw new UsageError(`${expected}; found ${sum} % in all`)
  const twice = shares.find(({ loadZone }, i) => shares.findIndex((other) => other.loadZone === loadZone) < i)
  if (twice !== undefined) throw new UsageError(`${expected}; found ${twice.loadZone} twice`)
  return { distribution: Object.fromEntries(shares.map((share) => [share.loadZone.replaceAll(':', '_'), share])) }
}

/**
 * @param written names of scripts that come along, and files of the user's own; all that come along without any
 * @param planToo whether the run plan of each is written beside it, as `k6 run` would make it in this environment
 * @param zones load zones and their shares; true where k6 Cloud is to choose, undefined for bundles that are not for it
 * @returns the exit code
 */
async function build(
  written: readonly string[],
  { out, cloud: zones, plan: planToo = false }: BuildOptions,
  project: Project,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (planToo && zones !== undefined)
    throw new UsageError('build: --plan is for loadgate judge, which a run in k6 Cloud has none of')
  const scripts = written.length === 0 ? scriptsOf(project) : written.map((script) => scriptNamed(project, script))
  requireDifferent(scripts)
  const cloud = zones === undefined ? undefined : cloudOptions(zones)
  const folder = resolve(out)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new UsageError(`build: --out ${folder}: ${messageOf(error)}`)
  }
  const width = Math.max(...scripts.map(({ name }) => name.length))
  const k6 = planToo ? await provision({ env, note: terminal.note, stop: new AbortController().signal }) : undefined
  for (const { name, source = sourceOf(project, name) } of scripts) {
    const file = join(folder, `${name}.js`)
    if (file === source) throw new UsageError(`build: ${file} would be written over itself; choose another folder with --out`)
    await bundle(source, file, { cloud })
    terminal.print(`${name.padEnd(width)}  ${relative('.', file)}  ${kilobytes(statSync(file).size)}`)
    if (k6 === undefined) continue
    const plan = await inspect(k6.path, file, env)
    const planFile = join(folder, planFileOf(name))
    writeAtomic(planFile, planText(plan))
    terminal.print(
      `${''.padEnd(width)}  ${relative('.', planFile)}  of ${count(plan.instances, 'instance')} against ${plan.target.base_url}`,
    )
  }
  return 0
}

const HELP = `
A bundle imports nothing but k6's own modules, and its exit code alone is a gate: 0, or not 0.

Examples:
  loadgate build ./my-flow.ts
  k6 run dist/my-flow.js
  BASE_URL=http://10.0.0.8:8080 INSTANCES=3 loadgate build burst --plan

Exit codes:
  0  written
  2  wrong arguments, or a script that cannot be bundled
`

export const command: Command = {
  name: 'build',
  description: 'write scripts as single files for plain k6, k6 Cloud and Kubernetes',
  completes: (scripts) => scripts,
  takes(line) {
    line
      .argument('[scripts...]', 'names (loadgate list), or files of your own; all that come along without it')
      .option('--out <folder>', 'folder to write into', 'dist')
      .option(
        '--cloud [zones]',
        'for k6 Cloud: limits that add up over its generators, and where those are, as amazon:us:ashburn=60,amazon:ie:dublin=40',
      )
      .option(
        '--plan',
        'beside each bundle its run plan, for judge --plan, made with the settings of the environment (BASE_URL, RATE, INSTANCES, …)',
      )
      .addHelpText('after', HELP)
  },
  run: ([scripts]: [string[]], { options, project, terminal, env }: Given<BuildOptions>) =>
    build(scripts, options, project, terminal, env),
}
