/** What processes of this machine use, read from /proc. On systems without it nothing is known. */
import { readFileSync } from 'node:fs'
import { gaps, short } from './columns.ts'

/** Clock ticks a second in /proc/PID/stat: fixed by Linux's interface to programs. */
const TICKS_PER_SECOND = 100
const KIB = 1024

export interface Usage {
  /** Seconds of CPU since the process began. */
  cpu: number
  /** Resident bytes. */
  rss: number
}

/** CPU seconds in `/proc/PID/stat`; the name in parentheses may hold anything. */
function cpuIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** A process with the children it has now; undefined when it is gone or the system has no /proc. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const cpu = cpuIn(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    const own = { cpu, rss: Number(rss ?? 0) * KIB }
    if (children === '') return own
    return children
      .split(' ')
      .flatMap((child) => usageOf(Number(child)) ?? [])
      .reduce((total, child) => ({ cpu: total.cpu + child.cpu, rss: total.rss + child.rss }), own)
  } catch {
    return undefined
  }
}

/** Cores in use and resident bytes of one process over the time axis. */
export class ProcessColumns {
  readonly cpu = gaps(0)
  readonly rss = gaps(0)
  readonly #pid: number
  readonly #read: (pid: number) => Usage | undefined
  #before: (Usage & { at: number }) | undefined

  constructor(pid: number, at: number, read = usageOf) {
    this.#pid = pid
    this.#read = read
    const now = read(pid)
    if (now !== undefined) this.#before = { ...now, at }
  }

  /** @param at epoch milliseconds */
  sample(place: number, at: number): void {
    const now = this.#read(this.#pid)
    const before = this.#before
    if (now === undefined) return
    this.rss.set(place, now.rss)
    if (before !== undefined && at > before.at) {
      // Children that have ended take their time with them.
      const spent = Math.max(0, now.cpu - before.cpu)
      this.cpu.set(place, short(spent / ((at - before.at) / 1000)))
    }
    this.#before = { ...now, at }
  }
}
