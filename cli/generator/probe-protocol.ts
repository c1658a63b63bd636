/** What the command and its probe process say to each other: one line of JSON in, lines of JSON out. */
import type { AuthPlan } from '../../lib/auth.ts'
import type { ControlPlan } from '../../lib/briefing/control.ts'

export interface ProbeOrder {
  plan: ControlPlan
  auth: AuthPlan
  /** Requests a second. */
  rate: number
  timeoutMs: number
  insecureTls: boolean
}

export interface ProbeSample {
  /** Epoch milliseconds at which the request was sent. */
  at: number
  endpoint: string
  /** From the request to the last byte of its answer; null where none came. */
  ms: number | null
  /** Whether the status was that of a right answer. */
  ok: boolean
}

/** As written. */
export type WrittenSample = readonly [at: number, endpoint: string, ms: number | null, ok: 0 | 1]

/** All requests that the probe has made, the last thing it says: endpoint, status (0: no answer), how many. */
export type Tally = readonly (readonly [endpoint: string, status: number, count: number])[]
