import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Reason } from '../../../../cli/results/verdict-model.ts'
import { diagnose, type Evidence } from '../../../../cli/verdict/diagnosis/diagnosis.ts'
import type { Finding } from '../../../../cli/verdict/gate-sentence.ts'
import { judge } from '../../../../cli/verdict/verdict.ts'
import { FAILURE_CLASSES } from '../../../../lib/base/outcome.ts'
import type { GateResult } from '../../../../lib/gates/model.ts'
import type { EndpointSummary, RunSummary } from '../../../../lib/summary/model.ts'
import { evidence, factsOf, red, row, summaryOf } from '../run-facts.ts'

const LABELS: Record<string, string> = { error_rate: 'error rate' }
const ofWindow = (
  key: string,
  measured: number,
  limit: number,
  unit: GateResult['unit'],
  more: Partial<GateResult> = {},
): GateResult =>
  red({
    endpoint: '*',
    key,
    measured,
    limit,
    unit,
    ...(unit === 'ms' ? {} : { label: LABELS[key] ?? key, stat: 'count', threshold: 0 }),
    ...more,
  })
const errorRate = ofWindow('error_rate', 0.014, 0.001, 'share', { of: 500 })
const wrong = red({
  key: 'failed_checks',
  label: 'failed checks',
  stat: 'count',
  threshold: 0,
  limit: 0,
  unit: 'count',
  measured: 7,
})
const goodput = ofWindow('goodput', 0.986, 0.99, 'share', { bound: 'min', stat: 'count', threshold: 495, of: 500 })

/** As a run is told: judged first. */
function told(
  gates: GateResult[],
  endpoints: EndpointSummary[],
  more: Partial<Evidence> = {},
  summary: Partial<RunSummary> = {},
): Reason[] {
  const whole = summaryOf([...gates, evidence({ endpoint: '*' })], { endpoints, ...summary })
  const { verdict, reasons } = judge(factsOf(whole))
  assert.equal(verdict, 'fail')
  return diagnose(reasons, { summary: whole, failures: [], series: undefined, ...more })
}

const sample = {
  window: 'spike',
  endpoint: 'resource',
  class: 'failed_check',
  status: 200,
  why: 'has no id',
  body: '{}',
  at: '2026-01-02T03:04:05Z',
  request: { method: 'GET', url: "http://h/r-0333?a='b'", ms: 1.5, headers: ['Authorization'] },
}

test('what failed beside the windows leads with what was wrong with it, once for the gates that it broke', () => {
  const beside = (endpoint: string): GateResult =>
    red({ ...wrong, window: 'run', endpoint, key: 'failures', label: 'failed requests', measured: 1 })
  const grants = { ...sample, window: 'setup', endpoint: 'auth', why: 'grants a token to who does not know the secret' }
  const connections = ofWindow('new_connections', 0.05, 0.01, 'share', { of: 500, label: 'new connections' })
  const [first, second, ...others] = told([connections, beside('setup'), beside('auth')], [], {
    failures: [{ class: 'failed_check', samples: [grants] }],
  })
  assert.deepEqual(others, [])
  assert.equal(
    first?.sentence,
    'auth: 1 of 1 answers failed their check in setup: the answer grants a token to who does not know the secret (failed_check 1).',
  )
  assert.deepEqual(first?.gates, ['failed requests: setup 1, auth 1 (\u2264 0)'])
  assert.match(String(second?.sentence), /had to open a connection/)
  // Without an example it is said as a gate is.
  assert.match(String(told([beside('auth')], [])[0]?.sentence), /^1 request of auth failed/)
})

