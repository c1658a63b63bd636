/** What is measured: a generator that sends the same mix to the same target. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { reserve } from '../cli/results/results.ts'
import { USUAL_ROOM } from '../lib/base/reserved.ts'
import { type Cost, cost } from './pinned.ts'

export interface Measured {
  requests: number
  cpuSeconds: number
  wallSeconds: number
  /** As the generator itself saw it; null where it does not say. */
  p99Ms: number | null
}

export interface Load {
  /** Users at full speed or, where there is a rate, VUs of each scenario. */
  users: number
  seconds: number
  /** Open model: requests a second. */
  rate?: number
}

export interface Contender {
  name: string
  /** @throws where it could not run or says nothing about what it sent */
  measure(url: string, load: Load): Promise<Measured>
}

type Environment = Readonly<Record<string, string>>

export function measured({ cpuSeconds, wallSeconds }: Cost, requests: number, p99Ms: number | null): Measured {
  if (!(requests > 0)) throw new Error('it sent nothing')
  return { requests, cpuSeconds, wallSeconds, p99Ms }
}

export function failed(name: string, { code, stderr, stdout }: Cost): Error {
  return new Error(`${name} ended with exit code ${code}: ${(stderr || stdout).trim().slice(-600)}`)
}

/** Core of the generator; the target has the other one. */
export const GENERATOR_CORE = 0
export const TARGET_CORE = 1

const K6_FLAGS = ['run', '--quiet', '--no-usage-report', '--address', '']
/** k6 as somebody starts it who knows nothing of Go: these would change what is measured. */
const PLAIN = { GOGC: '', GOMEMLIMIT: '', GOMAXPROCS: '' }

/** A k6 script of bench/contenders. @param mix of bench/contenders/mix.js */
export const k6Script = (k6: string, name: string, file: string, mix: string, env: Environment = {}): Contender => ({
  name,
  async measure(url, { users, seconds, rate }) {
    const command = [k6, ...K6_FLAGS, resolve('bench/contenders', file)]
    const size = rate === undefined ? { USERS: String(users), RATE: '' } : { USERS: '', RATE: String(rate), VUS: String(users) }
    const settings = { BASE_URL: url, MIX: mix, ...size, DURATION: `${seconds}s` }
    const run = await cost(GENERATOR_CORE, command, { ...PLAIN, ...settings, ...env })
    // The usual script has limits, too, which a generator at full speed may well break.
    if (run.code !== 0 && run.code !== 99) throw failed(name, run)
    const summary = JSON.parse(run.stdout) as { requests: number; p99_ms: number }
    return measured(run, summary.requests, summary.p99_ms)
  },
})

interface Summary {
  totals: { sent: number }
  endpoints: { sent: number; ok: number; latency: { p99: number } | null }[]
}

/** What a script may write, as one of several instances too. */
const ROOM = { ...USUAL_ROOM, files: [...USUAL_ROOM.files, 'instance.json'] }

/** A script of the library, with all its gates on. @param flags of k6, which take what no variable gives */
export const libraryScript = (
  k6: string,
  name: string,
  script: string,
  env: Environment = {},
  flags: readonly string[] = [],
): Contender => ({
  name,
  async measure(url, { users, seconds, rate }) {
    const folder = mkdtempSync(join(tmpdir(), 'loadgate-bench-'))
    try {
      const size =
        rate === undefined ? { USERS: String(users), THINK_TIME: '0' } : { RATE: String(rate), VUS: String(users), WARMUP: '0' }
      const settings = { BASE_URL: url, ...size, DURATION: `${seconds}s`, RESULTS_DIR: folder }
      reserve(folder, ROOM)
      const run = await cost(GENERATOR_CORE, [k6, ...K6_FLAGS, ...flags, resolve(`dist/${script}.js`)], {
        ...PLAIN,
        ...settings,
        ...env,
      })
      // At full speed on one core a latency gate may well be red; a check may not fail.
      if (run.code !== 0 && run.code !== 99) throw failed(name, run)
      const { totals, endpoints } = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as Summary
      const wrong = endpoints.reduce((sum, { sent, ok }) => sum + sent - ok, 0)
      if (wrong > 0) throw new Error(`${name}: ${wrong} of ${totals.sent} requests were not answered correctly`)
      return measured(run, totals.sent, Math.max(...endpoints.map(({ latency }) => latency?.p99 ?? 0)))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
})
