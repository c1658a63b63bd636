/** Recording and summary -> what the page draws. */
import type { RunSummary } from '../../lib/summary/model.ts'
import { isLoad } from '../record/scenarios.ts'
import type { SeriesFile } from '../record/series-model.ts'
import { axisOf } from './axis.ts'
import { machineCharts } from './machine-charts.ts'
import { measuredCharts } from './measured-charts.ts'
import type { PageData, PageWindow } from './model.ts'
import { viewsOf } from './views.ts'

function windowsOf(series: SeriesFile, summary: RunSummary | undefined): PageWindow[] {
  const known = summary?.windows ?? series.windows.map((window) => ({ ...window, gated: true }))
  return known
    .filter(({ name }) => isLoad(name))
    .map(({ name, start, duration, gated }) => ({ name, start, end: start + duration, gated }))
}

export function pageData(series: SeriesFile, summary: RunSummary | undefined): PageData {
  const axis = axisOf(series)
  const windows = windowsOf(series, summary)
  const views = viewsOf(series, summary, axis)
  return {
    seconds: axis.places.length,
    drawn: views[0]?.t.length ?? 0,
    // A window may end with its iterations, long before its time is over.
    end: series.t.at(-1) ?? 0,
    hasRequests: views.some(({ sent }) => sent.some((value) => (value ?? 0) > 0)),
    windows,
    views,
    machine: machineCharts(series, axis),
    measured: measuredCharts(series, summary, axis),
  }
}
