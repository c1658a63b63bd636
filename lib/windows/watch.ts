/** The window of the monitor: one VU that looks at the gateway's metrics from the first second of the load to the last. */
import type { WindowSpec } from './workload.ts'

/** Not `monitor`: a script may well have users of that name. */
export const WATCH = 'watch'

/**
 * @param interval seconds between two looks
 * @param duration seconds that all the other windows last together
 */
export const watchWindow = (interval: number, duration: number): WindowSpec => ({
  name: WATCH,
  duration,
  endpoints: ['metrics'],
  exec: WATCH,
  load: { model: 'paced', rate: 1 / interval },
})
