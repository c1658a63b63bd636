/** Which iteration k6 is running, for scripts whose iterations are parts of a whole. */
import exec from 'k6/execution'

export interface Iteration {
  /** Counted over all VUs and instances. */
  number: number
  /** Epoch milliseconds at which the window began. */
  start: number
}

export const iteration = (): Iteration => ({ number: exec.scenario.iterationInTest, start: exec.scenario.startTime })
