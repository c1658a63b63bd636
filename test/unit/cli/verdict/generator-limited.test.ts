/** What the generator's evidence makes of a red run. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GENERATOR_SCHEMA, type GeneratorEvidence } from '../../../../cli/generator/evidence-model.ts'
import { judge } from '../../../../cli/verdict/verdict.ts'
import { stat } from '../../lib/gates/told.ts'
import { dropped, evidence, factsOf, good, green, red, row, summaryOf } from '../run-facts.ts'

const generator = (finding: GeneratorEvidence['finding'], window = 'spike'): GeneratorEvidence => ({
  schema: GENERATOR_SCHEMA,
  finding,
  sentence: 'In window spike k6 read a p95 of 102 ms where the control probe, a process of its own, saw 0.17 ms.',
  factor: 2.5,
  floor_ms: 5,
  tuning: '',
  start_lag_ms: null,
  headroom: null,
  cores: 2,
  probe_rate: 40,
  no_probe: null,
  sending_p99_ms: 3,
  cpu_starved: null,
  failures: [],
  differences: [],
  windows: [
    {
      window,
      endpoint: null,
      k6: null,
      probe: null,
      comparison: null,
      cpu: null,
      headroom: false,
      bound: finding === 'generator-bound',
      cpu_starved: false,
    },
  ],
})
const verdictOf = (gates: Parameters<typeof summaryOf>[0], found: GeneratorEvidence | undefined) =>
  judge(factsOf(summaryOf(gates), { generator: found }))

describe('a red latency', () => {
  const gates = [red(), evidence()]
  it('is the gateway where the probe saw it too, or nothing is known', () => {
    assert.equal(verdictOf(gates, generator('agree')).verdict, 'fail')
    assert.equal(verdictOf(gates, generator('unknown')).verdict, 'fail')
    assert.equal(verdictOf(gates, undefined).verdict, 'fail')
  })

  it('is invalid where the generator measured itself, and says what to do', () => {
    const { verdict, reasons } = verdictOf(gates, generator('generator-bound'))
    assert.equal(verdict, 'invalid')
    assert.equal(reasons[0]?.code, 'generator_bound')
    assert.match(reasons[0]?.sentence ?? '', /generator is the bottleneck.*102 ms.*0\.17 ms/)
    assert.match(reasons[0]?.advice ?? '', /cores.*VUs.*instances/)
  })

  it('is the gateway where the generator was short of headroom in another window', () => {
    assert.equal(verdictOf(gates, generator('generator-bound', 'base')).verdict, 'fail')
  })
})

/** The probe agrees: it was kept from the cores as well. */
const cpuStarved = (window = 'spike'): GeneratorEvidence => {
  const found = generator('agree', window)
  const sentence = 'In window spike k6 had 0.14 of 2 cores and stood waiting for one 0.64 s of each second.'
  return { ...found, cpu_starved: sentence, windows: found.windows.map((one) => ({ ...one, cpu_starved: true })) }
}
const metric = (endpoint: string, more: Parameters<typeof red>[0] = {}) =>
  red({
    window: 'run',
    endpoint,
    metric: endpoint,
    key: 'min_share',
    ...stat('count>=90'),
    unit: 'share',
    bound: 'min',
    ...more,
  })
const count = { key: 'max', ...stat('count<=0'), limit: 0, unit: 'count', bound: 'max', measured: 3 } as const

