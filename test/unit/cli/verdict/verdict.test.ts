import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import fc from 'fast-check'
import type { LogFacts } from '../../../../cli/k6/log.ts'
import type { Reconciliation } from '../../../../cli/reconcile/reconciliation-model.ts'
import type { VerdictName } from '../../../../cli/results/verdict-model.ts'
import type { RunFacts } from '../../../../cli/verdict/run-facts.ts'
import { judge } from '../../../../cli/verdict/verdict.ts'
import type { GateResult } from '../../../../lib/gates/model.ts'
import type { RunPlan } from '../../../../lib/run/run-plan.ts'
import type { RunSummary } from '../../../../lib/summary/model.ts'
import { stat, threshold } from '../../lib/gates/told.ts'
import { dropped, evidence, factsOf, good, green, red, row, scriptErrors, summaryOf } from '../run-facts.ts'
import { runPlan } from '../run-plan.ts'

const log = (more: Partial<LogFacts>): LogFacts => ({ ...factsOf(undefined).log, ...more })
const k6 = (exitCode: number | null, signal: string | null = null) => ({ version: '1.8.1', exitCode, signal })
const error = (message: string): LogFacts => log({ errors: [{ message, count: 1 }] })
const passed = summaryOf(good())

const goodput = red({
  key: 'goodput',
  ...threshold('http_reqs{name:health,scenario:spike,expected_response:true}', 'count>=495'),
  limit: 0.99,
  of: 500,
  unit: 'share',
  bound: 'min',
  measured: 0.7,
})
const failedChecks = red({ key: 'failed_checks', ...stat('count<=0'), limit: 0, unit: 'count', measured: 12, samples: 500 })
const errorRate = red({ key: 'error_rate', ...stat('count<=0'), limit: 0.001, of: 500, unit: 'share', measured: 0.4 })
const died = summaryOf([errorRate, evidence()], {
  endpoints: [row({ sent: 500, ok: 300, failures: { refused: 190, reset: 10 } })],
})

interface Case {
  name: string
  facts: RunFacts
  verdict: VerdictName
  code?: string
  says?: RegExp
}

