/** All requests that a run has made, as k6 and the probe counted them. */
import type { Tally } from '../generator/probe-protocol.ts'
import type { Total } from '../record/cumulative.ts'
import { countOf } from '../record/histogram.ts'
import { type Problem, unexplained } from './counters.ts'

export interface Sent {
  endpoint: string
  by: 'k6' | 'probe'
  /** 0: no answer came. */
  status: number
  count: number
  /** A handshake: gateways write different statuses for those that succeed. */
  socket?: true
  /** How much of the status is known, where that is not all of it: its first digit, or only that there was an answer. */
  known?: 'class' | 'answered'
}

/** Every request has a duration and every handshake a session, those of setup and teardown too. */
export function sentByK6(totals: Iterable<Readonly<Total>>): Sent[] {
  return [...totals].flatMap(({ name, labels, histogram, value }): Sent[] => {
    const one = { endpoint: labels.name ?? '', by: 'k6' as const, status: Number(labels.status) || 0 }
    if (name === 'http_req_duration' && histogram !== undefined) return [{ ...one, count: countOf(histogram) }]
    return name === 'ws_sessions' ? [{ ...one, count: value, socket: true }] : []
  })
}

export const sentByProbe = (tally: Tally): Sent[] =>
  tally.map(([endpoint, status, count]) => ({ endpoint, by: 'probe', status, count }))

/** All of a run; a part that nobody can tell makes the whole useless. */
export function withProbe(byK6: readonly Sent[] | Problem, probed: Tally | undefined): Sent[] | Problem {
  if ('problem' in byK6) return byK6
  if (probed === undefined) return unexplained('the control probe ended without telling what it had sent')
  return [...byK6, ...sentByProbe(probed)]
}

/** The same, where k6 has pushed its totals. */
export const allSent = (totals: readonly Readonly<Total>[] | Problem, probed: Tally | undefined): Sent[] | Problem =>
  withProbe('problem' in totals ? totals : sentByK6(totals), probed)
