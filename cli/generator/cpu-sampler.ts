/** k6's CPU, and what others took from it, second by second. On systems without /proc nothing is known. */
import { readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { usageOf } from '../record/process-sampler.ts'
import { readText } from './headroom.ts'

export interface CpuSample {
  /** Epoch milliseconds at the end of the sample. */
  at: number
  /** Cores that k6 used. */
  used: number
  /** Share of the machine's time that its host gave to others. */
  stolen: number
  /** Share of the time that a container's quota kept us waiting. */
  throttled: number
  /** Seconds of each second that threads of k6 stood ready and had no core, all of them together. */
  waited: number
  /** Share of the machine's time that nobody used. */
  idle: number
  /** Cores that programs used which are not of this run. */
  others: number
  /** Share of the time that k6 was held up by a signal (SIGSTOP). */
  stopped: number
}

interface Reading {
  at: number
  cpu: number
  /** CPU seconds of this run: k6, the embedded gateway, the probe and this command. */
  own: number
  steal: number
  idle: number
  total: number
  throttled: number
  waits: Waits
}

/** Seconds that each thread has waited for a core, by its id. */
type Waits = ReadonlyMap<string, number>

/** Ticks of the first line of `/proc/stat`: all there were, those that nobody used, and those the hypervisor gave to others. */
export function ticksIn(stat: string): Pick<Reading, 'steal' | 'idle' | 'total'> {
  const ticks = (/^cpu\s+(.*)$/m.exec(stat)?.[1] ?? '').trim().split(/\s+/).map(Number)
  // guest and guest_nice, the last two, are in user and nice already.
  return {
    steal: ticks[7] ?? 0,
    idle: (ticks[3] ?? 0) + (ticks[4] ?? 0),
    total: ticks.slice(0, 8).reduce((sum, value) => sum + value, 0),
  }
}

/** Seconds in `throttled_usec` of a cgroup v2's cpu.stat. */
export const throttledIn = (cpuStat: string): number => Number(/^throttled_usec (\d+)$/m.exec(cpuStat)?.[1] ?? 0) / 1e6

/** Seconds in the second field of a thread's schedstat. */
export const waitIn = (schedstat: string): number => Number(schedstat.split(' ')[1] ?? 0) / 1e9

/** A thread that has ended takes its count along. */
export const waitedBetween = (before: Waits, after: Waits): number =>
  [...after].reduce((sum, [thread, seconds]) => sum + Math.max(0, seconds - (before.get(thread) ?? 0)), 0)

function waitsOf(pid: number): Waits {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return new Map(threads.map((thread) => [thread, waitIn(readText(`/proc/${pid}/task/${thread}/schedstat`) ?? '')]))
  } catch {
    // It has ended.
    return new Map()
  }
}

function read(pid: number): Reading | undefined {
  const usage = usageOf(pid)
  if (usage === undefined) return undefined
  const throttled = throttledIn(readText('/sys/fs/cgroup/cpu.stat') ?? '')
  const own = usageOf(process.pid)?.cpu ?? usage.cpu
  return { at: Date.now(), cpu: usage.cpu, own, ...ticksIn(readText('/proc/stat') ?? ''), throttled, waits: waitsOf(pid) }
}

/** Whether `/proc/PID/stat` is that of a process that a signal has stopped. Its name, in brackets, may hold anything. */
export const isStopped = (stat: string): boolean => /\) [Tt] [^)]*$/.test(stat)

/** @param cores of the machine, not of a container in it: /proc/stat is about that */
export function between(before: Reading, after: Reading, cores: number, stopped = 0): CpuSample {
  const seconds = (after.at - before.at) / 1000
  const ticks = after.total - before.total
  const share = (key: 'steal' | 'idle'): number => (ticks > 0 ? (after[key] - before[key]) / ticks : 0)
  const [stolen, idle] = [share('steal'), share('idle')]
  return {
    at: after.at,
    used: Math.max(0, after.cpu - before.cpu) / seconds,
    stolen,
    throttled: Math.min(1, Math.max(0, after.throttled - before.throttled) / seconds),
    waited: waitedBetween(before.waits, after.waits) / seconds,
    idle,
    others: Math.max(0, (1 - idle) * cores - stolen * cores - Math.max(0, after.own - before.own) / seconds),
    stopped,
  }
}

const EVERY_MS = 1000

export interface CpuSampler {
  samples: readonly CpuSample[]
  stop(): void
}

/** A stop is short, and nothing counts it: it must be met. */
const STOPS_EVERY_MS = 50

export function sampleCpu(pid: number): CpuSampler {
  const samples: CpuSample[] = []
  let before = read(pid)
  let [looks, stopped] = [0, 0]
  const stops = setInterval(() => {
    looks += 1
    if (isStopped(readText(`/proc/${pid}/stat`) ?? '')) stopped += 1
  }, STOPS_EVERY_MS)
  const timer = setInterval(() => {
    const now = read(pid)
    if (now !== undefined && before !== undefined && now.at > before.at)
      samples.push(between(before, now, cpus().length, looks === 0 ? 0 : stopped / looks))
    before = now ?? before
    looks = 0
    stopped = 0
  }, EVERY_MS)
  timer.unref()
  stops.unref()
  return {
    samples,
    stop() {
      clearInterval(timer)
      clearInterval(stops)
    },
  }
}

/** What several k6 on this machine used and waited, second by second, as if they were one; what is the machine's is the same for all. */
export function together(all: readonly (readonly CpuSample[])[]): readonly CpuSample[] {
  const [longest = []] = all.toSorted((a, b) => b.length - a.length)
  return longest.map((sample, i) => {
    const those = all.flatMap((samples) => samples[i] ?? [])
    const sum = (of: (one: CpuSample) => number): number => those.reduce((total, one) => total + of(one), 0)
    return {
      ...sample,
      used: sum(({ used }) => used),
      waited: sum(({ waited }) => waited),
      stopped: Math.max(...those.map(({ stopped }) => stopped)),
    }
  })
}

/** Cores that it used on average; undefined where nothing was sampled. */
export const averageOf = (samples: readonly CpuSample[]): number | undefined =>
  samples.length === 0 ? undefined : samples.reduce((sum, { used }) => sum + used, 0) / samples.length
