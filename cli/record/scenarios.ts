/** Which of k6's scenarios and endpoints are load that users would send. */

import { WATCH } from '../../lib/monitor/monitor.ts'
import { HELD_STREAM } from '../../lib/target/stream.ts'

/** Requests of no scenario are setup's and teardown's; renewals of tokens have one of their own in whatever window. */
export const isWindow = (scenario: string): boolean => scenario !== '' && scenario !== 'auth'
/** Looks at the gateway's own metrics are a window of the run, and no load. */
export const isLoad = (scenario: string): boolean => isWindow(scenario) && scenario !== WATCH

export const hasLatency = (endpoint: string): boolean => endpoint !== HELD_STREAM
