/** k6's summary data -> RunSummary. */

import { FAILURE_CLASSES } from '../base/outcome.ts'
import { RPC_CODES } from '../base/rpc-codes.ts'
import { SETTINGS, type SettingName } from '../base/settings.ts'
import { METRICS, type MetricDeclaration } from '../metrics/list.ts'
import { adviceOn } from './advice.ts'
import { gateResults } from './gate-results.ts'
import { count, type K6Data } from './k6-data.ts'
import { type EndpointSummary, type RunSummary, SUMMARY_SCHEMA, type WindowTotal } from './model.ts'
import { answeredOf, durationOf, failureOf, notSentOf, rpcErrorOf, sentOf } from './observed.ts'
import type { SummaryPlan } from './plan-model.ts'

type Window = SummaryPlan['windows'][number]

/** Codes that k6 was not told to count apart are `other`. */
function rpcCodes(window: string, endpoint: string, all: number, data: K6Data): Record<string, number> {
  const codes: Record<string, number> = {}
  let other = all
  for (const code of RPC_CODES) {
    const n = count(data, rpcErrorOf(window, endpoint, code))
    if (n > 0) codes[code] = n
    other -= n
  }
  return other > 0 ? { ...codes, other } : codes
}

function endpointSummary({ name: window, gated }: Window, endpoint: string, data: K6Data): EndpointSummary {
  const failures: Record<string, number> = {}
  for (const failure of FAILURE_CLASSES) {
    const n = count(data, failureOf(window, endpoint, failure))
    if (n > 0) failures[failure] = n
  }
  const unsent = count(data, notSentOf(window, endpoint))
  const failed = Object.values(failures).reduce((a, b) => a + b, 0)
  // Of a handshake that should have been refused k6 takes no sample; it was sent all the same.
  const sent = Math.max(count(data, sentOf(window, endpoint)), failed)
  return {
    window,
    endpoint,
    sent,
    ok: Math.max(0, Math.min(sent - failed, gated ? count(data, answeredOf(window, endpoint)) : sent)),
    shed: failures.shed ?? 0,
    failures,
    ...(unsent === 0 ? {} : { not_sent: unsent }),
    ...(failures.rpc_error === undefined ? {} : { rpc_codes: rpcCodes(window, endpoint, failures.rpc_error, data) }),
    latency: latencyOf(window, endpoint, data),
  }
}

type Latency = EndpointSummary['latency']

function latencyOf(window: string, endpoint: string, data: K6Data): Latency {
  const values = data.metrics[durationOf(window, endpoint)]?.values
  if (values === undefined || (values.count ?? 0) === 0) return null
  const { avg } = values
  return {
    ...(avg === undefined ? {} : { avg }),
    p50: values.med ?? 0,
    p95: values['p(95)'] ?? 0,
    p99: values['p(99)'] ?? 0,
    max: values.max ?? 0,
  }
}

/** A number of iterations ends when it is done: how long it may take at most says nothing of its rate. */
const endsEarly = ({ scenario, period }: Window): boolean => scenario.executor.endsWith('-iterations') && period === undefined

function windowTotal(window: Window, endpoints: readonly EndpointSummary[], data: K6Data): WindowTotal | undefined {
  const { name, duration, gated } = window
  if (!gated || endsEarly(window)) return undefined
  const own = endpoints.filter(({ window }) => window === name)
  const sum = (figure: (endpoint: EndpointSummary) => number) => own.reduce((total, endpoint) => total + figure(endpoint), 0)
  const sent = sum((endpoint) => endpoint.sent)
  if (sent === 0) return undefined
  const failed = sum(({ failures }) => Object.values(failures).reduce((a, b) => a + b, 0))
  const shed = sum((endpoint) => endpoint.shed)
  return { sent, errors: failed - shed, shed, rps: sent / duration, latency: latencyOf(name, '*', data) }
}

/** A sub-metric that counted something. */
function detailOf(metric: string, data: K6Data): (readonly [string, RunSummary['figures'][string]])[] {
  const values = data.metrics[metric]?.values
  return (values?.count ?? 0) === 0 || values === undefined ? [] : [[metric, { unit: 'count', values }]]
}

/** Settings that were given, secrets left out. */
export function shownSettings(settings: SummaryPlan['settings']): RunSummary['settings'] {
  const shown: RunSummary['settings'] = {}
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const value = settings[name]
    if (value !== undefined && !('secret' in SETTINGS[name])) shown[name] = value
  }
  return shown
}

export function collect(plan: SummaryPlan, data: K6Data): RunSummary {
  const { settings, target, windows } = plan
  const endpoints = windows.flatMap((window) =>
    window.endpoints
      .map((endpoint) => endpointSummary(window, endpoint, data))
      // Where latency settles, only failures are looked at.
      .filter(({ failures, not_sent = 0 }) => window.gated || not_sent > 0 || Object.keys(failures).length > 0),
  )
  const gates = gateResults(plan.gates, data, endpoints)
  const figures: RunSummary['figures'] = Object.fromEntries(
    Object.entries<MetricDeclaration>({ ...METRICS, ...plan.metrics }).flatMap(([name, { unit, metric, details = [] }]) => {
      const values = data.metrics[metric ?? name]?.values
      const own = values === undefined ? [] : [[name, { unit, values }] as const]
      return [...own, ...details.flatMap((detail) => detailOf(detail, data))]
    }),
  )
  const advice = adviceOn(gates, endpoints, figures)
  return {
    schema: SUMMARY_SCHEMA,
    script: plan.name,
    description: plan.description,
    profile: settings.PROFILE,
    target: {
      name: target.name,
      base_url: target.baseUrl,
      ...(plan.elsewhere.length === 0 ? {} : { elsewhere: [...plan.elsewhere] }),
    },
    thresholds: plan.thresholdsFile,
    seed: settings.SEED,
    instances: settings.INSTANCES,
    finished_at: new Date().toISOString(),
    duration_s: data.state.testRunDurationMs / 1000,
    windows: windows.map((window) => {
      const { name, model, gated, start, duration, planned } = window
      const total = windowTotal(window, endpoints, data)
      return {
        name,
        model,
        gated,
        start,
        duration,
        ...(planned === undefined ? {} : { planned }),
        ...(total === undefined ? {} : { total }),
      }
    }),
    endpoints,
    gates,
    figures,
    not_tested: [...new Set([...target.lacking, ...plan.missed])],
    ...(plan.narrowed === undefined || plan.narrowed.length === 0 ? {} : { narrowed: [...plan.narrowed] }),
    ...(plan.weakly.length === 0 ? {} : { checked_weakly: [...plan.weakly] }),
    ...(advice.length > 0 ? { advice } : {}),
    settings: shownSettings(settings),
    totals: {
      sent: count(data, 'http_reqs'),
      dropped: count(data, 'dropped_iterations'),
      script_errors: count(data, 'script_errors'),
      iterations: count(data, 'iterations'),
      vus_max: data.metrics.vus_max?.values.max ?? 0,
    },
    sending_p99_ms: data.metrics.http_req_sending?.values['p(99)'] ?? 0,
    ok: gates.every(({ ok }) => ok),
  }
}
