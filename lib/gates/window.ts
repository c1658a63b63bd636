/** Every gate of one window: those the thresholds file asks for, and those that hold in any. */
import { UsageError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import type { Gate } from '../summary/model.ts'
import type { Thresholds } from '../thresholds.ts'
import type { Window } from '../workload.ts'
import { evidence, samplesFor } from './evidence.ts'
import { failureShares, latency, PERCENTILES, throughput } from './limits.ts'
import { atMost, gate, type Place } from './place.ts'
import { selector } from './selector.ts'

const DROPPED_SHARE = 0.01

/** What holds in every gated window, whatever the file says. */
function always(window: Window, file: Thresholds, where: string): Gate[] {
  const limits = file.windows[window.name] ?? {}
  const place = (endpoint: string, why: string): Place => ({ window, endpoint, why, where: `${where}.${endpoint}` })
  const made =
    window.endpoints.length === 0
      ? []
      : window.endpoints.map((endpoint) => {
          const allowed = limits[endpoint]?.wrong_answers ?? limits['*']?.wrong_answers ?? 0
          const metric = selector('failures', window.name, endpoint, { class: 'wrong_answer' })
          return gate(place(endpoint, 'An answer with the status of success and wrong content is never right.'), {
            key: 'wrong_answers',
            kind: 'limit',
            metric,
            unit: 'count',
            ...atMost(allowed),
          })
        })
  if (
    limits['*']?.shed_rate === undefined &&
    window.endpoints.length > 0 &&
    !Object.values(limits).some(({ shed_rate }) => shed_rate !== undefined)
  )
    made.push(
      gate(place('*', 'No budget for shed load is given, so none may be shed.'), {
        key: 'shed_rate',
        kind: 'limit',
        metric: selector('http_reqs', window.name, '*', { status: '429' }),
        unit: 'count',
        ...atMost(0),
      }),
    )
  if (window.model === 'open' && window.iterations !== undefined) {
    const dropped = file.run?.dropped_share ?? DROPPED_SHARE
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

export function windowGates(window: Window, file: Thresholds, fileName: string): Gate[] {
  const where = `${fileName}: windows.${window.name}`
  const byEndpoint = file.windows[window.name]
  if (byEndpoint === undefined) {
    if (window.endpoints.length === 0) return []
    throw new UsageError(`${where}: missing; the window is gated, so it needs limits (at least an error_rate for "*")`)
  }
  const sent = window.endpoints
  for (const name of Object.keys(byEndpoint))
    if (name !== '*' && !sent.includes(name))
      throw new UsageError(
        `${where}.${name}: this window sends nothing to an endpoint of that name${didYouMean(name, sent)}; it sends to ${sent.join(', ')}`,
      )
  for (const name of sent)
    if ((byEndpoint['*'] ?? byEndpoint[name])?.error_rate === undefined && byEndpoint[name]?.error_rate === undefined)
      throw new UsageError(`${where}: no error_rate, neither for "*" nor for "${name}": its errors would pass unseen`)

  const made = Object.entries(byEndpoint).flatMap(([endpoint, limits]) => {
    const place: Place = { window, endpoint, why: limits.why, where: `${where}.${endpoint}` }
    const allowedWrong = limits.wrong_answers ?? 0
    const percentiles = latency(place, limits)
    const strictest = PERCENTILES.reduce((most, [key, percentile]) => (limits[key] === undefined ? most : percentile), 0)
    return [
      ...percentiles,
      ...failureShares(place, limits),
      ...throughput(place, limits, allowedWrong),
      ...(strictest > 0 ? [evidence(place, samplesFor(strictest), `p${strictest} rests on at least ten samples beyond it`)] : []),
    ]
  })
  // Endpoints without a percentile of their own must still have been sent to.
  const seen = new Set(made.filter(({ key }) => key === 'samples').map(({ endpoint }) => endpoint))
  for (const endpoint of sent)
    if (!seen.has(endpoint))
      made.push(
        evidence(
          { window, endpoint, why: '', where: `${where}.${endpoint}` },
          1,
          'an endpoint that was never asked has passed nothing',
        ),
      )
  return [...made, ...always(window, file, where)]
}
