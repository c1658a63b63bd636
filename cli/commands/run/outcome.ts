/** What came of a run, as far as it came. */
import type { RunPlan } from '../../../lib/run/run-plan.ts'
import type { Fleet } from '../../fleet/fleet-model.ts'
import type { Generator } from '../../generator/generator.ts'
import type { K6Run } from '../../k6/run-k6.ts'
import type { K6 } from '../../k6/version.ts'
import type { Watch } from '../../live/watch.ts'
import type { Counting } from '../../reconcile/reconcile.ts'

export interface Outcome {
  started: Date
  /** Whether the gateway is the embedded one. */
  embedded: boolean
  baseUrl?: string
  k6?: K6
  run?: K6Run
  /** What is known of the generator itself. */
  generator?: Pick<Generator, 'evidence'>
  /** What the run means to send and to judge, as k6 read it from the script before the load. */
  plan?: RunPlan | undefined
  /** Milliseconds that the wall clock has jumped while k6 ran; 0 where it went evenly. */
  clockJump?: number
  /** The gateway's own count beside k6's. */
  reconciliation?: Pick<Counting, 'file'>
  /** What looked on while k6 ran. */
  watch?: Watch
  /** The instances that the run was put together from; absent where one k6 sent everything. */
  fleet?: Fleet | undefined
  /** How the embedded gateway ended, if it did so before k6. */
  gatewayEnded?: string | undefined
  notStarted?: string
  interrupted?: NodeJS.Signals | undefined
}
