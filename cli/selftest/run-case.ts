/** One run of the self-test: a real `loadgate run` in a process of its own, against an embedded gateway with the faults on. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { visible } from '../../lib/base/escape.ts'
import { SETTINGS } from '../../lib/base/settings.ts'
import { startGateway } from '../base/embedded-gateway.ts'
import { gatewayFile, type Project } from '../base/project.ts'
import { type Supervised, supervise } from '../base/supervise.ts'
import type { GeneratorEvidence } from '../generator/evidence-model.ts'
import { parseSummary } from '../results/summary-file.ts'
import { parseVerdict } from '../results/verdict-model.ts'
import type { Found } from './judge-run.ts'
import { gateName } from './pattern.ts'
import { pausing } from './pausing.ts'
import { type Case, type Setup, type Suite, setupOf } from './suite.ts'
import { throwing } from './throwing.ts'

export interface Done extends Found {
  generator: string | null
  seconds: number
}

export interface Place {
  project: Project
  /** Path of the real k6. */
  k6: string
  /** Path of the thresholds file. */
  limits: string
  /** Folder of this run, which is made. */
  folder: string
  env: NodeJS.ProcessEnv
  /** k6 that share each run. */
  instances?: number | undefined
  /** Hears of the process as soon as there is one, to end it by. */
  started(running: Supervised): void
}

const gatewayArgs = ({ faults = [], gateway = [] }: Setup): string[] => [
  ...faults.map((fault) => `--fault=${JSON.stringify(fault)}`),
  ...gateway,
]

function words(setup: Setup, script: string): string[] {
  const { probe, record, target } = setup
  return [
    ...['run', script, ...(record ? [] : ['--no-record']), ...(probe === false ? ['--no-probe'] : [])],
    ...(target === undefined ? gatewayArgs(setup).map((arg) => `--gateway-arg=${arg}`) : []),
  ]
}

/** A run with a target file finds its gateway there; it is started here. */
async function targetOf(
  setup: Setup,
  project: Project,
  folder: string,
): Promise<{ env: Record<string, string>; stop(): Promise<void> }> {
  if (setup.target === undefined) return { env: {}, stop: async () => {} }
  const gateway = await startGateway(gatewayFile(project), gatewayArgs(setup), (text) =>
    appendFileSync(join(folder, 'gateway.log'), text),
  )
  const file = join(folder, 'target.json')
  writeFileSync(file, JSON.stringify({ ...setup.target, base_url: gateway.url }))
  return { env: { TARGET: file }, stop: () => gateway.stop() }
}

/** Settings of whoever calls must not reach the runs: they would be of another size. */
const ownEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !Object.hasOwn(SETTINGS, name) && !name.startsWith('K6_')))

function read<T>(file: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** A JSON Web Token, as a gateway grants it or in base64 once more. */
const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}|ZXlK[\w-]{16,}/

/** What people and CI systems look at holds no line that they would obey, and no token. */
function spoiltIn(folder: string, output: string): string[] {
  const texts = ['k6.log', 'gateway.log', 'summary.md', 'junit.xml', 'verdict.json'].map((name): [string, string] => [
    name,
    read(join(folder, name), (text) => text) ?? '',
  ])
  // The annotations of the run itself are commands.
  const lines = (text: string): string[] => text.split('\n').filter((line) => !/^::error ([^:]*,)?title=loadgate /.test(line))
  const spoilt = (text: string): boolean => TOKEN.test(text) || lines(text).some((line) => visible(line) !== line)
  return [['the terminal', output] as const, ...texts].flatMap(([name, text]) => (spoilt(text) ? [name] : []))
}

function foundIn(folder: string, suite: Suite, output: string): Omit<Done, 'seconds'> {
  const verdict = read(join(folder, 'verdict.json'), parseVerdict)
  const summary = read(join(folder, 'summary.json'), parseSummary)
  const generator = read(join(folder, 'generator.json'), (text) => JSON.parse(text) as GeneratorEvidence)
  const gates = summary !== undefined && 'summary' in summary ? summary.summary.gates : []
  return {
    verdict: verdict?.verdict ?? 'none',
    sentence: verdict?.reasons[0]?.sentence ?? (verdict ? 'every gate held' : (output.trim().split('\n').at(-1) ?? 'no output')),
    reason: verdict?.reasons[0]?.code ?? null,
    disturbed: generator !== undefined && (generator.cpu_starved !== null || generator.finding === 'generator-bound'),
    spoilt: spoiltIn(folder, output),
    gates: gates.map((gate) => ({ name: gateName(gate, suite.limitsOf), kind: gate.kind, ok: gate.ok })),
    generator: generator === undefined ? null : [generator.sentence, generator.cpu_starved].filter(Boolean).join(' '),
  }
}

export async function runCase(
  suite: Suite,
  run: Case,
  { project, k6, limits, folder, env, instances, started }: Place,
): Promise<Done> {
  mkdirSync(folder, { recursive: true })
  const setup = setupOf(suite, run, instances)
  const began = performance.now()
  const settings = Object.fromEntries(Object.entries(setup.settings ?? {}).map(([name, value]) => [name, String(value)]))
  const target = await targetOf(setup, project, folder)
  const standIn = (): string => {
    if (setup.throws) return throwing(k6, join(project.root, 'dist', `${suite.script}.js`), folder)
    return setup.pauses === undefined ? k6 : pausing(k6, setup.pauses, folder)
  }
  const running = await supervise(process.execPath, [join(project.root, 'dist', 'loadgate.mjs'), ...words(setup, suite.script)], {
    ...ownEnvironment(env),
    ...settings,
    ...(instances === undefined ? {} : { INSTANCES: String(instances) }),
    ...target.env,
    THRESHOLDS: limits,
    RESULTS_DIR: folder,
    K6_BIN: standIn(),
    NO_COLOR: '1',
  })
  started(running)
  let output = ''
  for (const stream of [running.child.stdout, running.child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  await running.ended
  await target.stop()
  writeFileSync(join(folder, 'output.txt'), output)
  return { ...foundIn(folder, suite, output), seconds: (performance.now() - began) / 1000 }
}