const CASES: Case[] = [
  { name: 'every gate green', facts: factsOf(passed), verdict: 'pass' },
  {
    name: 'every gate green of one of several instances',
    facts: factsOf(summaryOf(good(), { instance: 1, instances: 2 })),
    verdict: 'pass',
    code: 'one_of_several',
    says: /^Instance 1 of 2 has sent its part of the run; what that says of the gateway, all of them say together\.$/,
  },
  {
    name: 'a percentile above its limit, with samples',
    facts: factsOf(summaryOf([red(), evidence()])),
    verdict: 'fail',
    code: 'limit.p95_ms',
    says: /^p95 of health in window spike was 80 ms; the limit is 50 ms\.$/,
  },
  {
    name: 'a percentile above its limit, without the samples it needs',
    facts: factsOf(summaryOf([red(), evidence({ ok: false, measured: 12 })])),
    verdict: 'invalid',
    code: 'evidence.samples',
    says: /12 samples, too few/,
  },
  {
    name: 'a latency above its limit, measured by a generator that came late to what was due',
    facts: factsOf(
      summaryOf([
        red({ window: 'run', endpoint: 'ws_ping_ms', key: 'p95' }),
        red({ window: 'run', endpoint: 'ws_late_ms', key: 'p95', kind: 'load' }),
      ]),
    ),
    verdict: 'invalid',
    code: 'load.p95',
  },
  {
    name: 'pongs that a generator that came late has not read in time',
    facts: factsOf(
      summaryOf([
        red({
          window: 'run',
          endpoint: 'ws_pongs_missing',
          key: 'max',
          ...stat('count<=0'),
          limit: 0,
          unit: 'count',
          measured: 3,
        }),
        red({ window: 'run', endpoint: 'ws_late_ms', key: 'p95', kind: 'load' }),
      ]),
    ),
    verdict: 'invalid',
    code: 'load.p95',
  },
  {
    name: 'what was counted stands, however late the generator was',
    facts: factsOf(
      summaryOf([
        red({
          window: 'run',
          endpoint: 'ws_events_lost',
          key: 'max',
          ...stat('count<=0'),
          limit: 0,
          unit: 'count',
          measured: 3,
        }),
        red({ window: 'run', endpoint: 'ws_late_ms', key: 'p95', kind: 'load' }),
      ]),
    ),
    verdict: 'fail',
    code: 'limit.max',
  },
  {
    name: 'a percentile above its limit while samples of another endpoint are missing',
    facts: factsOf(summaryOf([red(), evidence(), evidence({ endpoint: 'resource', ok: false, measured: 0 })])),
    verdict: 'fail',
    code: 'limit.p95_ms',
  },
  {
    name: 'a limit on all endpoints of a window in which one was never asked',
    facts: factsOf(summaryOf([red({ endpoint: '*' }), evidence({ ok: false, measured: 0 })])),
    verdict: 'invalid',
    code: 'evidence.samples',
  },
  {
    name: 'failed checks count however few samples there are',
    facts: factsOf(summaryOf([failedChecks, evidence({ ok: false, measured: 12 })])),
    verdict: 'fail',
    code: 'limit.failed_checks',
    says: /^12 answers of health in window spike had the status of success and invalid content; there must be none\.$/,
  },
  {
    name: 'samples missing alone',
    facts: factsOf(summaryOf([green(), evidence({ ok: false, measured: 3 })])),
    verdict: 'invalid',
    code: 'evidence.samples',
  },
  {
    name: 'load missing alone',
    facts: factsOf(summaryOf([green(), evidence(), dropped()])),
    verdict: 'invalid',
    code: 'load.dropped_share',
    says: /^k6 could not send 30 % of the load planned for window spike/,
  },
  {
    name: 'throughput missing because the load was never sent',
    facts: factsOf(summaryOf([goodput, evidence(), dropped()], { endpoints: [row({ sent: 350, ok: 350 })] })),
    verdict: 'invalid',
    code: 'load.dropped_share',
  },
  {
    name: 'requests that k6 neither began nor dropped, and every answer right',
    facts: factsOf(summaryOf([goodput, evidence()], { endpoints: [row({ sent: 480, ok: 480 })] })),
    verdict: 'invalid',
    code: 'load_not_begun',
    says: /^k6 did not begin 20 requests of the 500 planned for window spike/,
  },
  {
    name: 'requests that k6 did not begin, and one that failed',
    facts: factsOf(summaryOf([goodput, evidence()], { endpoints: [row({ sent: 480, ok: 479, failures: { timeout: 1 } })] })),
    verdict: 'fail',
    code: 'limit.goodput',
  },
  {
    name: 'requests that had nothing to ask with, since the answers that they build on did not come',
    facts: factsOf(summaryOf([goodput, evidence()], { endpoints: [row({ sent: 480, ok: 480, not_sent: 20 })] })),
    verdict: 'fail',
    code: 'limit.goodput',
  },
  {
    name: 'throughput missing because what was sent was answered incorrectly',
    facts: factsOf(
      summaryOf([goodput, evidence(), dropped()], {
        endpoints: [row({ sent: 350, ok: 200, failures: { server_error: 150 } })],
      }),
    ),
    verdict: 'fail',
    code: 'limit.goodput',
  },
  {
    name: 'a slow gateway and load missing',
    facts: factsOf(summaryOf([red(), evidence(), dropped()])),
    verdict: 'fail',
    code: 'limit.p95_ms',
  },
  {
    name: 'an iteration that threw beside a limit that is proven broken',
    facts: factsOf(summaryOf([red(), evidence(), scriptErrors(3)]), { log: error('TypeError: x is undefined') }),
    verdict: 'fail',
    code: 'limit.p95_ms',
  },
  {
    name: 'an iteration that threw, and what it would have sent is missing',
    facts: factsOf(
      summaryOf([goodput, evidence(), scriptErrors(3)], {
        endpoints: [row({ sent: 350, ok: 350 })],
        totals: { ...passed.totals, script_errors: 3 },
      }),
      { log: error('TypeError: x is undefined') },
    ),
    verdict: 'invalid',
    code: 'script_error',
    says: /failed 3 times: TypeError: x is undefined/,
  },
  {
    name: 'few samples, half of which came far too late',
    facts: factsOf(
      summaryOf([red(), evidence({ ok: false, measured: 8 })], {
        endpoints: [row({ sent: 8, ok: 8, latency: { p50: 8000, p95: 9000, p99: 9000, max: 9000 } })],
      }),
    ),
    verdict: 'fail',
    code: 'limit.p95_ms',
  },
  {
    name: 'few samples of many endpoints, each of which was seen to come too late',
    facts: factsOf(
      summaryOf(
        [
          red({
            endpoint: '*',
            key: 'p50_ms',
            samples: 16,
            late: { ...threshold('late', 'count<=8'), limit: '*.p50_ms', ms: 50, share: 0.5, ok: false, measured: 1 },
          }),
          evidence({ endpoint: '*', ok: false, measured: 16 }),
        ],
        {
          endpoints: Array.from({ length: 8 }, (_, i) =>
            row({ endpoint: `e${i}`, sent: 2, ok: 2, latency: { p50: 8000, p95: 9000, p99: 9000, max: 9000 } }),
          ),
        },
      ),
    ),
    verdict: 'fail',
    code: 'limit.p50_ms',
  },
  {
    name: 'few samples of many endpoints, of which one alone was not late',
    facts: factsOf(
      summaryOf([red({ endpoint: '*', key: 'p50_ms', samples: 18 }), evidence({ endpoint: '*', ok: false, measured: 18 })], {
        endpoints: [
          row({ endpoint: 'quick', sent: 1, ok: 1, latency: { avg: 1, p50: 1, p95: 1, p99: 1, max: 1 } }),
          ...[4, 4, 3, 2, 2, 1, 1].map((sent, i) =>
            row({ endpoint: `e${i}`, sent, ok: sent, latency: { avg: 8000, p50: 8000, p95: 8000, p99: 8000, max: 8000 } }),
          ),
        ],
      }),
    ),
    verdict: 'fail',
    code: 'limit.p50_ms',
  },
  {
    name: 'too few samples to say, but the gateway that was slow is the headline',
    facts: factsOf(
      summaryOf([red(), evidence({ ok: false, measured: 3 })], {
        endpoints: [row({ sent: 3, ok: 3, latency: { p50: 8000, p95: 9000, p99: 9000, max: 9000 } })],
      }),
    ),
    verdict: 'invalid',
    code: 'limit.p95_ms',
  },
  {
    name: 'what answers is no HTTP',
    facts: factsOf(undefined, {
      k6: k6(108),
      log: log({
        aborted: 'no HTTP answer comes from http://127.0.0.1:9/api/v1/health: malformed HTTP response "nobody answers at"',
      }),
    }),
    verdict: 'fail',
    code: 'setup_failed',
    says: /^The gateway failed before the load: no HTTP answer comes from http:/,
  },
  {
    name: 'the token endpoint fails by itself',
    facts: factsOf(undefined, { k6: k6(108), log: log({ aborted: 'no token: POST http://x/auth answered 503' }) }),
    verdict: 'fail',
    code: 'setup_failed',
  },
  {
    name: 'the token endpoint says yes and gives none',
    facts: factsOf(undefined, {
      k6: k6(108),
      log: log({ aborted: 'no token: POST http://x answered 200 without an access_token' }),
    }),
    verdict: 'fail',
    code: 'setup_failed',
  },
  {
    name: 'a reason in which the gateway quotes another one',
    facts: factsOf(undefined, {
      k6: k6(108),
      log: log({
        aborted:
          'no webhook could be made: the answer says "nobody answers at http://x: y", "no token: POST http://x answered 401"',
      }),
    }),
    verdict: 'fail',
    code: 'setup_failed',
  },
  {
    name: 'a run that the script stopped after the gateway had failed',
    facts: factsOf(summaryOf([failedChecks, goodput, evidence()]), { k6: k6(108), log: log({ aborted: 'enough' }) }),
    verdict: 'fail',
    code: 'limit.failed_checks',
  },
  {
    name: 'a run that was stopped before all of it was sent',
    facts: factsOf(summaryOf([goodput, evidence()]), { k6: k6(105) }),
    verdict: 'invalid',
    code: 'k6_stopped',
  },
  {
    name: 'an iteration that threw though its gate is not there',
    facts: factsOf(summaryOf(good(), { totals: { ...passed.totals, script_errors: 1 } })),
    verdict: 'invalid',
    code: 'script_error',
  },
  {
    name: 'a gateway that died',
    facts: factsOf(died),
    verdict: 'fail',
    code: 'stopped_answering',
    says: /refused: 190, reset: 10/,
  },
  {
    name: 'a gateway that died and made the script throw',
    facts: factsOf(summaryOf([errorRate, scriptErrors(2)], { endpoints: died.endpoints })),
    verdict: 'fail',
    code: 'stopped_answering',
  },
  {
    name: 'an embedded gateway that was killed',
    facts: factsOf(summaryOf([errorRate, evidence()]), { gatewayEnded: 'killed by SIGKILL' }),
    verdict: 'fail',
    code: 'stopped_answering',
    says: /stopped answering during the run: killed by SIGKILL/,
  },
  {
    name: 'a gateway that died so that no token could be had any more',
    facts: factsOf(died, { k6: k6(108), log: log({ aborted: 'no token: POST http://x did not answer: refused' }) }),
    verdict: 'fail',
    code: 'stopped_answering',
  },
  {
    name: 'a gateway that refuses now and then is failing, not gone',
    facts: factsOf(summaryOf([errorRate, evidence()], { endpoints: [row({ sent: 500, ok: 495, failures: { refused: 5 } })] })),
    verdict: 'fail',
    code: 'limit.error_rate',
    says: /\(refused 5\)/,
  },
  {
    name: 'an embedded gateway that ended although every gate is green',
    facts: factsOf(passed, { gatewayEnded: 'exit code 1' }),
    verdict: 'invalid',
    code: 'gateway_ended',
  },
  {
    name: 'nobody answered from the start',
    facts: factsOf(summaryOf([green(), evidence({ ok: false, measured: 0 })]), {
      k6: k6(108),
      log: log({ aborted: 'nobody answers at http://127.0.0.1:9/api/v1/health: dial: connection refused' }),
    }),
    verdict: 'invalid',
    code: 'no_answer',
    says: /did not answer from the start: nobody answers at http:\/\/127\.0\.0\.1:9\/api\/v1\/health \(dial: connection refused\)\.$/,
  },
  {
    name: 'no token',
    facts: factsOf(undefined, { k6: k6(108), log: log({ aborted: 'no token: POST http://x answered 401: right?' }) }),
    verdict: 'invalid',
    code: 'no_token',
    says: /gave no token: POST http:\/\/x answered 401: right\?$/,
  },
  {
    name: 'a failed check to what must be there before the load',
    facts: factsOf(undefined, {
      k6: k6(108),
      log: log({ aborted: 'agent 1 of 20 could not be registered: the answer to agent.register has status 404, not 200' }),
    }),
    verdict: 'fail',
    code: 'setup_failed',
    says: /^The gateway failed before the load: agent 1 of 20 could not be registered: the answer .* status 404, not 200\.$/,
  },
  {
    name: 'stopped by the script',
    facts: factsOf(undefined, { k6: k6(108), log: log({ aborted: 'no agent could be made' }) }),
    verdict: 'invalid',
    code: 'aborted',
  },
  {
    name: 'wrong configuration',
    facts: factsOf(undefined, { k6: k6(107), log: log({ usage: 'thresholds/burst.json: windows.spik: unknown' }) }),
    verdict: 'usage',
    code: 'configuration',
    says: /^thresholds\/burst\.json: windows\.spik: unknown\.$/,
  },
  {
    name: 'a script that throws in init',
    facts: factsOf(undefined, { k6: k6(107), log: error('ReferenceError: x') }),
    verdict: 'invalid',
    code: 'script_error',
  },
  { name: 'setup too slow', facts: factsOf(undefined, { k6: k6(100) }), verdict: 'fail', code: 'setup_timeout' },
  { name: 'stopped by somebody else', facts: factsOf(undefined, { k6: k6(105) }), verdict: 'invalid', code: 'k6_stopped' },
  {
    name: 'an unknown k6 flag',
    facts: factsOf(undefined, { k6: k6(255), k6Flags: true, log: error('unknown flag: --bogus') }),
    verdict: 'usage',
    code: 'k6_flags',
    says: /unknown flag: --bogus/,
  },
  { name: 'k6 that fails without flags', facts: factsOf(undefined, { k6: k6(2) }), verdict: 'invalid', code: 'k6_failed' },
  {
    name: 'k6 killed',
    facts: factsOf(undefined, { k6: k6(null, 'SIGKILL') }),
    verdict: 'invalid',
    code: 'k6_killed',
  },
  {
    name: 'k6 never started',
    facts: factsOf(undefined, { k6: k6(null), notStarted: 'There is no k6 here.' }),
    verdict: 'invalid',
    code: 'not_started',
  },
  {
    name: 'interrupted with a summary',
    facts: factsOf(summaryOf([red(), evidence()]), { interrupted: 'SIGINT', k6: k6(105) }),
    verdict: 'invalid',
    code: 'interrupted',
    says: /what was measured until then is kept/,
  },
  {
    name: 'interrupted at the last moment',
    facts: factsOf(passed, { interrupted: 'SIGTERM' }),
    verdict: 'invalid',
    code: 'interrupted',
  },
  {
    name: 'interrupted and killed',
    facts: factsOf(undefined, { interrupted: 'SIGINT', k6: k6(null, 'SIGKILL') }),
    verdict: 'invalid',
    code: 'interrupted',
    says: /nothing had been measured/,
  },
  { name: 'no summary though k6 is content', facts: factsOf(undefined), verdict: 'invalid', code: 'no_summary' },
  {
    name: 'no summary and crossed thresholds',
    facts: factsOf(undefined, { k6: k6(99) }),
    verdict: 'invalid',
    code: 'no_summary',
  },
  {
    name: 'k6 green, summary red',
    facts: factsOf(summaryOf([red(), evidence()]), { k6: k6(0) }),
    verdict: 'invalid',
    code: 'disagreement',
  },
  { name: 'k6 red, summary green', facts: factsOf(passed, { k6: k6(99) }), verdict: 'invalid', code: 'disagreement' },
  {
    name: 'a summary that contradicts itself',
    facts: factsOf(summaryOf([red(), evidence()], { ok: true }), { k6: k6(99) }),
    verdict: 'invalid',
    code: 'disagreement',
  },
  { name: 'a summary without gates', facts: factsOf(summaryOf([])), verdict: 'invalid', code: 'disagreement' },
  {
    name: 'marked as failed while every gate is green',
    facts: factsOf(passed, { k6: k6(110), log: error('test marked as failed: why') }),
    verdict: 'invalid',
    code: 'marked_failed',
    says: /why/,
  },
  {
    name: 'marked as failed with a limit broken',
    facts: factsOf(summaryOf([red(), evidence()]), { k6: k6(110) }),
    verdict: 'fail',
    code: 'limit.p95_ms',
  },
  {
    name: 'nothing was sent',
    facts: factsOf(summaryOf(good(), { totals: { ...passed.totals, sent: 0 } })),
    verdict: 'invalid',
    code: 'no_load',
  },
  {
    name: 'out of open files, and errors of the gateway beside it',
    facts: factsOf(
      summaryOf([errorRate, evidence()], { endpoints: [row({ ok: 300, failures: { no_answer: 100, server_error: 100 } })] }),
      { log: log({ exhausted: { files: 100, ports: 0 } }) },
    ),
    verdict: 'fail',
    code: 'limit.error_rate',
  },
  {
    name: 'out of open files',
    facts: factsOf(summaryOf([errorRate, evidence()], { endpoints: [row({ ok: 300, failures: { no_answer: 200 } })] }), {
      log: log({ exhausted: { files: 150, ports: 0 } }),
    }),
    verdict: 'invalid',
    code: 'generator_exhausted',
    says: /open files/,
  },
  {
    name: 'a generator that needs longer than the limit to write a request',
    facts: factsOf(summaryOf([red(), evidence()], { sending_p99_ms: 60 })),
    verdict: 'invalid',
    code: 'generator_slow',
  },
  {
    name: 'a slow generator is no excuse for failed checks',
    facts: factsOf(summaryOf([red(), failedChecks, evidence()], { sending_p99_ms: 60 })),
    verdict: 'fail',
  },
  {
    name: 'passed but not kept',
    facts: factsOf(passed, { notKept: 'verdict.json: no space left on device' }),
    verdict: 'invalid',
    code: 'results_not_written',
    says: /no space left/,
  },
  {
    name: 'a disk that was too full for the summary as well',
    facts: factsOf(undefined, { notKept: 'k6.log: no space left on device' }),
    verdict: 'invalid',
    code: 'results_not_written',
  },
  {
    name: 'failed and not kept',
    facts: factsOf(summaryOf([red(), evidence()]), { notKept: 'summary.md: no space' }),
    verdict: 'fail',
    code: 'limit.p95_ms',
  },
]

