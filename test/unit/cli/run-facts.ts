import type { RunFacts } from '../../../cli/verdict/run-facts.ts'
import type { GateResult } from '../../../lib/gates/model.ts'
import type { EndpointSummary, RunSummary } from '../../../lib/summary/model.ts'
import { threshold } from '../lib/gates/told.ts'
import { gateResult, runSummary } from '../lib/summary/run-summary.ts'

/** A gate that held, with anything about it changed. */
export const green = (more: Partial<GateResult> = {}): GateResult => gateResult({ ok: true, measured: 20, ...more })
export const red = (more: Partial<GateResult> = {}): GateResult => gateResult(more)
export const evidence = (more: Partial<GateResult> = {}): GateResult =>
  green({
    key: 'samples',
    kind: 'evidence',
    ...threshold('http_reqs{name:health,scenario:spike}', 'count>=200'),
    limit: 200,
    unit: 'count',
    bound: 'min',
    measured: 500,
    ...more,
  })
export const dropped = (more: Partial<GateResult> = {}): GateResult =>
  red({
    endpoint: '*',
    key: 'dropped_share',
    kind: 'load',
    ...threshold('dropped_iterations{scenario:spike}', 'count<=5'),
    limit: 0.01,
    of: 500,
    unit: 'share',
    measured: 0.3,
    samples: null,
    ...more,
  })
export const scriptErrors = (measured: number): GateResult =>
  green({
    window: 'run',
    endpoint: '*',
    key: 'script_errors',
    kind: 'script',
    ...threshold('script_errors', 'count<=0'),
    limit: 0,
    unit: 'count',
    measured,
    ok: measured === 0,
  })
export const row = (more: Partial<EndpointSummary> = {}): EndpointSummary => ({
  window: 'spike',
  endpoint: 'health',
  sent: 500,
  ok: 500,
  shed: 0,
  failures: {},
  latency: { p50: 1, p95: 20, p99: 30, max: 40 },
  ...more,
})

/** A summary with these gates; `ok` as they are. */
export const summaryOf = (gates: GateResult[], more: Partial<RunSummary> = {}): RunSummary =>
  runSummary({ gates, endpoints: [row()], ok: gates.every(({ ok }) => ok), ...more })

/** Facts of a run that passed, with anything about it changed; k6's exit code follows from the summary. */
export function factsOf(summary: RunSummary | undefined, more: Partial<RunFacts> = {}): RunFacts {
  return {
    read: summary === undefined ? { problem: 'was not written' } : { summary },
    k6: { version: '1.8.1', exitCode: summary === undefined || summary.ok ? 0 : 99, signal: null },
    log: { usage: undefined, aborted: undefined, errors: [], exhausted: { files: 0, ports: 0 } },
    reconciliation: undefined,
    plan: undefined,
    clockJump: 0,
    generator: undefined,
    gateway: 'http://127.0.0.1:8080',
    gatewayEnded: undefined,
    notStarted: undefined,
    interrupted: undefined,
    k6Flags: false,
    notKept: undefined,
    ...more,
  }
}
export const good = (): GateResult[] => [green(), evidence(), dropped({ ok: true, measured: 0 }), scriptErrors(0)]
