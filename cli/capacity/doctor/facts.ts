/** What this machine is: gathered here, judged in checks.ts. */
import { execFileSync } from 'node:child_process'
import { readFileSync, statfsSync } from 'node:fs'
import { cpus, freemem, platform, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Facts {
  platform: string
  /** The hard limit: k6 raises its own soft limit to it. `Infinity` where there is none. */
  openFiles: number | undefined
  portRange: readonly [from: number, to: number] | undefined
  twReuse: number | undefined
  somaxconn: number | undefined
  cores: number
  memoryTotal: number
  memoryFree: number
  k6: { path: string; version: string } | undefined
  clockSource: string | undefined
  /** Milliseconds that the wall clock went ahead of the monotonic one in a fifth of a second. */
  clockDrift: number
  diskFree: number | undefined
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

const numbersIn = (text: string | undefined): number[] => (text ?? '').split(/\s+/).filter(Boolean).map(Number)
const sysctl = (name: string): number | undefined => numbersIn(readText(`/proc/sys/${name}`))[0]

function openFiles(): number | undefined {
  try {
    const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim()
    return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit)
  } catch {
    return undefined
  }
}

function portRange(): readonly [number, number] | undefined {
  const [from, to] = numbersIn(readText('/proc/sys/net/ipv4/ip_local_port_range'))
  return from === undefined || to === undefined ? undefined : [from, to]
}

function memoryFree(): number {
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(readText('/proc/meminfo') ?? '')?.[1]
  return available === undefined ? freemem() : Number(available) * 1024
}

const TRIES = 50

/**
 * Milliseconds that the wall clock is ahead of the monotonic one. On a busy machine others may have the core between two readings:
 * the pair of readings that took least counts.
 */
export function ahead(wall: () => number = Date.now, monotonic: () => number = () => performance.now()): number {
  let [least, difference] = [Number.POSITIVE_INFINITY, 0]
  for (let i = 0; i < TRIES && least > 1; i += 1) {
    const [before, at, after] = [monotonic(), wall(), monotonic()]
    if (after - before < least) [least, difference] = [after - before, at - before]
  }
  return difference
}

async function clockDrift(): Promise<number> {
  const before = ahead()
  await sleep(200)
  return ahead() - before
}

function diskFree(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}

/** @param k6 the one that would be used, if there is one already */
export async function gatherFacts(k6: Facts['k6'], folder: string): Promise<Facts> {
  return {
    platform: platform(),
    openFiles: openFiles(),
    portRange: portRange(),
    twReuse: sysctl('net/ipv4/tcp_tw_reuse'),
    somaxconn: sysctl('net/core/somaxconn'),
    cores: cpus().length,
    memoryTotal: totalmem(),
    memoryFree: memoryFree(),
    k6,
    clockSource: readText('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    clockDrift: await clockDrift(),
    diskFree: diskFree(folder),
  }
}
