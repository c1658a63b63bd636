/** How k6's runtime is set up for load: its garbage collector is what a busy generator waits for. Pure. */

import { BYTES_A_VU, BYTES_BASE } from './needs.ts'

export interface Headroom {
  /** Cores that this process may use. */
  cores: number
  /** Bytes that programs can still have. */
  memory: number
}

export interface Tuning {
  /** Variables that k6 is started with. */
  env: Record<string, string>
  /** What was set and why, for the report. */
  sentence: string
}

const MIB = 1024 * 1024
/** More room than this wins nothing that was measured. */
const ENOUGH = 1024 * MIB
/** A gateway and the control probe may live on the same machine. */
const SHARE = 0.5
/** A held socket takes 69 KiB with 50 and 63 with this, for 5 % more CPU, or 11 % where each gets an event a second (`bench:scale -- sockets`). */
const SOCKETS_GOGC = '30'
const NAMES = ['GOGC', 'GOMEMLIMIT', 'GOMAXPROCS'] as const

const mib = (bytes: number): string => `${Math.floor(bytes / MIB)}MiB`

/**
 * Where there is memory for it, the garbage collector runs only when its limit is reached. Not for WebSockets: they live as long as
 * the run, so that a collector that is put off would only add to what they take.
 * What the user has set in the environment stays as it is.
 * @param load of the whole run, undefined where nobody knows
 */
export function tuningOf(
  { cores, memory }: Headroom,
  load: { vus: number; sockets: number } | undefined,
  given: Readonly<Record<string, string | undefined>>,
): Tuning {
  const own = NAMES.filter((name) => given[name])
  if (own.length > 0)
    return { env: {}, sentence: `k6 runs with ${own.map((name) => `${name}=${given[name]}`).join(' ')} of the environment.` }
  const { vus, sockets = 0 } = load ?? {}
  const procs = { GOMAXPROCS: String(Math.max(1, cores)) }
  if (sockets > 0)
    return {
      env: { GOGC: SOCKETS_GOGC, ...procs },
      sentence: `k6 collects garbage early (GOGC=${SOCKETS_GOGC} GOMAXPROCS=${procs.GOMAXPROCS}): ${sockets} WebSockets live as long as the run.`,
    }
  const live = BYTES_BASE + (vus ?? 200) * BYTES_A_VU
  const limit = Math.min(memory * SHARE, Math.max(ENOUGH, live * 3))
  // Close to the limit a collector that waits for it would run all the time.
  if (limit < live * 2)
    return {
      env: { GOMEMLIMIT: mib(memory * SHARE), ...procs },
      sentence: `k6 collects garbage as usual (GOMEMLIMIT=${mib(memory * SHARE)}): ${mib(memory)} of free memory are too little to put it off for ${vus ?? 'these'} VUs.`,
    }
  return {
    env: { GOGC: 'off', GOMEMLIMIT: mib(limit), ...procs },
    sentence: `k6 collects garbage only at ${mib(limit)} (GOGC=off GOMEMLIMIT=${mib(limit)} GOMAXPROCS=${procs.GOMAXPROCS}).`,
  }
}