test('a process that was started anew comes before what was late meanwhile', () => {
  const restarts = red({
    ...{ window: 'run', endpoint: 'watch_restarts', key: 'max', metric: 'watch_restarts', expression: 'count<=0' },
    ...{ limit: 0, unit: 'count', bound: 'max', measured: 1 },
  })
  const late = red({ measured: 2020 })
  const summary = summaryOf([late, evidence(), restarts], {
    endpoints: [row({ sent: 10_000, failures: { refused: 44 }, ok: 9956 })],
  })
  const { verdict, reasons } = judge(factsOf(summary))
  assert.equal(verdict, 'fail')
  assert.match(
    reasons[0]?.sentence ?? '',
    /^A process of the gateway was started anew under load, 1 time \(connections refused: 44, reset: 0\)/,
  )
  assert.match(reasons[0]?.advice ?? '', /recycles its workers/)
})

const reconciliation = (finding: Reconciliation['finding'], ...sentences: string[]): Reconciliation => ({
  schema: 'loadgate.reconciliation/1',
  finding,
  sentences,
  advice: 'Look at what stands before it.',
  counter: 'requests_total',
  exclusive: true,
  tolerance: { interrupted: 0, unpushed: 0 },
  rows: [],
  apart: [],
  uncounted: [],
})
const elsewhere = reconciliation('not-reconciled', 'health: 20 came from somewhere else.', 'item: 1 came from somewhere else.')

