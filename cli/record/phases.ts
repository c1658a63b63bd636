/** Where the time of a request goes, as k6 splits it. */
import { short } from './columns.ts'
import { countOf, type Histogram } from './histogram.ts'

/** Metrics of k6 and the phase that each is. `blocked` is all that comes before sending: `connecting` and `tls` are parts of it. */
export const PHASES: Readonly<Record<string, Phase | undefined>> = {
  http_req_blocked: 'blocked',
  http_req_connecting: 'connecting',
  http_req_tls_handshaking: 'tls',
  http_req_sending: 'sending',
  http_req_waiting: 'waiting',
  http_req_receiving: 'receiving',
}
export const PHASE_NAMES = ['blocked', 'connecting', 'tls', 'sending', 'waiting', 'receiving'] as const
export type Phase = (typeof PHASE_NAMES)[number]

export interface PhaseTime {
  /** Milliseconds. Means add up where percentiles do not. */
  mean: number
  /** Requests in which it took any time at all: of `connecting`, those that opened a connection. */
  some: number
}

/** @param histogram values in seconds */
export function phaseTime(histogram: Histogram): PhaseTime {
  const count = countOf(histogram)
  return {
    mean: short((histogram.sum / Math.max(1, count)) * 1000),
    some: count - histogram.zero,
  }
}
