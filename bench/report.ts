/** Prints what was measured, and keeps it as JSON in bench/results. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, type as osType, release } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import type { Load } from './contender.ts'
import { canPin } from './pinned.ts'
import type { Cost, Lengths } from './rounds.ts'
import { pairedRatio, type Spread, spreadOf } from './statistics.ts'

export interface Row {
  name: string
  requestsPerSecond: Spread
  /** Microseconds. */
  cpuPerRequest: Spread
  cpuPerRequestWhole: Spread
  startSeconds: Spread
  /** CPU per request against the contender that all are compared with, pair by pair. */
  ratio: Spread
  p99Ms: number | null
}

export interface Bar {
  /** Contender, and the one it is compared with. */
  of: string
  against: string
  /** CPU per request of the first against the second, at most. */
  costs?: number
  /** Requests per CPU-second of the first against the second, at least. */
  yields?: number
}

export interface BarResult extends Bar {
  /** Costs or yields of the pairs. */
  ratio: Spread
  held: boolean
}

export function rowsOf(runs: ReadonlyMap<string, readonly Cost[]>, against: string): Row[] {
  const cpu = (name: string) => (runs.get(name) ?? []).map(({ cpuPerRequest }) => cpuPerRequest)
  return [...runs].map(([name, measured]) => {
    const p99s = measured.flatMap(({ p99Ms }) => p99Ms ?? [])
    return {
      name,
      requestsPerSecond: spreadOf(measured.map(({ requestsPerSecond }) => requestsPerSecond)),
      cpuPerRequest: spreadOf(cpu(name)),
      cpuPerRequestWhole: spreadOf(measured.map(({ cpuPerRequestWhole }) => cpuPerRequestWhole)),
      startSeconds: spreadOf(measured.map(({ startSeconds }) => startSeconds)),
      ratio: pairedRatio(cpu(name), cpu(against)),
      p99Ms: p99s.length === 0 ? null : spreadOf(p99s).median,
    }
  })
}

export function barsOf(runs: ReadonlyMap<string, readonly Cost[]>, bars: readonly Bar[]): BarResult[] {
  const cpu = (name: string) => (runs.get(name) ?? []).map(({ cpuPerRequest }) => cpuPerRequest)
  return bars.flatMap((bar) => {
    const [of, against] = [cpu(bar.of), cpu(bar.against)]
    // A peer that is not installed has no bar.
    if (of.length === 0 || against.length === 0) return []
    const { costs = Number.POSITIVE_INFINITY, yields } = bar
    const ratio = yields === undefined ? pairedRatio(of, against) : pairedRatio(against, of)
    return [{ ...bar, ratio, held: yields === undefined ? ratio.median <= costs : ratio.median >= yields }]
  })
}

const fixed = (value: number, digits: number) => value.toFixed(digits)
const range = ({ least, most }: Spread, digits: number) => `${fixed(least, digits)} … ${fixed(most, digits)}`

export function print(rows: readonly Row[], bars: readonly BarResult[], against: string): void {
  const table = new Table({
    head: ['generator', 'requests/s', 'CPU µs/request', 'spread', `against ${against}`, 'spread', 'CPU of start', 'p99 it saw'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const { name, requestsPerSecond, cpuPerRequest, ratio, startSeconds, p99Ms } of rows)
    table.push([
      name,
      Math.round(requestsPerSecond.median).toLocaleString('en'),
      fixed(cpuPerRequest.median, 1),
      range(cpuPerRequest, 1),
      `x${fixed(ratio.median, 2)}`,
      range(ratio, 2),
      `${fixed(startSeconds.median, 2)} s`,
      p99Ms === null ? '' : `${fixed(p99Ms, 2)} ms`,
    ])
  console.log(table.toString())
  for (const { of, against, ratio, costs, yields, held } of bars) {
    const what =
      yields === undefined ? `costs x${fixed(ratio.median, 2)} of` : `sends x${fixed(ratio.median, 2)} per CPU-second of`
    const limit = yields === undefined ? `at most x${costs}` : `at least x${yields}`
    console.log(`${held ? '✓' : '✗'} ${of} ${what} ${against} (${range(ratio, 2)}), ${limit}`)
  }
}

function write(name: string, content: object): string {
  const folder = join('bench', 'results')
  mkdirSync(folder, { recursive: true })
  const now = new Date().toISOString()
  const file = join(folder, `${now.replace(/\.\d+Z$/, 'Z').replaceAll(/[-:]/g, '')}-${name}.json`)
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown', os: `${osType()} ${release()}`, pinned: canPin }
  writeFileSync(file, `${JSON.stringify({ measured_at: now, machine, ...content }, null, 2)}\n`)
  return file
}

export const keep = (
  name: string,
  load: Omit<Load, 'seconds'> & Lengths,
  rows: readonly Row[],
  bars: readonly BarResult[],
): string => write(name, { load, rows, bars })

export const keepFigures = (name: string, figures: Readonly<Record<string, number>>): string => write(name, { figures })
