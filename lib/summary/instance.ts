/** What one of several k6 instances tells of its part of a run. Pure. */
import * as v from 'valibot'
import { placeOf } from '../base/segment.ts'
import type { Gate } from '../gates/model.ts'
import { toThresholds } from '../gates/threshold.ts'
import { shownSettings } from './collect.ts'
import { INSTANCE_SCHEMA, type Instance } from './instance-model.ts'
import { isEmpty, type K6Data } from './k6-data.ts'
import { type SummaryPlan, summaryPlanSchema } from './plan-model.ts'

/** What k6 alone can say of an instance. */
export interface InstanceFacts extends Pick<Instance, 'segment' | 'run' | 'began' | 'ended'> {
  /** @returns SHA-256 in hexadecimal digits */
  hash(text: string): string
  /** Whatever decides what is sent, beside the settings. */
  script: string
}

/** Where each machine keeps its own. */
const OF_THE_MACHINE = ['RESULTS_DIR', 'COLLECTOR']
/** Files, which may have another path on each machine: what is in them is compared. */
const FILES = ['TARGET', 'THRESHOLDS']

/** Trends of k6's own that nothing is made of. */
const UNUSED = /^(http_req_(blocked|connecting|tls_handshaking|waiting|receiving)|iteration_duration|group_duration)$/

/** k6's thresholds in an instance: its guards, and every metric that a gate of the run stands on, kept for the summary. */
export const instanceThresholds = (gates: readonly Gate[], guards: readonly Gate[]): Record<string, string[]> => ({
  ...Object.fromEntries(Object.keys(toThresholds(gates)).map((metric) => [metric, []])),
  ...toThresholds(guards),
})

/** From the middle of 100 values to the last but one, and beyond: percentiles between two of them are known to 1 % of the values. */
const PERCENTILES = [...Array.from({ length: 99 }, (_, i) => i + 1).filter((p) => p !== 50), 99.5, 99.9, 99.99]
/** What k6 must sum up of each trend, so that those of several instances can be put together. */
export const INSTANCE_STATS: readonly string[] = ['avg', 'min', 'med', 'max', 'count', ...PERCENTILES.map((p) => `p(${p})`)]

/** @param data k6's summary */
export function instanceOf(plan: SummaryPlan, data: K6Data, facts: InstanceFacts): Instance {
  const { settings, gates, windows, target } = plan
  const { segment, run, began, ended, script, hash } = facts
  const shown = Object.entries(shownSettings(settings)).filter(([name]) => !OF_THE_MACHINE.includes(name))
  const common = shown.filter(([name]) => !FILES.includes(name))
  // The schema takes along what it knows, and nothing else: no secret of the target file is among that.
  const told = v.parse(summaryPlanSchema, { ...plan, settings: Object.fromEntries(shown) })
  return {
    schema: INSTANCE_SCHEMA,
    instance: placeOf(segment, settings.INSTANCES) ?? 1,
    of: settings.INSTANCES,
    segment,
    run,
    hashes: {
      script: hash(script),
      settings: hash(JSON.stringify([common.sort(), target.name, target.baseUrl, told.windows])),
      limits: hash(JSON.stringify(gates)),
    },
    began,
    ended,
    duration_ms: data.state.testRunDurationMs,
    windows: windows.map(({ name, start, duration }) => ({
      name,
      from: Math.min(ended, Math.round(began + start * 1000)),
      to: Math.min(ended, Math.round(began + (start + duration) * 1000)),
    })),
    plan: told,
    metrics: Object.fromEntries(
      Object.entries(data.metrics).flatMap(([name, metric]) => {
        const { type, values } = metric as Instance['metrics'][string]
        const nothing = isEmpty(metric) || (type === 'counter' && values.count === 0)
        return nothing || UNUSED.test(name) ? [] : [[name, { type, values }]]
      }),
    ),
  }
}