test('counts that do not reconcile take a pass away', () => {
  const { verdict, reasons } = judge(factsOf(passed, { reconciliation: elsewhere }))
  assert.equal(verdict, 'invalid')
  assert.deepEqual(reasons, [
    {
      code: 'not_reconciled',
      sentence: 'The request counts do not reconcile. health: 20 came from somewhere else.',
      advice: '1 more finding in reconciliation.json. Look at what stands before it.',
    },
  ])
})

test('a clock that was set takes a pass away and makes no fail weaker', () => {
  const { verdict, reasons } = judge(factsOf(passed, { clockJump: -3600_000 }))
  assert.equal(verdict, 'invalid')
  assert.equal(reasons[0]?.code, 'clock_jumped')
  assert.match(reasons[0]?.sentence ?? '', /^The clock of this machine was set back by 3,600 s during the run/)
  assert.match(judge(factsOf(passed, { clockJump: 1500 })).reasons[0]?.sentence ?? '', /forward by 1\.5 s/)
  assert.equal(judge(factsOf(summaryOf([red(), evidence()]), { clockJump: 1500 })).verdict, 'fail')
})

test('nothing takes a pass away so cheaply as evidence that is gone without a reason', () => {
  const { verdict, reasons } = judge(
    factsOf(passed, { reconciliation: reconciliation('unexplained', 'The count was not compared.') }),
  )
  assert.equal(verdict, 'invalid')
  assert.deepEqual(reasons, [
    { code: 'reconciliation_unexplained', sentence: 'The count was not compared.', advice: 'Look at what stands before it.' },
  ])
})

