/** What the command and its probe process say to each other: one line of JSON in, lines of JSON out. */
import type { AuthPlan } from '../../lib/auth/auth.ts'
import type { FailureClass } from '../../lib/base/outcome.ts'
import type { ControlPlan } from '../../lib/run/control.ts'

export interface ProbeOrder {
  plan: ControlPlan
  auth: AuthPlan
  /** What k6 calls itself. */
  userAgent: string
  /** Requests a second. */
  rate: number
  timeoutMs: number
  insecureTls: boolean
}

export interface ProbeSample {
  /** Epoch milliseconds at which the request was sent. */
  at: number
  endpoint: string
  /** From the request on a connection to the last byte of its answer, as k6's `http_req_duration`; null where none came. */
  ms: number | null
  /** The same from before connecting: what a user waits; of one whose answer had not come when the probe ended, how long it had waited then. */
  waited: number | null
  /** Milliseconds of these in which the probe itself stood still. */
  late: number
  /** What was wrong with the answer; null for a right one, and for one that had not come when the probe ended. */
  failure: FailureClass | null
}

/** As written. */
export type WrittenSample = readonly [
  at: number,
  endpoint: string,
  ms: number | null,
  waited: number | null,
  late: number,
  failure: FailureClass | null,
]

/** The first failure of its kind, whole. */
export interface ProbeExample {
  endpoint: string
  class: FailureClass
  /** 0 where no answer came. */
  status: number
  /** End of the sentence "the answer …". */
  why: string
}

/** All requests that the probe has made, the last thing it says: endpoint, status (0: no answer), how many. */
export type Tally = readonly (readonly [endpoint: string, status: number, count: number])[]

export type Written = readonly WrittenSample[] | { example: ProbeExample } | { tally: Tally }
