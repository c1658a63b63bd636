/** Runs a built script with the real k6, and gives back what an engineer would look at: exit code, words, summary. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { found } from '../../cli/k6/provision.ts'
import { release, reserve } from '../../cli/results/results.ts'
import { ROOM_BLOCK, USUAL_ROOM } from '../../lib/base/reserved.ts'
import type { GateResult } from '../../lib/gates/model.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { watchK6 } from '../disturbed.ts'

const DIST = new URL('../../dist/', import.meta.url).pathname

/** k6's exit codes (https://grafana.com/docs/k6/latest/using-k6/exit-codes/) that the scripts can end with. */
export const EXIT = { pass: 0, thresholds: 99, stopped: 107, aborted: 108 } as const

/** For every script: that of the benchmarks writes one file more, and failure has several hundred gates. */
const ROOM = { bytes: 2 * ROOM_BLOCK, files: [...USUAL_ROOM.files, 'benchmarks.json', 'instance.json'] }

export interface K6Run {
  readonly code: number | null
  /** stdout and stderr. */
  readonly output: string
  /** Undefined where the script was stopped before any load. */
  readonly summary: RunSummary | undefined
  /** A file of the results folder, as JSON; undefined where the run has left none of that name. */
  results(file: string): Promise<unknown>
}

/** A folder that goes with the test. */
export async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'loadgate-e2e-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Writes a file that a setting names, such as a target or thresholds file. */
export async function jsonFile(t: TestContext, name: string, content: unknown): Promise<string> {
  const file = join(await folderOf(t), name)
  await writeFile(file, JSON.stringify(content))
  return file
}

let k6: Promise<string> | undefined

const k6Path = (): Promise<string> => {
  k6 ??= found(process.env).then((program) => program?.path ?? assert.fail('there is no k6 here: npx loadgate k6 installs one'))
  return k6
}

/** A run that is under way. */
export interface Running {
  readonly child: ChildProcess
  output(): string
  readonly done: Promise<K6Run>
}

type Settings = Readonly<Record<string, string | number>>

/**
 * @param name of a built script, or path of another one without its `.js`
 * @param settings such as `{ BASE_URL: url, PROFILE: 'smoke', RATE: 20 }`; none is taken over from the environment of the tests
 */
export const runScript = async (t: TestContext, name: string, settings: Settings, ...flags: readonly string[]): Promise<K6Run> =>
  (await startScript(t, name, settings, ...flags)).done

/** For tests that do something to a run. */
export async function startScript(
  t: TestContext,
  name: string,
  settings: Settings,
  ...flags: readonly string[]
): Promise<Running> {
  const results = await folderOf(t)
  reserve(results, ROOM)
  const { PATH, HOME, PWD } = process.env
  // No line is broken: tests look for whole sentences.
  const env = { PATH, HOME, PWD, COLUMNS: '1000', RESULTS_DIR: results, ...settings }
  // Several runs at once would fight for the port of k6's REST API.
  const child = spawn(await k6Path(), ['run', '--quiet', '--address', 'localhost:0', ...flags, resolve(DIST, `${name}.js`)], {
    env: Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  const ended = watchK6(t, child.pid)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  const read = async (file: string): Promise<unknown> =>
    existsSync(join(results, file)) ? JSON.parse(await readFile(join(results, file), 'utf8')) : undefined
  const done = once(child, 'close').then(async ([code]) => {
    ended(code)
    release(results, ROOM)
    return { code, output, summary: (await read('summary.json')) as RunSummary | undefined, results: read }
  })
  return { child, output: () => output, done }
}

/** Gates that did not hold, as `window endpoint key`. */
export const redGates = ({ summary }: K6Run): string[] =>
  (summary?.gates ?? []).filter(({ ok }) => !ok).map(({ window, endpoint, key }) => `${window} ${endpoint} ${key}`)

export function gateOf({ summary, output }: K6Run, name: string): GateResult {
  const found = summary?.gates.find(({ window, endpoint, key }) => `${window} ${endpoint} ${key}` === name)
  return (
    found ??
    assert.fail(
      `no gate ${name}; there are ${summary?.gates.map((gate) => `${gate.window} ${gate.endpoint} ${gate.key}`).join(', ') ?? output}`,
    )
  )
}

/** The run passed; when it did not, the reader sees why. */
export function assertPassed(run: K6Run): void {
  assert.equal(run.code, EXIT.pass, `red: ${redGates(run).join('; ')}\n${run.output.slice(-4000)}`)
  assert.deepEqual(redGates(run), [])
}

/** k6 ended with crossed thresholds, and these gates are among the red ones. */
export function assertRed(run: K6Run, ...names: readonly string[]): void {
  assert.equal(run.code, EXIT.thresholds, run.output.slice(-4000))
  const red = redGates(run)
  for (const name of names) assert.ok(red.includes(name), `${name} held; red are ${red.join('; ')}`)
}
