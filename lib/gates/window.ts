/** Every gate of one window: those that the thresholds file asks for, their evidence, and those that hold in any. */
import { UsageError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import type { Gate } from '../summary/model.ts'
import type { Limits, Thresholds } from '../thresholds.ts'
import type { Window } from '../workload.ts'
import { allowedFalse, always, comebacks } from './always.ts'
import { connections } from './connections.ts'
import { evidence, samplesFor } from './evidence.ts'
import { failureShares, latency, PERCENTILES, tail, throughput } from './limits.ts'
import type { Place } from './place.ts'

type ByEndpoint = Thresholds['windows'][string]

/** @throws UsageError on an endpoint that the window does not send to, or that does not speak what a limit is about */
function checkEndpoints(byEndpoint: ByEndpoint, { endpoints: sent, rpc }: Window, where: string): void {
  for (const name of Object.keys(byEndpoint))
    if (name !== '*' && !sent.includes(name))
      throw new UsageError(
        `${where}.${name}: this window sends nothing to an endpoint of that name${didYouMean(name, sent)}; it sends to ${sent.join(', ')}`,
      )
  for (const [name, { rpc_errors }] of Object.entries(byEndpoint))
    if (rpc_errors !== undefined && !(name === '*' ? rpc?.length : rpc?.includes(name)))
      throw new UsageError(`${where}.${name}.rpc_errors: nothing that is sent there speaks JSON-RPC`)
  for (const [name, { new_connections }] of Object.entries(byEndpoint))
    if (new_connections !== undefined && name !== '*')
      throw new UsageError(`${where}.${name}.new_connections: connections are those of all endpoints; expected it at "*"`)
}

/** Limits on failures: a window whose latency settles can have these, as budgets, and no others. */
const BUDGETS = ['error_rate', 'wrong_answers', 'rpc_errors', 'shed_rate']

/** What holds in a window whose latency settles and for which the file has no budget. */
const NO_BUDGET: ByEndpoint = { '*': { error_rate: 0, why: 'Latency may settle here, answers may not.' } }

/** Gates of a window whose latency settles: its failures, and that it was there. */
export function settlingGates(window: Window, file: Thresholds, fileName: string): Gate[] {
  if (window.endpoints.length === 0) return []
  const where = `${fileName}: windows.${window.limits}`
  const given = file.windows[window.limits] ?? {}
  checkEndpoints(given, window, where)
  for (const [endpoint, limits] of Object.entries(given))
    for (const key of Object.keys(limits))
      if (key !== 'why' && !BUDGETS.includes(key))
        throw new UsageError(
          `${where}.${endpoint}.${key}: latency and throughput may still settle in this window; it can have ${BUDGETS.join(', ')}`,
        )
  const byEndpoint: ByEndpoint =
    given['*']?.error_rate === undefined ? { ...given, '*': { ...NO_BUDGET['*'], ...given['*'] } as Limits } : given
  const place = (endpoint: string, why: string): Place => ({ window, endpoint, why, where: `${where}.${endpoint}` })
  return [
    ...Object.entries(byEndpoint).flatMap(([endpoint, limits]) =>
      failureShares(place(endpoint, limits.why), limits, byEndpoint['*']),
    ),
    evidence(place('*', ''), 1, 'a window in which nothing was sent has let nothing settle'),
    ...always(window, byEndpoint, undefined, where),
  ]
}

export function windowGates(window: Window, file: Thresholds, fileName: string): Gate[] {
  const where = `${fileName}: windows.${window.limits}`
  const byEndpoint = file.windows[window.limits]
  if (byEndpoint === undefined) {
    if (window.endpoints.length === 0) return []
    throw new UsageError(`${where}: missing; the window is gated, so it needs limits (at least an error_rate for "*")`)
  }
  const sent = window.endpoints
  checkEndpoints(byEndpoint, window, where)
  for (const name of sent)
    if ((byEndpoint['*'] ?? byEndpoint[name])?.error_rate === undefined && byEndpoint[name]?.error_rate === undefined)
      throw new UsageError(`${where}: no error_rate, neither for "*" nor for "${name}": its errors would pass unseen`)

  const made = Object.entries(byEndpoint).flatMap(([endpoint, limits]) => {
    const place: Place = { window, endpoint, why: limits.why, where: `${where}.${endpoint}` }
    const percentiles = latency(place, limits)
    const strictest = PERCENTILES.reduce((most, [key, percentile]) => (limits[key] === undefined ? most : percentile), 0)
    return [
      ...percentiles,
      ...tail(place, limits),
      ...failureShares(place, limits, byEndpoint['*']),
      ...throughput(place, limits, allowedFalse(byEndpoint, endpoint, window)),
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
          window.least?.[endpoint] ?? 1,
          'what was never asked has passed nothing',
        ),
      )
  const all: Place = { window, endpoint: '*', why: byEndpoint['*']?.why ?? '', where: `${where}.*` }
  const sheds = Object.values(byEndpoint).some(({ shed_rate = 0 }) => shed_rate > 0) && window.admitted === undefined
  return [
    ...made,
    ...connections(all, byEndpoint['*']),
    ...(sheds ? [comebacks(all)] : []),
    ...always(window, byEndpoint, file.run?.dropped_share, where),
  ]
}
