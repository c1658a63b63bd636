/** A window of a run: what a script writes down for it, and what is made of that. */
import type { Scenario } from 'k6/options'
import type { Mix } from '../base/mix.ts'
import type { Offered, VuReservation } from './offered.ts'

/** Weights by endpoint, of names that an editor can complete; the target file may have more endpoints. */
type MixOf<E extends string> = { readonly [K in E]?: number } & Mix

/**
 * What a script writes down for one window.
 * @typeParam W its name, and the names that limits know it by
 * @typeParam E endpoints of the script
 */
export interface WindowSpec<W extends string = string, E extends string = string> {
  name: W
  /** Length in seconds. */
  duration: number
  /** Endpoints sent to, by weight; absent for a window with an exec of its own. */
  mix?: MixOf<E>
  /** Endpoints that each iteration sends to one after another, in this order, in place of a mix: what one answers, the next builds on. */
  sequence?: readonly string[]
  /** Endpoints of the catalogue that an exec of its own sends to. Default: those of the mix. */
  endpoints?: readonly string[]
  /** No limit on latency or throughput holds yet (warm-up, settling, counting at the end); failures are gated as in any window. */
  latency?: 'settles'
  /** Exported function that k6 calls. Default `run`, which sends the mix. */
  exec?: string
  /** Window of the thresholds file whose limits hold here. Default: its own name. */
  limits?: W
  /** Requests a second that the target's rate limiter lets through, and endpoints that it does not count. */
  limiter?: { rps: number; exempt: readonly string[] }
  load:
    | { model: 'open' /** Requests a second. */; rate: number }
    /** All of them within one second of every `every` seconds. */
    | { model: 'bursts' /** Requests a second over the whole window. */; rate: number; every: number }
    | { model: 'closed'; users: number /** Seconds between two requests of a user. */; think: number }
    | { model: 'once' /** Iterations in all, by one VU. */; iterations: number }
    /** One VU that sends at an even pace, whatever is still on its way: an exec of its own, called once, keeps the pace. */
    | { model: 'paced' /** Requests a second. */; rate: number }
    /** Iterations of an exec of its own, dealt out to VUs by one of k6's executors, with the requests it plans. */
    | {
        model: 'own'
        executor: 'per-vu-iterations' | 'shared-iterations'
        vus: number
        /** Of each VU where they are per VU, else of all. */
        iterations: number
        /** Seconds that it may go on beside the windows after it. */
        beyond?: number
        planned?: Record<string, number>
      }
}

/** A window as the run has it: its place in time, and what it plans to send. */
export interface Window {
  name: string
  model: 'open' | 'closed'
  /** Whether latency and throughput are gated; failures are in every window that sends. */
  gated: boolean
  /** Seconds from the start of the load. */
  start: number
  duration: number
  exec: string
  /** Order in which endpoints are sent to. */
  order: readonly string[]
  /** Endpoints sent to, each once. */
  endpoints: readonly string[]
  /** Those of them that speak JSON-RPC. */
  rpc?: readonly string[]
  /** Requests that must have been sent at least, by endpoint, where one is not enough. */
  least?: Readonly<Record<string, number>>
  /** Requests of one iteration. */
  perIteration: number
  /** Seconds that a user pauses after each request. */
  think: number
  /** k6 instances that share the window. */
  instances: number
  /** Planned iterations of all instances; absent where nothing is planned. */
  iterations?: number
  /** Planned requests a second of all instances; absent where no rate is planned. */
  offered?: Offered
  /** VUs that k6 keeps for the window, of all instances. */
  reserved: VuReservation
  /** Planned requests of all instances by endpoint. */
  planned?: Record<string, number>
  /** Name in the thresholds file. */
  limits: string
  /** Of the planned requests, those that the target's rate limiter lets through; absent where it lets all through. */
  admitted?: number
  /** Endpoints that the target's rate limiter does not count: none of them may be shed, whatever the others may. */
  exempt?: readonly string[]
  /** Seconds between two requests of a paced window. */
  period?: number
  /** Its VUs go on in the next window: k6 cuts off what is not answered soon after its end. */
  handsOver?: true
  scenario: Scenario
}
