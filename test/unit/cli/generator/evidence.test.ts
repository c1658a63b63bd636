import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CpuSample } from '../../../../cli/generator/cpu-sampler.ts'
import { generatorEvidence, type Observed } from '../../../../cli/generator/evidence.ts'
import type { ProbeSample } from '../../../../cli/generator/probe-protocol.ts'
import { runSummary } from '../../lib/summary/run-summary.ts'

const START = 1_700_000_000_000
const latency = (p95: number) => ({ p50: p95 / 2, p95, p99: p95 * 2, max: p95 * 3 })

function observedBeside(p95: number, more: Partial<Observed> = {}): Observed {
  const total = { sent: 1000, errors: 0, shed: 0, rps: 100, latency: latency(p95) }
  return {
    summary: runSummary({
      windows: [
        { name: 'warmup', model: 'open', gated: false, start: 0, duration: 5 },
        { name: 'spike', model: 'open', gated: true, start: 5, duration: 10, total },
      ],
      endpoints: [{ window: 'spike', endpoint: 'health', sent: 1000, ok: 1000, shed: 0, failures: {}, latency: latency(p95) }],
    }),
    loadStarted: START,
    samples: [],
    examples: [],
    turns: ['health'],
    cpu: [],
    cores: 2,
    tuning: 'as it is',
    headroom: null,
    probeRate: 40,
    noProbe: null,
    ...more,
  }
}

const observed = observedBeside

/** @param from seconds from the start of the load */
const probed = (ms: number | null, from: number, count = 400, endpoint = 'health'): ProbeSample[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ at: START + from * 1000 + i * 20, endpoint, ms, waited: ms, late: 0 },
    failure: ms === null ? ('timeout' as const) : null,
  }))
const cpu = (used: number, more: Partial<CpuSample> = {}): CpuSample[] =>
  Array.from({ length: 9 }, (_, i) => ({
    ...{ at: START + 7000 + i * 1000, used, stolen: 0, throttled: 0, waited: 0, idle: 0.6, others: 0, stopped: 0 },
    ...more,
  }))