describe('a generator that others kept from the cores', () => {
  it('blames no latency and no throughput on the gateway, though the probe has seen the same', () => {
    const missing = red({ key: 'goodput', ...stat('count>=495'), unit: 'share', bound: 'min', limit: 0.99, measured: 0.9 })
    for (const gates of [[red()], [missing], [red(), missing]]) {
      const { verdict, reasons } = verdictOf([...gates, evidence()], cpuStarved())
      assert.equal(verdict, 'invalid')
      assert.equal(reasons[0]?.code, 'generator_bound')
      assert.match(reasons[0]?.sentence ?? '', /generator is the bottleneck: in window spike k6 had 0\.14 of 2 cores/)
    }
    assert.equal(verdictOf([red(), evidence()], cpuStarved('base')).verdict, 'fail')
  })

  it('is no excuse for half of the answers of an endpoint that took far longer than k6 can have waited', () => {
    const run = (p50: number, waited: number, more: Parameters<typeof red>[0] = {}) => {
      const found = cpuStarved()
      const cpu = { used: 0.1, stolen: 0, throttled: 0, waited, others: 1.8, crowded: 1, stopped: 0 }
      const windows = found.windows.map((window) => ({ ...window, cpu }))
      const endpoints = [row({ latency: { p50, p95: 450, p99: 500, max: 500 } }), row({ endpoint: 'resource', sent: 1500 })]
      return judge(factsOf(summaryOf([red(more), evidence()], { endpoints }), { generator: { ...found, windows } })).verdict
    }
    assert.equal(run(400, 0.2), 'fail')
    assert.equal(run(400, 0.2, { endpoint: '*' }), 'fail', 'an eighth of all')
    assert.equal(run(400, 0.6), 'invalid', 'it waited for more than that')
    assert.equal(run(80, 0.2), 'invalid', 'less twice the waiting it is within the limit')
    assert.equal(run(20, 0.2), 'invalid', 'only a few were late')
  })

  it('blames nothing that hangs on time on streams and sockets: events received, lag, pings, what was held', () => {
    const late = { key: 'p95', ...stat('p(95)<=250'), unit: 'ms', bound: 'max', limit: 250, measured: 900 } as const
    for (const gate of [
      ...['sse_events', 'sse_opened', 'sse_held', 'sse_resumed', 'ws_events', 'ws_held', 'ws_pings'].map((name) => metric(name)),
      ...['sse_headers_ms', 'sse_gap_ms', 'ws_event_lag_ms', 'ws_ping_ms', 'ws_connecting'].map((name) => metric(name, late)),
      metric('ws_pongs_missing', count),
    ]) {
      assert.equal(verdictOf([gate, evidence()], cpuStarved('hold')).verdict, 'invalid', gate.endpoint)
      assert.equal(verdictOf([gate, evidence()], generator('generator-bound', 'hold')).verdict, 'invalid', gate.endpoint)
      assert.equal(verdictOf([gate, evidence()], generator('agree', 'hold')).verdict, 'fail', gate.endpoint)
      assert.equal(verdictOf([gate, evidence()], undefined).verdict, 'fail', gate.endpoint)
    }
  })

  it('was late for some of it and has not missed all, where it waited for a short time only', () => {
    const run = (measured: number, waited: number, stopped = 0) => {
      const found = cpuStarved('hold')
      const cpu = { used: 0.1, stolen: 0, throttled: 0, waited, others: 1.8, crowded: 1, stopped }
      const windows = found.windows.map((window) => ({ ...window, cpu }))
      return verdictOf([metric('ws_events', { measured }), evidence()], { ...found, windows }).verdict
    }
    assert.equal(run(0, 0.1), 'fail', 'not one event came')
    assert.equal(run(0, 0.6), 'invalid')
    assert.equal(run(0.1, 0.1), 'invalid')
    assert.equal(run(0, 0.1, 0.1), 'fail')
    assert.equal(run(0, 0.1, 0.5), 'invalid', 'a signal had stopped it for half of the time')
  })

  it('excuses nothing that was seen: events lost, repeated or out of order, streams ended, sockets refused', () => {
    for (const name of ['sse_events_lost', 'sse_events_duplicated', 'ws_events_out_of_order', 'sse_closed_early', 'ws_refused'])
      assert.equal(verdictOf([metric(name, count), metric('sse_events'), evidence()], cpuStarved('hold')).verdict, 'fail', name)
    const wrong = red({ key: 'failed_checks', ...stat('count<=0'), limit: 0, unit: 'count', measured: 12 })
    assert.equal(verdictOf([wrong, red(), evidence()], cpuStarved()).verdict, 'fail')
  })

  it('has given up waiting itself, where all that failed were requests that took too long', () => {
    const errors = red({ key: 'error_rate', ...stat('count<=5'), limit: 0.001, unit: 'share', measured: 0.4 })
    const run = (failures: Record<string, number>) =>
      judge(factsOf(summaryOf([errors, red(), evidence()], { endpoints: [row({ failures })] }), { generator: cpuStarved() }))
    assert.equal(run({ timeout: 200 }).verdict, 'invalid')
    assert.equal(run({ timeout: 200, server_error: 1 }).verdict, 'fail')
  })

  it('has not given up waiting for one endpoint only: where another was answered at once, that one was not', () => {
    const errors = red({ endpoint: '*', key: 'error_rate', ...stat('count<=5'), limit: 0.001, unit: 'share', measured: 0.4 })
    const run = (beside: Parameters<typeof row>[0]) => {
      const latency = { p50: 1, p95: 9, p99: 12, max: 20 }
      const endpoints = [
        row({ failures: { timeout: 200 } }),
        row({ endpoint: 'resource', sent: 100, ok: 100, latency, ...beside }),
      ]
      const summary = summaryOf([errors, evidence()], { endpoints, settings: { TIMEOUT: 2 } })
      return judge(factsOf(summary, { generator: cpuStarved() })).verdict
    }
    assert.equal(run({}), 'fail')
    assert.equal(run({ latency: { p50: 1, p95: 30, p99: 40, max: 50 } }), 'invalid', 'it waited as well')
    assert.equal(run({ failures: { timeout: 1 } }), 'invalid')
    assert.equal(run({ ok: 9 }), 'invalid', 'of nine nobody can say how they came')
    assert.equal(run({ window: 'base' }), 'invalid', 'that was at another time')
  })

  it('has given up waiting for streams and sockets too, where every one that was refused came too late', () => {
    const refused = (name: string, timeouts: number) => {
      const figures = Object.fromEntries(
        [
          [name, 3],
          [`${name}{class:timeout}`, timeouts],
        ].map(([key, value]) => [key, { unit: 'count', values: { count: Number(value) } }]),
      )
      const summary = summaryOf([metric(name, count), metric('sse_opened'), evidence()], { figures })
      return judge(factsOf(summary, { generator: cpuStarved('hold') })).verdict
    }
    for (const name of ['sse_refused', 'ws_refused']) {
      assert.equal(refused(name, 3), 'invalid', name)
      assert.equal(refused(name, 2), 'fail', name)
    }
  })

  it('takes no pass away: in what held there is nothing to excuse', () => {
    assert.equal(verdictOf(good(), cpuStarved()).verdict, 'pass')
  })
})

