/** What the CPU of a window says about k6: whether it had headroom, none, or was kept from the cores. Pure. */
import type { CpuSample } from './cpu-sampler.ts'
import type { GeneratorEvidence, WindowEvidence } from './evidence-model.ts'

/** Share of its cores from which k6 has no headroom left: what comes in then waits for a core. */
const FULL = 0.9
/** Share of the time that others may take before it counts. */
const TAKEN = 0.1
/** Share of the machine's time below which nothing of it was left. */
const LEFT = 0.1
/** Cores of other programs below which it was the run itself that took what there was. */
const OTHERS = 0.5
/** Share of a window's seconds, and their number: less, such as the second in which another program starts, does not make a window slow. */
const CROWDED = { share: 0.25, seconds: 2 }

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * A second in which programs outside the run left nothing of the machine, so that k6 waited for longer than it worked. Those that
 * step aside (nice) cost it no waiting. On two cores k6 waited alone for half of the time that it worked, beside six busy
 * processes for three times as long.
 */
const crowded = ({ used, waited, idle, others }: CpuSample): boolean => idle < LEFT && others >= OTHERS && waited > used

export function cpuOf(samples: readonly CpuSample[]): WindowEvidence['cpu'] {
  if (samples.length === 0) return null
  const of = (key: keyof Omit<CpuSample, 'at'>) => mean(samples.map((sample) => sample[key]))
  return {
    used: of('used'),
    stolen: of('stolen'),
    throttled: of('throttled'),
    waited: of('waited'),
    others: of('others'),
    crowded: samples.filter(crowded).length / samples.length,
    stopped: of('stopped'),
  }
}

/** Others kept k6 from the cores: its host or its quota did, or the programs beside it. */
export function isCpuStarved(samples: readonly CpuSample[]): boolean {
  const cpu = cpuOf(samples)
  if (cpu === null) return false
  const full = cpu.crowded >= CROWDED.share && samples.filter(crowded).length >= CROWDED.seconds
  return full || cpu.stolen >= TAKEN || cpu.throttled >= TAKEN
}

/** A signal held k6 up, and k6 alone: the probe, where it can speak, has seen what the gateway did meanwhile. */
export const wasStopped = (cpu: WindowEvidence['cpu']): boolean => cpu !== null && cpu.stopped >= TAKEN

/** Share of its cores, and of the seconds of each second, below which no queue of k6's own can have been long. */
const IDLE = 0.5
/** Share of a latency that a late start may have added to it before it says something about k6. */
const IN_TIME = 0.25

/**
 * k6 had cores to spare, nobody kept it from them, it was not held up itself, and it began what was due in time.
 * @param excess milliseconds that k6 read beyond the probe
 */
export function headroomIn(
  samples: readonly CpuSample[],
  cores: number,
  lag: GeneratorEvidence['start_lag_ms'],
  excess: number,
): boolean {
  const cpu = cpuOf(samples)
  if (cpu === null || isCpuStarved(samples)) return false
  const free = cpu.used + cpu.waited <= cores * IDLE && cpu.stolen + cpu.throttled < TAKEN / 2 && cpu.crowded === 0
  return free && samples.every(({ stopped }) => stopped === 0) && (lag === null || lag.p99 <= excess * IN_TIME)
}

/** Without a probe that can speak, a generator without headroom cannot be believed. */
export const isFull = (cpu: WindowEvidence['cpu'], cores: number): boolean =>
  cpu !== null && (cpu.used >= cores * FULL || cpu.throttled >= TAKEN || cpu.stolen >= TAKEN)