describe('evidence about the generator', () => {
  it('says how late iterations began, unless some were dropped: then their numbers are no longer those of the plan', () => {
    const values = { 'p(95)': 1, 'p(99)': 2, max: 30 }
    const { summary, ...rest } = observed(5)
    const figures = { start_lag_ms: { unit: 'ms', values } }
    const lagOf = (dropped: number) =>
      generatorEvidence({ ...rest, summary: { ...summary, figures, totals: { ...summary.totals, dropped } } }).start_lag_ms
    assert.deepEqual(lagOf(0), { p95: 1, p99: 2, max: 30 })
    assert.equal(lagOf(1), null)
    assert.equal(generatorEvidence(observed(5)).start_lag_ms, null)
  })

  it('agrees where the probe saw what k6 saw, however busy k6 was', () => {
    const found = generatorEvidence(observed(300, { samples: probed(280, 5), cpu: cpu(2) }))
    assert.equal(found.finding, 'agree')
    assert.match(found.sentence, /agree/)
  })

  it('says which window k6 measured itself in, with both figures', () => {
    const found = generatorEvidence(observed(102, { samples: probed(0.17, 5) }))
    assert.equal(found.finding, 'generator-bound')
    assert.match(found.sentence, /window spike .* p95 of 102 ms .* 0\.17 ms/)
    assert.equal(found.windows[0]?.bound, true)
  })

  it('takes requests that k6 had no patience for as long ones, unless the probe was not answered either', () => {
    const gaveUp = (timeouts: number, samples: ProbeSample[]) => {
      const { summary, ...rest } = observed(0, { samples })
      const endpoints = summary.endpoints.map((row) => ({ ...row, ok: row.sent - timeouts, failures: { timeout: timeouts } }))
      return generatorEvidence({ ...rest, summary: { ...summary, settings: { TIMEOUT: 5 }, endpoints } })
    }
    const found = gaveUp(870, probed(2, 5))
    assert.equal(found.finding, 'generator-bound')
    assert.match(found.sentence, /p95 of 5000 ms .* 2 ms/)
    assert.equal(gaveUp(40, probed(2, 5)).finding, 'agree', 'too few to decide the p95')
    assert.equal(gaveUp(870, [...probed(2, 5), ...probed(null, 6, 50)]).finding, 'agree')
  })

  it('counts only what the probe sent in the window, and only what the window sends to', () => {
    const before = generatorEvidence(observed(102, { samples: probed(0.17, -10) }))
    assert.equal(before.finding, 'differ')
    assert.match(before.sentence, /nothing to say about health in window spike/)
    const others = generatorEvidence(observed(102, { samples: probed(0.17, 5, 400, 'action') }))
    assert.equal(others.finding, 'differ')
    assert.equal(others.windows[0]?.probe, null)
  })

  it('compares what both have asked alike: a slow endpoint that only k6 asks, or asks more, is the gateway', () => {
    const run = observed(154)
    const row = (endpoint: string, sent: number, p95: number) => ({
      ...{ window: 'spike', endpoint, sent, ok: sent, shed: 0, failures: {} },
      latency: latency(p95),
    })
    const slow = runSummary({ ...run.summary, endpoints: [row('health', 600, 3.5), row('agent_ping', 400, 166)] })
    const found = generatorEvidence({ ...run, summary: slow, samples: probed(3, 5) })
    assert.equal(found.finding, 'agree')
    assert.equal(found.windows[0]?.endpoint, 'health')
    const rarely = [...probed(3, 5, 380), ...probed(160, 5, 20, 'agent_ping')]
    assert.equal(generatorEvidence({ ...run, summary: slow, samples: rarely }).finding, 'agree')
    const queue = runSummary({ ...run.summary, endpoints: [row('health', 600, 150), row('agent_ping', 400, 166)] })
    const bound = generatorEvidence({ ...run, summary: queue, samples: probed(3, 5) })
    assert.equal(bound.finding, 'generator-bound')
    assert.match(bound.sentence, /p95 of 150 ms for health, its quickest endpoint, where/)
  })

  describe('a quick probe beside a slow k6', () => {
    const lagOf = (p99: number) => ({ start_lag_ms: { unit: 'ms', values: { 'p(95)': p99 / 2, 'p(99)': p99, max: p99 } } })
    const found = (more: Partial<Observed>, p99 = 1) => {
      const { summary, ...rest } = observed(400, { samples: probed(2, 5), ...more })
      return generatorEvidence({ ...rest, summary: { ...summary, figures: lagOf(p99) } })
    }

    it('is the gateway, where k6 had cores to spare and began in time', () => {
      const idle = found({ cpu: cpu(0.2, { waited: 0.1 }) })
      assert.deepEqual([idle.finding, idle.windows[0]?.bound, idle.windows[0]?.headroom], ['differ', false, true])
      assert.match(idle.sentence, /p95 of 400 ms where the control probe saw 2 ms.* no queue of k6's own: it had headroom/)
    })

    it('is k6 itself, where it had no headroom, was held up, or began late', () => {
      for (const [samples, lag] of [
        [cpu(1.4, { waited: 0.1 }), 1],
        [cpu(0.4, { waited: 1.2 }), 1],
        [cpu(0.2, { throttled: 0.08 }), 1],
        [cpu(0.2, { stopped: 0.4 }), 1],
        [cpu(0.2), 300],
        [[], 1],
      ] as const)
        assert.equal(found({ cpu: samples }, lag).finding, 'generator-bound', JSON.stringify(samples[0]))
    })

    it('is the gateway, where k6 read another endpoint as quickly as the probe did', () => {
      const run = observed(400)
      const row = (endpoint: string, p95: number) => ({
        ...{ window: 'spike', endpoint, sent: 500, ok: 500, shed: 0, failures: {} },
        latency: latency(p95),
      })
      const samples = [...probed(2, 5, 200), ...probed(2, 5, 200, 'resource')]
      const beside = (health: number) =>
        generatorEvidence({
          ...run,
          ...{ samples, turns: ['health', 'resource'] },
          summary: { ...run.summary, endpoints: [row('health', health), row('resource', 600)] },
        })
      assert.equal(beside(3).finding, 'differ')
      assert.equal(beside(3).windows[0]?.bound, false)
      assert.match(beside(3).sentence, /no queue of k6's own: it read others as quickly/)
      assert.equal(beside(300).finding, 'generator-bound')
    })
  })

  it('counts failed requests of the probe, and takes no latency from them', () => {
    const found = generatorEvidence(observed(300, { samples: [...probed(280, 5, 300), ...probed(null, 5, 100)] }))
    assert.deepEqual([found.windows[0]?.probe?.samples, found.windows[0]?.probe?.failed], [300, 100])
  })

  it('without a probe, believes no generator that has no headroom left', () => {
    const observed = (p95: number, more: Partial<Observed>) => observedBeside(p95, { probeRate: null, ...more })
    assert.equal(generatorEvidence(observed(102, { cpu: cpu(1.95) })).finding, 'generator-bound')
    assert.equal(generatorEvidence(observed(102, { cpu: cpu(0.4, { throttled: 0.3 }) })).finding, 'generator-bound')
    assert.equal(generatorEvidence(observed(102, { cpu: cpu(0.4, { stolen: 0.2 }) })).finding, 'generator-bound')
    const quiet = generatorEvidence(observed(102, { cpu: cpu(0.4), noProbe: 'it was left out' }))
    assert.equal(quiet.finding, 'unknown')
    assert.match(quiet.sentence, /it was left out/)
  })

  it('says where k6 was kept from the cores, whatever the probe saw: that one was kept from them too', () => {
    const cpuStarved = (used: number, more: Partial<CpuSample>) =>
      generatorEvidence(observed(300, { samples: probed(280, 5), cpu: cpu(used, more) }))
    const waiting = cpuStarved(0.14, { waited: 0.64, idle: 0.02, others: 1.6 })
    assert.equal(waiting.finding, 'agree')
    assert.equal(waiting.windows[0]?.bound, false)
    assert.equal(waiting.windows[0]?.cpu_starved, true)
    assert.match(
      waiting.cpu_starved ?? '',
      /window spike k6 had 0\.14 of 2 cores .* 0\.64 s of each second; programs outside the run had 1\.60 and left nothing for 100 % of the time/,
    )
    assert.match(cpuStarved(0.4, { throttled: 0.3 }).cpu_starved ?? '', /30 % throttled/)
    assert.match(cpuStarved(0.4, { stolen: 0.2 }).cpu_starved ?? '', /20 % stolen/)
  })

  it('was kept from the cores by a signal too, where no probe has seen the gateway meanwhile: that one was not stopped', () => {
    const stopped = (share: number, samples: ProbeSample[] = []) =>
      generatorEvidence(observed(300, { samples, cpu: cpu(0.1, { stopped: share }) }))
    assert.equal(stopped(0.05).windows[0]?.cpu_starved, false)
    assert.equal(stopped(0.2).windows[0]?.cpu_starved, true)
    assert.match(stopped(0.2).cpu_starved ?? '', /window spike .* 20 % stopped/)
    assert.equal(stopped(0.2, probed(280, 5)).windows[0]?.cpu_starved, false, 'the probe was answered as late')
    assert.equal(stopped(0.2, probed(2, 5)).finding, 'generator-bound', 'the probe was answered in time')
  })

  it('does not call k6 CPU-starved where there was headroom, the run itself took it all, or others step aside', () => {
    for (const more of [
      { waited: 0.9, idle: 0.3, others: 1.2 },
      { waited: 1.5, idle: 0, others: 0.2 },
      { waited: 0.2, idle: 0, others: 1.4 },
    ]) {
      const found = generatorEvidence(observed(300, { samples: probed(280, 5), cpu: cpu(0.4, more) }))
      assert.deepEqual([found.cpu_starved, found.windows[0]?.cpu_starved], [null, false], JSON.stringify(more))
    }
  })

  it('calls a window crowded by its seconds: a machine that is full every other second is no better for the average', () => {
    const seconds = (full: number, of = 9) => {
      const samples = cpu(0.14)
        .slice(0, of)
        .map((sample, i) => (i < full ? { ...sample, waited: 0.64, idle: 0, others: 1.6 } : sample))
      return generatorEvidence(observed(300, { samples: probed(280, 5), cpu: samples })).windows[0]?.cpu_starved
    }
    assert.deepEqual([seconds(2), seconds(3)], [false, true])
    // One alone says nothing, however short the window.
    assert.deepEqual([seconds(1, 2), seconds(2, 2)], [false, true])
  })

  it('leaves warm-up out', () => {
    assert.deepEqual(
      generatorEvidence(observed(1)).windows.map(({ window }) => window),
      ['spike'],
    )
  })
})
