/** Thresholds file + windows -> gates: each limit as a k6 threshold, each paired with the evidence it needs. */
import { UsageError } from './errors.ts'
import { METRICS, type MetricDeclaration } from './metric-list.ts'
import { didYouMean } from './nearest.ts'
import type { Gate } from './summary/model.ts'
import type { Limits, MetricLimits, Thresholds } from './thresholds.ts'
import type { Window } from './workload.ts'

const PERCENTILES = [
  ['p50_ms', 50],
  ['p90_ms', 90],
  ['p95_ms', 95],
  ['p99_ms', 99],
  ['p999_ms', 99.9],
] as const
const DROPPED_SHARE = 0.01

/** Samples that a percentile needs so that ten of them lie beyond it. */
export const samplesFor = (percentile: number): number => Math.ceil(10 / (1 - percentile / 100) - 1e-6)

/** `http_reqs` of an endpoint in a window; `*` is every endpoint of it. */
export function selector(metric: string, window: string, endpoint: string, more: Readonly<Record<string, string>> = {}): string {
  const tags = { ...(endpoint === '*' ? {} : { name: endpoint }), scenario: window, ...more }
  return `${metric}{${Object.entries(tags)
    .map(([tag, value]) => `${tag}:${value}`)
    .join(',')}}`
}

type Place = { window: Window; endpoint: string; why: string; where: string }

function plannedOf({ window, endpoint }: Place): number | undefined {
  if (window.planned === undefined) return undefined
  return endpoint === '*' ? Object.values(window.planned).reduce((a, b) => a + b, 0) : (window.planned[endpoint] ?? 0)
}

function gate(place: Place, rest: Omit<Gate, 'window' | 'endpoint' | 'why'> & { why?: string }): Gate {
  return { window: place.window.name, endpoint: place.endpoint, why: place.why, ...rest }
}

const atMost = (limit: number) => ({ limit, bound: 'max' as const, expression: `count<=${limit}` })

/** Samples there must be, or the limits on them are worth nothing. Never fewer than one. */
function evidence(place: Place, needed: number, why: string): Gate {
  const planned = plannedOf(place)
  if (planned !== undefined && planned < needed)
    throw new UsageError(
      `${place.where}: needs at least ${needed} samples (${why}), but this size of run plans ${planned} requests there; raise RATE or DURATION, or take the limit out`,
    )
  const metric = selector('http_reqs', place.window.name, place.endpoint)
  return gate(place, {
    key: 'samples',
    kind: 'evidence',
    metric,
    expression: `count>=${needed}`,
    limit: needed,
    unit: 'count',
    bound: 'min',
    why,
  })
}

function latency(place: Place, limits: Limits): Gate[] {
  const metric = selector('http_req_duration', place.window.name, place.endpoint)
  return PERCENTILES.flatMap(([key, percentile]) => {
    const limit = limits[key]
    const stat = percentile === 50 ? 'med' : `p(${percentile})`
    return limit === undefined
      ? []
      : [gate(place, { key, kind: 'limit', metric, expression: `${stat}<=${limit}`, limit, unit: 'ms', bound: 'max' })]
  })
}

function throughput(place: Place, limits: Limits, allowedWrong: number): Gate[] {
  const { window, endpoint } = place
  const planned = plannedOf(place)
  const metric = selector('http_reqs', window.name, endpoint, { expected_response: 'true' })
  const made: Gate[] = []
  if (limits.delivered !== undefined) {
    if (planned === undefined)
      throw new UsageError(
        `${place.where}.delivered: the closed model plans no number of requests; state the throughput as rps instead`,
      )
    // k6 may start one iteration fewer at a window's edge; wrong answers that are allowed must not count as delivered.
    const needed = Math.max(1, Math.ceil((planned - 1) * limits.delivered) + allowedWrong)
    made.push(
      gate(place, {
        key: 'delivered',
        kind: 'limit',
        metric,
        expression: `count>=${needed}`,
        limit: limits.delivered,
        of: planned,
        unit: 'share',
        bound: 'min',
      }),
    )
  }
  if (limits.rps !== undefined) {
    const needed = Math.ceil(limits.rps * window.duration) + allowedWrong
    made.push(
      gate(place, {
        key: 'rps',
        kind: 'limit',
        metric,
        expression: `count>=${needed}`,
        limit: limits.rps,
        of: window.duration,
        unit: 'rps',
        bound: 'min',
      }),
    )
  }
  return made
}

function failureShares(place: Place, limits: Limits): Gate[] {
  const { window, endpoint } = place
  const planned = plannedOf(place)
  const share = (key: string, metric: string, limit: number): Gate => {
    if (planned === undefined)
      throw new UsageError(`${place.where}.${key}: only the open model, which plans its requests, can budget shed load`)
    return gate(place, {
      key,
      kind: 'limit',
      metric,
      expression: `count<=${Math.floor(planned * limit)}`,
      limit,
      of: planned,
      unit: 'share',
      bound: 'max',
    })
  }
  const made: Gate[] = []
  if (limits.error_rate !== undefined)
    made.push(
      planned === undefined
        ? gate(place, {
            key: 'error_rate',
            kind: 'limit',
            metric: selector('http_req_failed', window.name, endpoint),
            expression: `rate<=${limits.error_rate}`,
            limit: limits.error_rate,
            unit: 'share',
            bound: 'max',
          })
        : share('error_rate', selector('errors', window.name, endpoint), limits.error_rate),
    )
  const shed = selector('http_reqs', window.name, endpoint, { status: '429' })
  if (limits.shed_rate !== undefined) made.push(share('shed_rate', shed, limits.shed_rate))
  if (limits.shed_min !== undefined)
    made.push(
      gate(place, {
        key: 'shed_min',
        kind: 'limit',
        metric: shed,
        expression: `count>=${limits.shed_min}`,
        limit: limits.shed_min,
        unit: 'count',
        bound: 'min',
      }),
    )
  return made
}

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

