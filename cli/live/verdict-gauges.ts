/** Verdict and gates as gauges, pushed when the run is over so that a dashboard can show them beside its curves. */
import type { RunSummary } from '../../lib/summary/model.ts'
import { encodeWrite } from '../record/remote-write.ts'
import type { Verdict } from '../results/verdict-model.ts'

/** The remote-write body. Measured values and limits are in the unit of the thresholds file. */
export function verdictGauges(verdict: Verdict, summary: RunSummary | undefined, runId: string, at: number): Uint8Array {
  const run = { run_id: runId, script: verdict.script }
  const series = [
    { labels: { __name__: 'loadgate_verdict', ...run, verdict: verdict.verdict }, value: 1, at },
    { labels: { __name__: 'loadgate_exit_code', ...run }, value: verdict.exit_code, at },
    ...(summary?.gates ?? []).flatMap(({ window, endpoint, key, kind, unit, bound, ok, measured, limit }) => {
      const gate = { ...run, window, endpoint, gate: key, kind, unit: unit === '' ? 'none' : unit, bound }
      return [
        { labels: { __name__: 'loadgate_gate_ok', ...gate }, value: ok ? 1 : 0, at },
        { labels: { __name__: 'loadgate_gate_limit', ...gate }, value: limit, at },
        ...(measured === null ? [] : [{ labels: { __name__: 'loadgate_gate_measured', ...gate }, value: measured, at }]),
      ]
    }),
  ]
  return encodeWrite(series)
}
