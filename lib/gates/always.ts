/** What holds in every gated window, whatever the thresholds file says. */
import type { Gate } from '../summary/model.ts'
import type { Limits } from '../thresholds.ts'
import type { Window } from '../workload.ts'
import { atMost, gate, type Place } from './place.ts'
import { selector } from './selector.ts'

const DROPPED_SHARE = 0.01

type ByEndpoint = Readonly<Record<string, Limits>>

/** Wrong answers that the limits let pass at an endpoint, or at all of the window (`*`). */
export function allowedWrong(limits: ByEndpoint, endpoint: string, sent: readonly string[]): number {
  const all = limits['*']?.wrong_answers
  if (endpoint !== '*') return limits[endpoint]?.wrong_answers ?? all ?? 0
  return all ?? sent.reduce((sum, name) => sum + (limits[name]?.wrong_answers ?? 0), 0)
}

function wrongAnswers(window: Window, limits: ByEndpoint, place: (endpoint: string, why: string) => Place): Gate[] {
  const all = limits['*']?.wrong_answers === undefined ? [] : ['*']
  return [...all, ...window.endpoints].map((endpoint) =>
    gate(place(endpoint, 'An answer with the status of success and wrong content is never right.'), {
      key: 'wrong_answers',
      kind: 'limit',
      metric: selector('failures', window.name, endpoint, { class: 'wrong_answer' }),
      unit: 'count',
      ...atMost(allowedWrong(limits, endpoint, window.endpoints)),
    }),
  )
}

/** Nothing may be shed where no budget says so. */
function unbudgetedShed(window: Window, limits: ByEndpoint, place: (endpoint: string, why: string) => Place): Gate[] {
  if (limits['*']?.shed_rate !== undefined) return []
  const without = window.endpoints.filter((endpoint) => limits[endpoint]?.shed_rate === undefined)
  const places = without.length > 0 && without.length === window.endpoints.length ? ['*'] : without
  return places.map((endpoint) =>
    gate(place(endpoint, 'No budget for shed load is given, so none may be shed.'), {
      key: 'shed_rate',
      kind: 'limit',
      metric: selector('http_reqs', window.name, endpoint, { status: '429' }),
      unit: 'count',
      ...atMost(0),
    }),
  )
}

export function always(window: Window, limits: ByEndpoint, droppedShare: number | undefined, where: string): Gate[] {
  const place = (endpoint: string, why: string): Place => ({ window, endpoint, why, where: `${where}.${endpoint}` })
  const made = [...wrongAnswers(window, limits, place), ...unbudgetedShed(window, limits, place)]
  if (window.planned === undefined && window.endpoints.length > 0)
    made.push(
      gate(place('*', 'k6 takes a JSON-RPC error for a success, so the error rate of the closed model does not see it.'), {
        key: 'rpc_errors',
        kind: 'limit',
        metric: selector('failures', window.name, '*', { class: 'rpc_error' }),
        unit: 'count',
        ...atMost(0),
      }),
    )
  if (window.model === 'open' && window.iterations !== undefined) {
    const dropped = droppedShare ?? DROPPED_SHARE
    made.push(
      gate(place('*', 'Iterations that k6 could not start in time are load that was never sent.'), {
        key: 'dropped_share',
        kind: 'load',
        metric: `dropped_iterations{scenario:${window.name}}`,
        ...atMost(Math.floor(window.iterations * dropped)),
        limit: dropped,
        of: window.iterations,
        unit: 'share',
      }),
    )
  }
  return made
}
