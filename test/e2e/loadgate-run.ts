/** Runs the built `loadgate` command, as a CI job would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { SeriesFile } from '../../cli/record/series-model.ts'
import type { Verdict } from '../../cli/results/verdict-model.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { readGenerator } from '../disturbed.ts'
import { folderOf } from './script-run.ts'

const PROGRAM = new URL('../../dist/loadgate.mjs', import.meta.url).pathname

export interface LoadgateRun {
  code: number | null
  out: string
  err: string
  folder: string
  file(name: string): string
  has(name: string): boolean
  summary(): RunSummary
  series(): SeriesFile
  verdict(): Verdict
}

/** A fault of the embedded gateway, as words of the command line. */
export const withFaults = (...faults: readonly Readonly<Record<string, string | number>>[]): string[] =>
  faults.map((fault) => `--fault=${JSON.stringify(fault)}`)

type Environment = Readonly<Record<string, string>>

/** A command that is under way. */
export interface RunningLoadgate {
  child: ChildProcess
  /** stdout and stderr. */
  said(): string
  folder: string
  done: Promise<LoadgateRun>
}

export const loadgate = async (t: TestContext, words: readonly string[], env: Environment = {}): Promise<LoadgateRun> =>
  (await startLoadgate(t, words, env)).done

/** For tests that do something to a run. */
export async function startLoadgate(t: TestContext, words: readonly string[], env: Environment = {}): Promise<RunningLoadgate> {
  const folder = join(await folderOf(t), 'run')
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    // No line is broken: tests look for whole sentences.
    env: { ...(PATH ? { PATH } : {}), ...(HOME ? { HOME } : {}), COLUMNS: '1000', RESULTS_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk
  })
  const file = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const done = once(child, 'close').then(([code]): LoadgateRun => {
    readGenerator(t, folder, code)
    return {
      code,
      out,
      err,
      folder,
      file,
      has: (name) => existsSync(join(folder, name)),
      summary: () => JSON.parse(file('summary.json')),
      series: () => JSON.parse(file('series.json')),
      verdict: () => JSON.parse(file('verdict.json')),
    }
  })
  return { child, said: () => out + err, folder, done }
}

/** A burst of 16 s: long enough for every window and every percentile to have its samples. */
export const SHORT_BURST = [
  'run',
  'burst',
  '--profile',
  'smoke',
  '--rate',
  '90',
  '--duration',
  '3s',
  '--warmup',
  '1s',
  '--stall',
  '1s',
]