function windowGates(window: Window, file: Thresholds, fileName: string): Gate[] {
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

const TREND_STATS = { p50: 'med', p95: 'p(95)', p99: 'p(99)', largest: 'max' } as const

function metricGates(name: string, limits: MetricLimits, planned: number | undefined, fileName: string): Gate[] {
  const where = `${fileName}: metrics.${name}`
  const declaration = (METRICS as Record<string, MetricDeclaration>)[name]
  if (declaration === undefined)
    throw new UsageError(
      `${where}: unknown metric${didYouMean(name, Object.keys(METRICS))}; known: ${Object.keys(METRICS).join(', ')}`,
    )
  const made: Gate[] = []
  const add = (
    key: string,
    bound: 'min' | 'max',
    kind: Gate['kind'],
    metric: string,
    expression: string,
    limit: number,
    unit: Gate['unit'],
    of?: number,
  ) =>
    made.push({
      window: 'run',
      endpoint: name,
      key,
      kind,
      metric,
      expression,
      limit,
      unit,
      bound,
      why: limits.why,
      ...(of === undefined ? {} : { of }),
    })
  const wrongKind = (key: string) => new UsageError(`${where}.${key}: ${name} is a ${declaration.type}, which has no such limit`)
  for (const key of ['min', 'max', 'min_share', 'max_share'] as const) {
    const limit = limits[key]
    if (limit === undefined) continue
    if (declaration.type === 'trend') throw wrongKind(key)
    const bound = key.startsWith('min') ? 'min' : 'max'
    const share = key.endsWith('share')
    if (share && planned === undefined)
      throw new UsageError(`${where}.${key}: the script plans no number of ${name}; use ${bound} instead`)
    const raw = share ? (bound === 'min' ? Math.ceil(limit * (planned ?? 0)) : Math.floor(limit * (planned ?? 0))) : limit
    const stat = declaration.type === 'gauge' ? 'value' : 'count'
    add(
      key,
      bound,
      'limit',
      name,
      `${stat}${bound === 'min' ? '>=' : '<='}${raw}`,
      limit,
      share ? 'share' : declaration.unit,
      share ? planned : undefined,
    )
  }
  for (const key of ['p50', 'p95', 'p99', 'largest'] as const) {
    const limit = limits[key]
    if (limit === undefined) continue
    if (declaration.type !== 'trend') throw wrongKind(key)
    add(key, 'max', 'limit', name, `${TREND_STATS[key]}<=${limit}`, limit, declaration.unit)
  }
  const strictest = limits.p99 !== undefined ? 99 : limits.p95 !== undefined ? 95 : limits.p50 !== undefined ? 50 : 0
  if (declaration.evidence !== undefined && (strictest > 0 || limits.largest !== undefined)) {
    const needed = strictest > 0 ? samplesFor(strictest) : 1
    add('samples', 'min', 'evidence', declaration.evidence, `count>=${needed}`, needed, 'count')
  }
  return made
}

/**
 * Every gate of a run.
 * @param planned what the script plans of custom metrics, for `min_share` and `max_share`
 * @throws UsageError on an unknown window, endpoint or metric, on a gate that could see nothing and on one that is missing
 */
export function makeGates(
  file: Thresholds,
  fileName: string,
  windows: readonly Window[],
  planned: Readonly<Record<string, number>> = {},
): Gate[] {
  const gated = windows.filter((window) => window.gated)
  const names = gated.map(({ name }) => name)
  for (const name of Object.keys(file.windows))
    if (!names.includes(name))
      throw new UsageError(
        `${fileName}: windows.${name}: the script has no gated window of that name${didYouMean(name, names)}; it has ${names.join(', ')}`,
      )
  return [
    ...gated.flatMap((window) => windowGates(window, file, fileName)),
    ...Object.entries(file.metrics ?? {}).flatMap(([name, limits]) => metricGates(name, limits, planned[name], fileName)),
    {
      window: 'run',
      endpoint: '*',
      key: 'script_errors',
      kind: 'script',
      metric: 'script_errors',
      unit: 'count',
      ...atMost(0),
      why: 'An iteration that threw has measured nothing.',
    },
  ]
}

/** k6's `thresholds` option: sub-metric -> expressions. */
export function toThresholds(gates: readonly Gate[]): Record<string, string[]> {
  const thresholds: Record<string, string[]> = {}
  for (const { metric, expression } of gates) {
    const expressions = thresholds[metric] ?? []
    thresholds[metric] = expressions
    if (!expressions.includes(expression)) expressions.push(expression)
  }
  return thresholds
}