test('what went wrong in setup as it did under load is told once, with the load', () => {
  const setup = red({ ...wrong, window: 'run', endpoint: 'setup', key: 'failures', label: 'failed requests', measured: 1 })
  const refused = { ...sample, class: 'client_error', status: 404, why: 'has status 404, not 200' }
  const inSetup = { ...refused, window: 'setup', endpoint: 'setup' }
  const load = [row({ window: 'spike', endpoint: 'resource', sent: 500, ok: 0, failures: { client_error: 500 } })]
  const failed = ofWindow('error_rate', 1, 0.001, 'share', { of: 500, window: 'spike' })
  const [first, ...others] = told([failed, setup], load, {
    failures: [{ class: 'client_error', samples: [inSetup, refused] }],
  })
  assert.deepEqual(others, [])
  assert.match(String(first?.sentence), /^resource: 500 of 500 requests were refused in window spike/)
  assert.equal(first?.gates?.length, 2)
  const [alone] = told([setup], [], { failures: [{ class: 'client_error', samples: [inSetup] }] })
  assert.match(String(alone?.advice), /where health is, or "health": false/)
})

test('one failed check is one cause, with an example, and the gates that it broke follow from it', () => {
  const [first, ...others] = told(
    [errorRate, red({ ...wrong, endpoint: 'resource' }), goodput],
    [
      row({ endpoint: 'resource', sent: 500, ok: 493, failures: { failed_check: 7 } }),
      row({ endpoint: 'health', sent: 200, ok: 200 }),
    ],
    { failures: [{ class: 'failed_check', samples: [sample] }] },
  )
  assert.deepEqual(others, [])
  assert.equal(first?.code, 'cause.failed_check')
  assert.equal(
    first?.sentence,
    'resource: 7 of 500 answers failed their check in window spike: the answer has no id (failed_check 7).',
  )
  assert.deepEqual(first?.gates, [
    'error rate: spike 1.4 % (≤ 0.1 %)',
    'failed checks: resource in spike 7 (≤ 0)',
    'goodput: spike 98.6 % (≥ 99 %)',
  ])
  assert.deepEqual(first?.example, {
    request: "GET http://h/r-0333?a='b'",
    ms: 1.5,
    curl: `curl -i -H "Authorization: Bearer $TOKEN" 'http://h/r-0333?a='\\''b'\\'''`,
    status: 200,
    why: 'has no id',
    body: '{}',
    at: '2026-01-02T03:04:05Z',
  })
})

test('failed checks lead before server errors, and these before what was shed, unless they hardly happened', () => {
  const classes = (failures: Record<string, number>) =>
    told([errorRate, ofWindow('shed_rate', 0.2, 0.01, 'share')], [row({ sent: 500, ok: 100, failures })]).map(({ code }) => code)
  assert.deepEqual(classes({ shed: 100, server_error: 100, failed_check: 100 }), ['cause.failed_check', 'cause.shed'])
  assert.deepEqual(classes({ shed: 100, server_error: 290, failed_check: 1 }), ['cause.server_error', 'cause.shed'])
})

test('a cause of many endpoints names those that have most of it', () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((endpoint, i) =>
    row({ endpoint, sent: 100, ok: 90 - i, failures: { timeout: 10 + i } }),
  )
  assert.match(
    told([errorRate], rows)[0]?.sentence ?? '',
    /^5 endpoints \(e, d, c and 2 more\): 60 of 500 requests had no answer in time/,
  )
  assert.match(told([errorRate], rows.slice(0, 2))[0]?.sentence ?? '', /^b and a: 21 of 200/)
})

test('a slow window names the endpoints that carry it, where others are quick', () => {
  const latency = (p95: number) => ({ p50: 1, p95, p99: p95, max: p95 })
  const p95 = ofWindow('p95_ms', 150, 100, 'ms')
  const rows = (...times: number[]) =>
    times.map((time, i) => row({ endpoint: ['rpc', 'health', 'list'][i] ?? '', latency: latency(time) }))
  assert.equal(
    told([p95], rows(150, 1, 2))[0]?.sentence,
    'rpc took 150 ms in window spike, the other 2 1 ms to 2 ms (p95): p95 of the window was 150 ms and must be ≤ 100 ms.',
  )
  assert.match(told([p95], rows(150, 130, 140))[0]?.sentence ?? '', /^Every endpoint took 130 ms to 150 ms in window spike/)
})