describe('a summary of what k6 said before the load', () => {
  const gates = good()
  const windows = passed.windows.map(({ name, start, duration }) => ({ name, start, duration }))
  const verdictOf = (plan: Partial<RunPlan>) => judge(factsOf(passed, { plan: runPlan(plan) }))

  it('passes with every window and gate', () => {
    assert.deepEqual(verdictOf({ windows, gates }), {
      verdict: 'pass',
      reasons: [],
    })
  })
  it('is invalid without a gate', () => {
    const { verdict, reasons } = verdictOf({ windows, gates: [...gates, { ...red(), ...threshold('checks', 'rate<=0.9') }] })
    assert.equal(verdict, 'invalid')
    assert.equal(reasons[0]?.code, 'incomplete')
    assert.equal(reasons[0]?.sentence, 'The summary lacks 1 gate (checks: rate<=0.9) that this run was to have.')
  })
  it('has both thresholds of a limit on latency in one gate', () => {
    const late = { ...threshold('late{limit:*.p95_ms}', 'count<=5'), limit: '*.p95_ms', ms: 50, share: 0.05 }
    const [first = assert.fail(), ...others] = gates
    const plan = { windows, gates: [{ ...first, late }, ...others] }
    assert.equal(verdictOf(plan).verdict, 'invalid', 'no gate has it')
    const waited = { ...first, late: { ...late, ok: true, measured: 0 } }
    const found = factsOf({ ...passed, gates: [waited, ...others] }, { plan: runPlan(plan) })
    assert.equal(judge(found).verdict, 'pass')
  })
  it('is invalid without a window', () => {
    const { verdict, reasons } = verdictOf({ windows: [...windows, { name: 'recovery', start: 9, duration: 1 }], gates })
    assert.equal(verdict, 'invalid')
    assert.equal(reasons[0]?.sentence, 'The summary lacks 1 window (recovery) that this run was to have.')
  })
})

