/** Thresholds file + windows -> gates: each limit as a k6 threshold, each paired with the evidence it needs. */
import { UsageError } from '../errors.ts'
import { METRICS, type MetricDeclaration } from '../metrics/list.ts'
import { didYouMean } from '../nearest.ts'
import type { Gate } from '../summary/model.ts'
import type { Thresholds } from '../thresholds.ts'
import type { Window } from '../workload.ts'
import { thresholdsOf } from './late.ts'
import { metricGates } from './metric.ts'
import { atMost } from './place.ts'
import { windowGates } from './window.ts'

const evidenceOf = (metric: string): string => (METRICS as Record<string, MetricDeclaration>)[metric]?.evidence ?? ''

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
  const names = [...new Set(gated.map(({ limits }) => limits))]
  for (const name of Object.keys(file.windows))
    if (!names.includes(name))
      throw new UsageError(
        `${fileName}: windows.${name}: the script has no gated window of that name${didYouMean(name, names)}; it has ${names.join(', ')}`,
      )
  // k6 splits a run over its instances, and each judges its own part.
  const instances = Math.max(1, ...windows.map((window) => window.instances))
  const made = [
    ...gated.flatMap((window) => windowGates(window, file, fileName)),
    ...Object.entries(file.metrics ?? {}).flatMap(([name, limits]) =>
      metricGates(name, limits, planned[name], instances, fileName, planned[evidenceOf(name)]),
    ),
  ]
  if (made.length === 0)
    throw new UsageError(`${fileName}: nothing would be gated: this run has no gated window, so its green would say nothing`)
  return [
    ...made,
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
  for (const { metric, expression } of gates.flatMap(thresholdsOf)) {
    const expressions = thresholds[metric] ?? []
    thresholds[metric] = expressions
    if (!expressions.includes(expression)) expressions.push(expression)
  }
  return thresholds
}
