/** What is known about a run when it is over: all that a verdict is made from. */
import type { RunPlan } from '../../lib/run/run-plan.ts'
import type { Fleet } from '../fleet/fleet-model.ts'
import type { GeneratorEvidence } from '../generator/evidence-model.ts'
import type { LogFacts } from '../k6/log.ts'
import type { Reconciliation } from '../reconcile/reconciliation-model.ts'
import type { SummaryFile } from '../results/summary-file.ts'

export interface Ending {
  version: string | undefined
  exitCode: number | null
  signal: string | null
}

export interface RunFacts {
  read: SummaryFile
  k6: Ending
  log: LogFacts
  /** Whether the generator had headroom to measure; undefined where nothing is known of it. */
  generator: GeneratorEvidence | undefined
  /** The gateway's own count beside k6's; undefined where the run did not get so far. */
  reconciliation: Reconciliation | undefined
  /** The instances that the summary was put together from; absent where one k6 sent everything. */
  fleet?: Fleet | undefined
  /** The gateway that was loaded, as it is shown. */
  gateway: string
  /** What k6 was to judge, as it said before the load; undefined where it could not say. */
  plan: RunPlan | undefined
  /** Milliseconds that the wall clock has jumped; 0 where it went evenly. */
  clockJump: number
  /** How the embedded gateway ended, if it did so before k6. */
  gatewayEnded: string | undefined
  /** Why k6 was never started. */
  notStarted: string | undefined
  /** Signal that the user stopped the run with. */
  interrupted: string | undefined
  /** Whether the user passed flags of k6 itself. */
  k6Flags: boolean
  /** Why results could not be written. */
  notKept: string | undefined
}