test('counts that reconcile, or were not compared, change nothing', () => {
  for (const finding of ['reconciled', 'not-checked'] as const)
    assert.deepEqual(judge(factsOf(passed, { reconciliation: reconciliation(finding, 'All counted.') })), {
      verdict: 'pass',
      reasons: [],
    })
})

test('counts that do not reconcile make no fail weaker, and are told beside it', () => {
  const failed = factsOf(summaryOf([red(), evidence()]))
  const { verdict, reasons } = judge({ ...failed, reconciliation: elsewhere })
  assert.equal(verdict, 'fail')
  assert.deepEqual(
    reasons.map(({ code }) => code),
    [...judge(failed).reasons.map(({ code }) => code), 'not_reconciled'],
  )
})

for (const { name, facts, verdict, code, says } of CASES)
  test(`${name}: ${verdict}`, () => {
    const judgement = judge(facts)
    assert.equal(judgement.verdict, verdict, JSON.stringify(judgement.reasons))
    assert.equal(judgement.reasons.length === 0, verdict === 'pass' && code === undefined)
    if (code !== undefined) assert.equal(judgement.reasons[0]?.code, code)
    if (says !== undefined) assert.match(judgement.reasons[0]?.sentence ?? '', says)
    for (const { sentence, advice } of judgement.reasons) {
      assert.match(sentence, /^[\w/].*[.?]$/s)
      assert.match(advice, /^\S.*[.:\w]$/s)
    }
  })

