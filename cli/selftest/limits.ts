/** The limits that the self-test gates on: a script's own, but for latencies, which a busy machine has none of its own fault. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Thresholds } from '../../lib/gates/thresholds.ts'
import { METRICS, type MetricDeclaration } from '../../lib/metrics/list.ts'
import type { Project } from '../base/project.ts'

/** What is tested is whether a gate sees, not where it stands: faults are slower than this, healthy gateways quicker. */
export const ROOM_MS = 800

type Numbers = Readonly<Record<string, unknown>>

const roomy = (limits: Numbers, isLatency: (key: string) => boolean): Numbers =>
  Object.fromEntries(
    Object.entries(limits).map(([key, limit]) => [
      key,
      typeof limit === 'number' && isLatency(key) ? Math.max(limit, ROOM_MS) : limit,
    ]),
  )

const inMs = (metric: string): boolean => (METRICS as Record<string, MetricDeclaration>)[metric]?.unit === 'ms'

/** Pure. */
export function withRoom({ windows, run, metrics = {} }: Thresholds): object {
  return {
    windows: Object.fromEntries(
      Object.entries(windows).map(([window, byEndpoint]) => [
        window,
        Object.fromEntries(
          Object.entries(byEndpoint).map(([endpoint, limits]) => [endpoint, roomy(limits, (key) => key.endsWith('_ms'))]),
        ),
      ]),
    ),
    ...(run === undefined ? {} : { run }),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([metric, limits]) => [
        metric,
        roomy(limits, (key) => inMs(metric) && !key.endsWith('_min') && !metric.startsWith('bench_')),
      ]),
    ),
  }
}

export const thresholdsOf = (project: Project, script: string): Thresholds =>
  JSON.parse(readFileSync(join(project.root, 'thresholds', `${script}.json`), 'utf8')) as Thresholds
