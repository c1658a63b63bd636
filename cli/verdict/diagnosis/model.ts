/** What a diagnosis is made from, and what it finds. */
import type { FailureClass } from '../../../lib/base/outcome.ts'
import type { GateResult } from '../../../lib/gates/model.ts'
import type { RunSummary } from '../../../lib/summary/model.ts'
import type { SeriesFile } from '../../record/series-model.ts'
import type { FailureGroup, FailureSample } from '../../results/failure-samples.ts'

/** What is known of a run beside its gates. */
export interface Evidence {
  summary: RunSummary
  failures: readonly FailureGroup[]
  /** Undefined where nothing was recorded. */
  series: SeriesFile | undefined
}

/** Failures of one class, of the endpoints that have them. */
export interface Cause {
  class: FailureClass
  /** Most frequent first. */
  endpoints: string[]
  windows: string[]
  count: number
  /** Requests of those endpoints in those windows. */
  sent: number
  /** The first of the endpoint that has most of them. */
  example: FailureSample | undefined
  /** Red gates that follow from it. */
  gates: GateResult[]
}
