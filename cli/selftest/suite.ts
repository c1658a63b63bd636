/** What the self-test runs and what it expects of it, as data: a suite is a script at one size, with its faults. */
import type { VerdictName } from '../results/verdict-model.ts'

/** A fault of the switchboard, as the embedded gateway takes it. */
export type FaultOrder = { readonly name: string } & Readonly<Record<string, string | number>>

/** What is done to the generator in place of the gateway: k6 stands still again and again, as on a machine that others use. */
export interface Pauses {
  /** Sockets that k6 has open when its load has begun, however long it took to start. */
  readonly sockets: number
  readonly for_s: number
  /** Seconds from the end of one to the next. */
  readonly apart_s: number
  readonly times: number
}

export type RunSettings = Readonly<Record<string, string | number>>

/** How a run is made. */
export interface Setup {
  readonly settings?: RunSettings
  /** Arguments of the embedded gateway. */
  readonly gateway?: readonly string[]
  readonly faults?: readonly FaultOrder[]
  /** A target file of its own, in which the gateway's address is filled in. */
  readonly target?: object
  readonly pauses?: Pauses
  /** Each request without an answer ends its iteration with an exception. */
  readonly throws?: true
  /** `false`: no control probe, whose requests would be counted by a fault that begins after some. */
  readonly probe?: false
  /** With the recording, which most cases do without: what k6 sent is held against the gateway's own count. */
  readonly record?: true
}

/**
 * One run with faults on, and the gates that it must turn red: no fewer, and no others.
 * A gate is `window endpoint key`; in a pattern each word may be several (`health|resource`) or `any`.
 */
export interface Case extends Setup {
  readonly name: string
  readonly red: readonly string[]
  /** Gates that may be red or not, each with the reason why nobody can say. */
  readonly may?: Readonly<Record<string, string>>
  readonly verdict: VerdictName
  /** Why these gates are the ones. */
  readonly why: string
  /** Whether it is in the selection that is run by default. */
  readonly ci?: true
  /** Whether it takes cores for itself: a run beside it would suffer, and it would not see what it burns. */
  readonly alone?: true
}

export interface Suite extends Setup {
  readonly script: string
  /** Tells suites of one script apart. */
  readonly name: string
  /** Whether the script measures from one place only: its runs cannot be shared between instances. */
  readonly undivided?: true
  /** Requests of one kind that setup of one k6 sends; where it is not said, as many as faults leave out (`after_requests`). */
  readonly setupRequests?: number
  /** Windows whose limits stand under another name in the thresholds file, as `--target` or size decides. */
  readonly limitsOf?: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
}

export const CLEAN = 'clean'

/** No fault: nothing may be red. */
export const cleanCase: Case = { name: CLEAN, red: [], verdict: 'pass', why: 'Nothing is wrong.' }

/**
 * What a case says goes over what its suite says. Its numbers are those of one k6: of several, each sends its own requests before the load, and
 * holds its part of the sockets.
 */
export function setupOf(suite: Suite, run: Case, instances = 1): Setup {
  const { faults, pauses } = { ...suite, ...run }
  const later = ({ after_requests: after, ...order }: FaultOrder): FaultOrder =>
    after === undefined
      ? order
      : {
          ...order,
          after_requests: Number(after) + Math.min(Number(after), suite.setupRequests ?? Number(after)) * (instances - 1),
        }
  return {
    ...suite,
    ...run,
    ...(faults === undefined ? {} : { faults: faults.map(later) }),
    ...(pauses === undefined ? {} : { pauses: { ...pauses, sockets: Math.ceil(pauses.sockets / instances) } }),
    settings: { ...suite.settings, ...run.settings },
    gateway: [...(suite.gateway ?? []), ...(run.gateway ?? [])],
  }
}