it('no generator excuses failed checks or errors', () => {
  const wrong = red({ key: 'failed_checks', ...stat('count<=0'), limit: 0, unit: 'count', measured: 12 })
  assert.equal(verdictOf([wrong, evidence()], generator('generator-bound')).verdict, 'fail')
  assert.equal(verdictOf([wrong, red(), evidence()], generator('generator-bound')).verdict, 'fail')
})

it('a green run is invalid too: what a generator without headroom sends is late, and not the load that was planned', () => {
  const { verdict, reasons } = verdictOf(good(), generator('generator-bound'))
  assert.equal(verdict, 'invalid')
  assert.equal(reasons[0]?.code, 'generator_bound')
  assert.equal(verdictOf(good(), generator('unknown')).verdict, 'pass')
})

describe('requests that k6 gave up waiting for', () => {
  const errors = red({ key: 'error_rate', ...stat('count<=5'), limit: 0.001, unit: 'share', measured: 0.4 })
  const run = (failures: Record<string, number>, failed: number) => {
    const found = generator('generator-bound')
    const probe = { p50: 1, p95: 2, p99: 3, samples: 200, failed }
    const windows = found.windows.map((window) => ({ ...window, probe }))
    return judge(
      factsOf(summaryOf([errors, red(), evidence()], { endpoints: [row({ failures })] }), { generator: { ...found, windows } }),
    )
  }
  it('are the generator’s, where the probe was answered each time', () => {
    assert.equal(run({ timeout: 200 }, 0).verdict, 'invalid')
  })
  it('are the gateway’s, where the probe was not, or other failures are among them', () => {
    assert.equal(run({ timeout: 200 }, 3).verdict, 'fail')
    assert.equal(run({ timeout: 200, server_error: 1 }, 0).verdict, 'fail')
  })
})

it('load that was not sent is explained by the generator first', () => {
  const missing = red({
    key: 'goodput',
    ...stat('count>=495'),
    limit: 0.99,
    of: 500,
    unit: 'share',
    bound: 'min',
    measured: 0.7,
  })
  const { verdict, reasons } = verdictOf([dropped(), missing, green({ key: 'p95_ms' }), evidence()], generator('generator-bound'))
  assert.equal(verdict, 'invalid')
  assert.equal(reasons[0]?.code, 'generator_bound')
})

describe('a probe that saw what k6 did not', () => {
  const said = (proves: boolean) => ({
    ...generator('differ'),
    differences: [{ proves, sentence: 'The control probe was answered incorrectly 53 of 80 times.' }],
  })
  it('proves the gateway by its answers: a fail, though every gate is green', () => {
    const { verdict, reasons } = verdictOf(good(), said(true))
    assert.equal(verdict, 'fail')
    assert.equal(reasons[0]?.code, 'clients_differ')
    assert.match(reasons[0]?.sentence ?? '', /53 of 80/)
  })
  it('takes a pass away by what hangs on time', () => {
    const { verdict, reasons } = verdictOf(good(), said(false))
    assert.equal(verdict, 'invalid')
    assert.equal(reasons[0]?.code, 'probe_disagrees')
  })
  it('is told beside a fail', () => {
    for (const proves of [true, false]) {
      const { verdict, reasons } = verdictOf([red(), evidence()], said(proves))
      assert.equal(verdict, 'fail')
      assert.deepEqual(
        reasons.map(({ code }) => code),
        ['limit.p95_ms', proves ? 'clients_differ' : 'probe_disagrees'],
      )
    }
  })
  it('is proof whatever a CPU-starved generator may have measured', () => {
    const bound = { ...generator('generator-bound'), differences: said(true).differences }
    assert.equal(verdictOf(good(), bound).verdict, 'fail')
    assert.equal(verdictOf([red(), evidence()], bound).verdict, 'fail')
  })
})

it('a generator that had headroom has not waited for itself to write a request', () => {
  const slow = (headroom: boolean) => {
    const found = generator('agree')
    const windows = found.windows.map((window) => ({ ...window, headroom }))
    return judge(factsOf(summaryOf([red(), evidence()], { sending_p99_ms: 60 }), { generator: { ...found, windows } })).verdict
  }
  assert.deepEqual([slow(true), slow(false)], ['fail', 'invalid'])
})
