/** k6's CPU, and what others took from it, second by second. On systems without /proc nothing is known. */
import { readFileSync } from 'node:fs'
import { usageOf } from '../recorder/process-sampler.ts'

export interface CpuSample {
  /** Epoch milliseconds at the end of the sample. */
  at: number
  /** Cores that k6 used. */
  used: number
  /** Share of the machine's time that its host gave to others. */
  stolen: number
  /** Share of the time that a container's quota kept us waiting. */
  throttled: number
}

interface Reading {
  at: number
  cpu: number
  steal: number
  total: number
  throttled: number
}

/** Ticks of the first line of `/proc/stat`: all there were, and those the hypervisor gave to others. */
export function stealIn(stat: string): { steal: number; total: number } {
  const ticks = (/^cpu\s+(.*)$/m.exec(stat)?.[1] ?? '').trim().split(/\s+/).map(Number)
  // guest and guest_nice, the last two, are in user and nice already.
  return { steal: ticks[7] ?? 0, total: ticks.slice(0, 8).reduce((sum, value) => sum + value, 0) }
}

/** Seconds in `throttled_usec` of a cgroup v2's cpu.stat. */
export const throttledIn = (cpuStat: string): number => Number(/^throttled_usec (\d+)$/m.exec(cpuStat)?.[1] ?? 0) / 1e6

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}

function read(pid: number): Reading | undefined {
  const usage = usageOf(pid)
  if (usage === undefined) return undefined
  const throttled = throttledIn(readOr('/sys/fs/cgroup/cpu.stat', ''))
  return { at: Date.now(), cpu: usage.cpu, ...stealIn(readOr('/proc/stat', '')), throttled }
}

export function between(before: Reading, after: Reading): CpuSample {
  const seconds = (after.at - before.at) / 1000
  const ticks = after.total - before.total
  return {
    at: after.at,
    used: Math.max(0, after.cpu - before.cpu) / seconds,
    stolen: ticks > 0 ? (after.steal - before.steal) / ticks : 0,
    throttled: Math.min(1, Math.max(0, after.throttled - before.throttled) / seconds),
  }
}

const EVERY_MS = 1000

export interface CpuSampler {
  samples: readonly CpuSample[]
  stop(): void
}

export function sampleCpu(pid: number): CpuSampler {
  const samples: CpuSample[] = []
  let before = read(pid)
  const timer = setInterval(() => {
    const now = read(pid)
    if (now !== undefined && before !== undefined && now.at > before.at) samples.push(between(before, now))
    before = now ?? before
  }, EVERY_MS)
  timer.unref()
  return { samples, stop: () => clearInterval(timer) }
}