test('only a run in which everything agrees passes', () => {
  const gate = fc.record({ kind: fc.constantFrom('limit', 'evidence', 'load', 'script'), ok: fc.boolean() } as const)
  fc.assert(
    fc.property(
      fc.array(gate, { maxLength: 6 }),
      fc.constantFrom(null, 0, 99, 100, 104, 105, 107, 108, 110, 255),
      fc.option(fc.constantFrom('SIGKILL', 'SIGSEGV'), { nil: null }),
      fc.boolean(),
      fc.boolean(),
      (gates, exitCode, signal, interrupted, written) => {
        const made = gates.map(({ kind, ok }) => (ok ? green({ kind }) : red({ kind })))
        const summary = summaryOf(made)
        const { verdict } = judge(
          factsOf(written ? summary : undefined, { k6: k6(exitCode, signal), interrupted: interrupted ? 'SIGINT' : undefined }),
        )
        const clean = exitCode === 0 && signal === null && !interrupted && written && made.length > 0 && summary.ok
        assert.equal(verdict === 'pass', clean)
      },
    ),
  )
})

test('what evidence lacks is missing with the gateway where all that it rests on was sent and answered correctly', () => {
  const verified = red({
    ...{ window: 'run', endpoint: 'events_verified', key: 'min_share', label: 'share of plan', kind: 'evidence' },
    ...threshold('events_verified', 'count>=91'),
    ...{ limit: 0.95, of: 96, unit: 'share', bound: 'min', measured: 0.9, rests_on: ['delivery', 'verify'] },
  })
  const windows: RunSummary['windows'] = [
    { name: 'delivery', model: 'open', gated: true, start: 0, duration: 8, planned: { create: 32 } },
    { name: 'verify', model: 'closed', gated: false, start: 8, duration: 120 },
  ]
  const sent = { window: 'delivery', endpoint: 'create', sent: 32, ok: 32 }
  const verdictOf = (more: Partial<RunSummary> = {}, gate: Partial<GateResult> = {}) =>
    judge(factsOf(summaryOf([...good(), { ...verified, ...gate }], { windows, endpoints: [row(sent)], duration_s: 20, ...more })))
  const { verdict, reasons } = verdictOf()
  assert.equal(verdict, 'fail')
  assert.match(String(reasons[0]?.sentence), /90 % of what was planned.* windows delivery and verify was answered/)
  const unread = row({ window: 'verify', endpoint: 'list', sent: 1, ok: 0, failures: { server_error: 1 } })
  for (const [more, gate] of [
    [{ endpoints: [row({ ...sent, sent: 20, ok: 20 })] }],
    // Within the limit by itself; but a series that was cut off takes four of its six deliveries along.
    [{ endpoints: [row({ ...sent, sent: 31, ok: 31 })] }],
    [{ endpoints: [row({ ...sent, ok: 31, failures: { timeout: 1 } })] }],
    [{ endpoints: [row({ ...sent, not_sent: 1 })] }],
    [{ endpoints: [row(sent), unread] }],
    [{ endpoints: [] }],
    // The last look was cut off.
    [{ duration_s: 129 }],
    [{ windows: windows.slice(1) }],
    [{}, { rests_on: ['other'] }],
  ] as const satisfies readonly (readonly [Partial<RunSummary>, Partial<GateResult>?])[])
    assert.equal(verdictOf(more, gate).verdict, 'invalid', JSON.stringify([more, gate]))
})
