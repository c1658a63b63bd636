/** CPU, memory, VUs and connections over time, each of generator and gateway. */
import type { SeriesFile } from '../record/series-model.ts'
import { type Axis, wide } from './axis.ts'
import { lineChart } from './line-chart.ts'
import type { PageChart, Values } from './model.ts'

/** What the monitor asks the gateway itself, beside what this machine sees of its process. */
const WATCHED = { cpu: 'watch_cpu', memory: 'watch_memory', connections: 'watch_connections' } as const

/** Metrics that stand in the charts of the machine already. */
export const OF_THE_MACHINE: readonly string[] = Object.values(WATCHED)

export function machineCharts(series: SeriesFile, axis: Axis): PageChart[] {
  const means = (name: string): Values => {
    const metric = series.metrics.find((found) => found.name === name)
    return metric ? wide(metric.mean ?? metric.values, metric.first, series.t.length) : []
  }
  const { k6, gateway } = series.processes
  const chart = (id: string, title: string, unit: PageChart['unit'], lines: Record<string, Values>): PageChart[] =>
    lineChart({ id, title, unit, lines }, axis)
  return [
    ...chart('cpu', 'CPU', 'cores', {
      'k6 (generator)': k6?.cpu ?? [],
      gateway: gateway?.cpu ?? [],
      'gateway, by its own metrics': means(WATCHED.cpu),
    }),
    ...chart('memory', 'Memory', 'mib', {
      'k6 (generator)': k6?.rss ?? [],
      gateway: gateway?.rss ?? [],
      'gateway, by its own metrics': means(WATCHED.memory),
    }),
    ...chart('vus', 'VUs', 'count', { busy: series.vus, made: series.vus_max }),
    ...chart('connections', 'Open connections of the gateway', 'count', { 'by its own metrics': means(WATCHED.connections) }),
  ]
}
