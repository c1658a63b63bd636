/** Runs a built script against a gateway in both forms: plain `k6 run`, and `loadgate run`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { whoStarved } from '../disturbed.ts'

/** Where the build is that is put to the test; LOADGATE_DIST names another one. */
export const DIST = resolve(process.env.LOADGATE_DIST ?? new URL('../../dist', import.meta.url).pathname)
const PROGRAM = join(DIST, 'loadgate.mjs')

export type Settings = Readonly<Record<string, string>>

/** Limits that short runs have the samples for. `THRESHOLDS: ''` brings back the script's own. */
const patient = (script: string) => ({ THRESHOLDS: new URL(`limits/${script}.json`, import.meta.url).pathname })

/** Short runs, whose windows hold the samples that the limits need. */
const SIZES: Readonly<Record<string, Settings>> = {
  smoke: { PROFILE: 'smoke', USERS: '8', THINK_TIME: '100ms', DURATION: '3s', TIMEOUT: '2s', ...patient('smoke') },
  http: { PROFILE: 'smoke', USERS: '8', THINK_TIME: '100ms', DURATION: '3s', ...patient('http') },
  burst: { PROFILE: 'smoke', RATE: '45', SPIKE: '2', DURATION: '4600ms', WARMUP: '2s' },
  failure: { PROFILE: 'smoke', RATE: '30', WARMUP: '1s', ...patient('failure') },
  gateway: { PROFILE: 'smoke', RATE: '200', DURATION: '10s', WARMUP: '1s', CONNECTIONS: '10' },
  sse: { PROFILE: 'smoke' },
  a2a: { PROFILE: 'smoke', WARMUP: '1s' },
  websocket: { PROFILE: 'smoke', CONNECTIONS: '20', RATE: '100', DURATION: '4s', TIMEOUT: '2s', ...patient('websocket') },
  integration: { PROFILE: 'smoke', RATE: '60', DURATION: '4s', WARMUP: '1s', TIMEOUT: '2s', ...patient('integration') },
  sustained: { PROFILE: 'smoke', RATE: '50', DURATION: '22s', WARMUP: '1s' },
}

export interface Run {
  /** Undefined where a signal ended it. */
  code: number | null
  out: string
  err: string
  /** The results folder. */
  folder: string
  /** Each file of the results, as text. */
  files(): Record<string, string>
}

export interface LoadgateRun extends Run {
  /** The last words: `PASS  …`, `FAIL  …`; `USAGE` for a refusal. */
  verdict: string
  headline: string
  /** All that the verdict says. */
  said: string
  /** What k6 itself ended with: plain k6 run would have said the same. Undefined where it did not run. */
  k6: number | undefined
  /** How others kept k6 from the cores, by the run's own evidence; null where they did not. */
  starved: string | null
}

/** What a run takes over of the environment of the tests. */
const inherited = (): Settings =>
  Object.fromEntries(['PATH', 'HOME'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))

function filesOf(folder: string): Record<string, string> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return {}
  const names = readdirSync(folder, { recursive: true }).map(String)
  return Object.fromEntries(
    names.filter((name) => statSync(join(folder, name)).isFile()).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
}

export interface Started {
  child: ChildProcess
  done: Promise<Run>
}

function start(program: string, words: readonly string[], env: Settings, folder: string): Started {
  const child = spawn(program, words, { env: { ...inherited(), COLUMNS: '1000', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk
  })
  const done = once(child, 'close').then(([code]) => ({ code, out, err, folder, files: () => filesOf(folder) }))
  return { child, done }
}

export interface Order {
  script: string
  url: string
  folder: string
  env: Settings
  /** Flags of k6: behind `--` where loadgate runs it. */
  flags: readonly string[]
}

const environment = ({ script, url, folder, env }: Order): Settings => ({
  ...SIZES[script],
  BASE_URL: url,
  RESULTS_DIR: folder,
  ...env,
})

/** The k6 that the command itself would use. Found before the first test: while it is waited for, no gateway of this process answers. */
const K6 = /^\/\S+/m.exec(spawnSync(process.execPath, [PROGRAM, 'k6'], { encoding: 'utf8' }).stdout)?.[0] ?? 'k6'

export const startPlain = (order: Order): Started =>
  // Several runs at once would fight for the port of k6's REST API.
  start(
    K6,
    ['run', '--quiet', '--address', 'localhost:0', ...order.flags, join(DIST, `${order.script}.js`)],
    environment(order),
    order.folder,
  )

export const startLoadgate = (order: Order): Started =>
  start(
    process.execPath,
    [PROGRAM, 'run', order.script, ...(order.flags.length > 0 ? ['--', ...order.flags] : [])],
    environment(order),
    order.folder,
  )

export const runPlain = (order: Order): Promise<Run> => startPlain(order).done

interface VerdictFile {
  verdict: string
  reasons: { sentence: string; advice: string }[]
  k6: { exit_code: number | null }
}

export function judged(run: Run): LoadgateRun {
  const text = existsSync(join(run.folder, 'verdict.json')) ? run.files()['verdict.json'] : undefined
  // A refusal makes no results.
  const file: VerdictFile =
    text === undefined || text === ''
      ? { verdict: run.code === 2 ? 'usage' : 'none', reasons: [], k6: { exit_code: null } }
      : JSON.parse(text)
  const shown = /^(PASS|FAIL|INVALID|USAGE) {2}(.*)$/m.exec(run.out + run.err)?.[2]
  const headline = shown ?? (run.err.trim() || run.out.trim())
  return {
    ...run,
    verdict: file.verdict,
    headline,
    said: [headline, ...file.reasons.flatMap(({ sentence, advice }) => [sentence, advice])].join('\n'),
    k6: file.k6.exit_code ?? undefined,
    starved: whoStarved(run.folder),
  }
}

export const runLoadgate = async (order: Order): Promise<LoadgateRun> => judged(await startLoadgate(order).done)