test('what is proven leads before what is not', () => {
  const gates = [errorRate, ofWindow('p95_ms', 150, 100, 'ms')]
  const summary = summaryOf(gates, { endpoints: [row({ failures: { timeout: 3 }, sent: 500, ok: 497 }), row({ endpoint: 'b' })] })
  const findings: Finding[] = gates.map((gate, i) => ({ code: 'x', sentence: 's', advice: 'a', gate, guilty: i === 1 }))
  const codes = diagnose(findings, { summary, failures: [], series: undefined }).map(({ code }) => code)
  assert.deepEqual(codes, ['cause.late', 'cause.timeout'])
})

test('since when: from the recording, where it did not last from first to last', () => {
  const t = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  const series = (failed: number[]) =>
    ({
      t,
      interval_s: 1,
      rows: [{ window: 'spike', endpoint: 'health', first: 0, sent: t.map(() => 9), failed: { timeout: failed } }],
    }) as unknown as Evidence['series']
  const when = (failed: number[]) =>
    /in window spike(.*) \(timeout 9\)/.exec(
      told([errorRate], [row({ sent: 500, ok: 491, failures: { timeout: 9 } })], { series: series(failed) })[0]?.sentence ?? '',
    )?.[1]
  assert.equal(when(t.map(() => 1)), '')
  assert.equal(when([0, 0, 0, 0, 9, 9, 9, 9, 9, 9]), ' since 0:03')
  assert.equal(when([0, 0, 0, 4, 5, 0, 0, 0, 0, 0]), ' from 0:02 to 0:04')
  assert.equal(when([0, 0, 0, 9, 0, 0, 0, 0, 0, 0]), ' at 0:02')
})

test('advice fits the case: a token endpoint that is not there, an address that is blocked, workers that were restarted', () => {
  const advice = (endpoint: string, failures: Record<string, number>, status: number, more: Partial<RunSummary> = {}) => {
    const [name = ''] = Object.keys(failures)
    const samples = [{ ...sample, endpoint, class: name, status }]
    const gate = name === 'shed' ? ofWindow('shed_rate', 1, 0.01, 'share') : errorRate
    const shed = failures.shed ?? 0
    return told(
      [gate],
      [row({ endpoint, sent: 100, ok: 100 - shed, failures })],
      { failures: [{ class: name, samples }] },
      more,
    )[0]?.advice
  }
  assert.match(advice('token', { client_error: 9 }, 404) ?? '', /--auth none/)
  assert.match(advice('list', { client_error: 9 }, 404) ?? '', /"list": false .* answers 404 for \/r-0333/)
  assert.match(advice('list', { client_error: 9 }, 401) ?? '', /token was not accepted/)
  assert.match(advice('list', { shed: 100 }, 429) ?? '', /may still be blocked/)
  const restarted = { figures: { watch_restarts: { unit: '', values: { count: 2 } } } }
  assert.match(
    advice('list', { reset: 9 }, 0, restarted) ?? '',
    /restarted 2 times during the run: look for workers that are recycled/,
  )
})

test('whatever failed, no finding is lost and none is told twice', () => {
  const keys = [
    'error_rate',
    'failed_checks',
    'rpc_errors',
    'shed_rate',
    'goodput',
    'failures',
    'p95_ms',
    'late_share',
    'new_connections',
  ]
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }),
      fc.array(fc.tuple(fc.constantFrom('health', 'list'), fc.dictionary(fc.constantFrom(...FAILURE_CLASSES), fc.nat(50)))),
      (names, failing) => {
        const gates = names.map((key) => ofWindow(key, 5, 1, key === 'p95_ms' ? 'ms' : 'count'))
        const endpoints = failing.map(([endpoint, failures]) => row({ endpoint, failures, sent: 500 }))
        const findings = gates.map((gate): Finding => ({ code: gate.key, sentence: gate.key, advice: 'a', gate, guilty: true }))
        const reasons = diagnose(findings, { summary: summaryOf(gates, { endpoints }), failures: [], series: undefined })
        const mentioned = reasons.reduce(
          (n, { gates: some, code }) => n + (code.startsWith('cause.') ? (some?.length ?? 0) : 1),
          0,
        )
        assert.equal(mentioned, gates.length)
      },
    ),
  )
})
