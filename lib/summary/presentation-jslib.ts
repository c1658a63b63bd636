/** The end of test as Grafana's k6-summary writes it, for those who know its text. Bundled by `node build.mjs --summary=jslib` only. */
import { jUnit, textSummary } from 'jslib:k6-summary'
import { visible } from '../base/escape.ts'
import type { RunSummary } from './model.ts'

interface K6Metrics {
  metrics: Record<string, { thresholds?: Record<string, unknown> }>
}

/** Without the sub-metrics that k6 keeps for our own summary only: no gate stands on them, and there are hundreds. */
function asWritten(data: unknown): unknown {
  const { metrics } = data as K6Metrics
  const shown = Object.entries(metrics).filter(
    ([name, { thresholds }]) => !name.includes('{') || Object.keys(thresholds ?? {}).length > 0,
  )
  return { ...(data as K6Metrics), metrics: Object.fromEntries(shown) }
}

export const presentText = (_summary: RunSummary, data: unknown, _width: number): string =>
  `\n${textSummary(asWritten(data), { indent: ' ', enableColors: false }).split('\n').map(visible).join('\n')}\n\n`
export const presentJunit = ({ script }: RunSummary, data: unknown): string =>
  `${jUnit(asWritten(data), { name: script, classname: `loadgate.${script}` })}\n`
