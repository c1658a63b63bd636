/** Thresholds file + windows -> gates: each limit as a k6 threshold, each paired with the evidence it needs. */
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import { type Declarations, METRICS } from '../metrics/list.ts'
import type { Window } from '../windows/workload.ts'
import { metricGates } from './metric.ts'
import type { Gate } from './model.ts'
import { type Beside, RUN, type RunKind } from './run.ts'
import type { Thresholds } from './thresholds.ts'
import { settlingGates, windowGates } from './window.ts'

/**
 * Every gate of a run.
 * @param planned what the script plans of custom metrics, for `min_share` and `max_share`
 * @param beside what this run sends beside its windows
 * @param declared metrics that limits may name
 * @throws UsageError on an unknown window, endpoint or metric, on a gate that could see nothing and on one that is missing
 */
export function makeGates(
  file: Thresholds,
  fileName: string,
  windows: readonly Window[],
  planned: Readonly<Record<string, number>> = {},
  beside: readonly Beside[] = [],
  declared: Declarations = METRICS,
): Gate[] {
  const names = [...new Set(windows.map(({ limits }) => limits))]
  for (const name of Object.keys(file.windows))
    if (!names.includes(name))
      throw new UsageError(
        `${fileName}: windows.${name}: the script has no window of that name${didYouMean(name, names)}; it has ${names.join(', ')}`,
      )
  const made = [
    ...windows.filter(({ gated }) => gated).flatMap((window) => windowGates(window, file, fileName)),
    ...Object.entries(file.metrics ?? {}).flatMap(([name, limits]) =>
      metricGates(name, limits, planned[name], fileName, planned[declared[name]?.evidence ?? ''], declared),
    ),
  ]
  if (made.length === 0)
    throw new UsageError(`${fileName}: nothing would be gated: no window of this run has limits, so its green would say nothing`)
  const settling = windows.filter(({ gated }) => !gated).flatMap((window) => settlingGates(window, file, fileName))
  return [...made, ...settling, ...runGates(windows, beside)]
}

/** Gates of the run as a whole. */
const runGates = (windows: readonly Window[], beside: readonly Beside[]): Gate[] =>
  Object.entries<RunKind>(RUN).flatMap(([key, { label, unit, bound, kind = 'limit', always = '', ofRun }]) =>
    ofRun(windows, beside).map(
      ({ endpoint, why = always, ...made }): Gate => ({
        ...{ window: 'run', endpoint, key, label, kind, unit, bound },
        ...made,
        why,
      }),
    ),
  )
