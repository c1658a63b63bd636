/** From the evidence of several instances to one run, with a row for each. Pure. */
import type { Instance } from '../../lib/summary/instance-model.ts'
import { mergeInstances } from '../../lib/summary/merge.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { type Arrival, type Awaited, behind, countOf, endsEarly, lagOf, median, ofOneRun } from './arrivals.ts'
import { findingsOf } from './findings.ts'
import { FLEET_SCHEMA, type Fleet, type InstanceRow } from './fleet-model.ts'

/** Percentiles are told by every hundredth. */
const PERCENTILE_ERROR = 0.01

/** Of the usual figure, what an instance may be below or above it. */
const SLOWER = 2
const SLOWER_MS = 10
const FEWER = 0.9

function rowOf(arrival: Arrival, all: readonly Arrival[]): InstanceRow {
  const { instance, from, clockMs, cpu } = arrival
  const sent = countOf(instance, 'http_reqs')
  const total = all.reduce((sum, one) => sum + countOf(one.instance, 'http_reqs'), 0)
  const gated = instance.plan.windows.filter((window) => window.gated && !endsEarly(window))
  const lasted = gated.reduce((sum, { duration }) => sum + duration, 0)
  const inWindows = (one: Instance): number =>
    gated.reduce((sum, { name }) => sum + countOf(one, `http_reqs{scenario:${name}}`), 0)
  const p95Of = (one: Instance): number | null => one.metrics.http_req_duration?.values['p(95)'] ?? null
  const p95 = p95Of(instance)
  const others = all.filter((other) => other !== arrival).map((other) => other.instance)
  const usualP95 = median(others.flatMap((other) => p95Of(other) ?? []))
  const usualSent = median(others.map(inWindows))
  const own =
    others.length === 0
      ? undefined
      : behind(
          arrival,
          all.filter((other) => other !== arrival),
        )
  return {
    instance: instance.instance,
    from,
    sent,
    share: total === 0 ? 0 : sent / total,
    rate: lasted === 0 ? null : inWindows(instance) / lasted,
    lag_ms: lagOf(instance),
    dropped: countOf(instance, 'dropped_iterations'),
    cpu: cpu ?? null,
    p95_ms: p95,
    clock_ms: clockMs ?? null,
    outlier: [
      ...(others.length > 0 && p95 !== null && p95 > usualP95 * SLOWER && p95 > usualP95 + SLOWER_MS ? ['p95'] : []),
      ...(others.length > 0 && inWindows(instance) < usualSent * FEWER ? ['rate'] : []),
      ...(own === undefined ? [] : ['generator']),
    ],
  }
}

/** @returns no summary where nothing came that could be summed up */
export function assemble(awaited: Awaited): { fleet: Fleet; summary: RunSummary | undefined; counted: Arrival[] } {
  const arrivals = awaited.arrivals.toSorted((a, b) => a.instance.instance - b.instance.instance)
  const counted = ofOneRun({ ...awaited, arrivals })
  const [first, ...others] = counted.map(({ instance }) => instance)
  return {
    counted,
    summary: first === undefined ? undefined : mergeInstances([first, ...others]),
    fleet: {
      schema: FLEET_SCHEMA,
      of: awaited.of,
      rows: arrivals.map((arrival) => rowOf(arrival, arrivals)),
      findings: findingsOf({ ...awaited, arrivals }, counted),
      percentile_error: PERCENTILE_ERROR,
    },
  }
}
