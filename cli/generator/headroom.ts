/** What this machine, or the container we are in, leaves to a process. */
import { readFileSync } from 'node:fs'
import { availableParallelism, freemem } from 'node:os'
import type { Headroom } from './tuning.ts'

/** What a file of the kernel says; undefined where there is none. */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Cores of a cgroup v2 quota such as `50000 100000`; undefined where there is none. */
export function quotaCores(cpuMax: string | undefined): number | undefined {
  const [quota, period] = (cpuMax ?? '').trim().split(/\s+/).map(Number)
  return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? quota / period : undefined
}

/** Bytes that a cgroup v2 may still take; undefined where it has no limit. */
export function cgroupFree(max: string | undefined, current: string | undefined): number | undefined {
  const [limit, used] = [Number(max), Number(current)]
  return Number.isFinite(limit) && Number.isFinite(used) && max?.trim() !== '' ? Math.max(0, limit - used) : undefined
}

const CGROUP = '/sys/fs/cgroup'

/** Cores that may be used, in fractions where a container has a quota. */
export function coresHere(): number {
  const quota = quotaCores(readText(`${CGROUP}/cpu.max`))
  return Math.min(availableParallelism(), quota ?? Number.POSITIVE_INFINITY)
}

export function headroomHere(): Headroom {
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(readText('/proc/meminfo') ?? '')?.[1]
  const memory = available === undefined ? freemem() : Number(available) * 1024
  const contained = cgroupFree(readText(`${CGROUP}/memory.max`), readText(`${CGROUP}/memory.current`))
  return { cores: Math.ceil(coresHere()), memory: Math.min(memory, contained ?? Number.POSITIVE_INFINITY) }
}
