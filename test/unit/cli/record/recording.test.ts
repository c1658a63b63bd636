import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parse } from 'valibot'
import { Clock } from '../../../../cli/record/clock.ts'
import { Cumulative } from '../../../../cli/record/cumulative.ts'
import { ProcessColumns } from '../../../../cli/record/process-sampler.ts'
import type { Series } from '../../../../cli/record/remote-write.ts'
import { seriesSchema } from '../../../../cli/record/series-model.ts'
import { seriesOf } from '../../../../cli/record/series-of.ts'
import { Timeline } from '../../../../cli/record/timeline.ts'
import type { Declarations } from '../../../../lib/metrics/list.ts'
import type { RunSummary } from '../../../../lib/summary/model.ts'
import { observe } from './native-buckets.ts'

const START = 1_700_000_000_000
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** A k6 that pushes: cumulative, and only what has changed. */
class K6 {
  readonly #durations: Record<string, number[]> = {}
  readonly #counters: Record<string, number> = {}
  request(name: string, seconds: number, expected = true): void {
    const key = JSON.stringify({
      __name__: 'k6_http_req_duration_seconds',
      name,
      scenario: 'base',
      expected_response: String(expected),
    })
    this.#durations[key] = [...(this.#durations[key] ?? []), seconds]
  }
  phase(metric: string, name: string, seconds: number): void {
    const key = JSON.stringify({ __name__: `k6_${metric}_seconds`, name, scenario: 'base', expected_response: 'true' })
    this.#durations[key] = [...(this.#durations[key] ?? []), seconds]
  }
  count(metric: string, tags: Record<string, string>, by = 1): void {
    const key = JSON.stringify({ __name__: `k6_${metric}_total`, scenario: 'base', ...tags })
    this.#counters[key] = (this.#counters[key] ?? 0) + by
  }
  push(at: number, last = false): Series[] {
    const end = last ? { sample: { value: Number.NaN, at } } : {}
    return [
      ...Object.entries(this.#durations).map(([labels, values]) => ({
        labels: JSON.parse(labels),
        histogram: { value: observe(values), at },
        ...end,
      })),
      ...Object.entries(this.#counters).map(([labels, value]) => ({
        labels: JSON.parse(labels),
        sample: { value: last ? Number.NaN : value, at },
      })),
    ]
  }
}

function recorder(interval = 1000, metrics: Declarations = {}) {
  const clock = new Clock(interval)
  const timeline = new Timeline((scenario) => scenario === 'base')
  const cumulative = new Cumulative(metrics)
  return {
    clock,
    timeline,
    take: (series: Series[], at: number, instance = '1') =>
      timeline.take(clock.place(instance, at), instance, cumulative.take(instance, series)),
    series: (summary?: Partial<RunSummary>, complete = true) =>
      seriesOf(
        { script: 'burst', clock, timeline, processes: new Map(), windows: [], metrics, complete },
        summary as RunSummary | undefined,
      ) ?? assert.fail(),
  }
}

describe('a recording', () => {
  it('sums to what k6 has counted, whatever the pushes look like', () => {
    const second = fc.array(
      fc.record({ ms: fc.integer({ min: 1, max: 900 }), expected: fc.boolean(), wrong: fc.boolean(), late: fc.boolean() }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(fc.array(second, { minLength: 1, maxLength: 12 }), (seconds) => {
        const k6 = new K6()
        const { take, series } = recorder()
        let [sent, right, wrong, held] = [0, 0, 0, 0]
        seconds.forEach((requests, i) => {
          // Failed checks that were counted too late for the push before.
          if (held > 0) k6.count('failures', { name: 'health', class: 'failed_check' }, held)
          held = 0
          for (const { ms, expected, wrong: isWrong, late } of requests) {
            k6.request('health', ms / 1000, expected)
            sent += 1
            // A redirect has no expected status, and is a failed check too.
            if (expected && !isWrong) right += 1
            else {
              wrong += 1
              if (late) held += 1
              else k6.count('failures', { name: 'health', class: 'failed_check' })
            }
          }
          take(k6.push(START + i * 1000), START + i * 1000)
        })
        if (held > 0) k6.count('failures', { name: 'health', class: 'failed_check' }, held)
        take(k6.push(START + seconds.length * 1000), START + seconds.length * 1000)
        take(k6.push(START + seconds.length * 1000 + 5, true), START + seconds.length * 1000 + 5)
        if (sent === 0) return
        const [row] = series().rows
        assert.equal(sum(row?.sent ?? []), sent)
        assert.equal(sum(row?.ok ?? []), right)
        assert.equal(sum(row?.failed.failed_check ?? []), wrong)
        for (const count of row?.ok ?? []) assert.ok(count >= 0)
      }),
      { numRuns: 300 },
    )
  })

  it('counts an answer as right in its own second, whatever status the wrong ones had', () => {
    const k6 = new K6()
    const { take, series } = recorder()
    for (let i = 0; i < 3; i++) {
      k6.request('health', 0.01)
      k6.request('health', 0.01, false)
      k6.count('failures', { name: 'health', class: i === 1 ? 'failed_check' : 'server_error' })
      take(k6.push(START + i * 1000), START + i * 1000)
    }
    const k6Says = { window: 'base', endpoint: 'health', sent: 6, ok: 3, shed: 0, failures: {}, latency: null }
    const { rows, added_at_end } = series({ endpoints: [k6Says] })
    assert.deepEqual([rows[0]?.ok, added_at_end], [[1, 1, 1], 0])
  })

  it('has where the time went, by endpoint, and how many requests opened a connection', () => {
    const k6 = new K6()
    const { take, series } = recorder()
    for (let i = 0; i < 4; i++) {
      k6.request('health', 0.01)
      k6.phase('http_req_blocked', 'health', i === 0 ? 0.004 : 0)
      k6.phase('http_req_connecting', 'health', i === 0 ? 0.002 : 0)
      k6.phase('http_req_waiting', 'health', 0.008)
      take(k6.push(START + i * 1000), START + i * 1000)
    }
    k6.phase('http_req_waiting', 'resource', 0.1)
    k6.request('resource', 0.1)
    take(k6.push(START + 4000), START + 4000)
    const { rows, waiting } = series()
    const { phases } = rows.find(({ endpoint }) => endpoint === 'health') ?? assert.fail()
    assert.deepEqual(phases?.connecting, { mean: 0.5, some: 1 })
    assert.deepEqual(phases?.blocked, { mean: 1, some: 1 })
    assert.deepEqual(phases?.waiting, { mean: 8, some: 4 })
    // GitLab is told the time to the first byte of the whole window.
    assert.deepEqual(
      waiting?.map(({ window, histogram }) => [window, sum(histogram.counts)]),
      [['base', 5]],
    )
  })

  it('does not take the length of a stream for a latency of all endpoints', () => {
    const k6 = new K6()
    const { take, series } = recorder()
    k6.request('health', 0.01)
    k6.request('stream', 4)
    take(k6.push(START), START)
    const { merged, rows } = series()
    assert.deepEqual(merged.map(({ endpoint }) => endpoint).sort(), ['*', 'health', 'stream'])
    assert.ok((merged.find(({ endpoint }) => endpoint === '*')?.p99[0] ?? 0) < 11)
    assert.equal(rows.length, 2)
  })

  it('has the percentiles of each second alone', () => {
    const k6 = new K6()
    const { take, series } = recorder()
    for (let i = 0; i < 100; i++) k6.request('health', 0.01)
    take(k6.push(START), START)
    for (let i = 0; i < 100; i++) k6.request('health', 0.2)
    take(k6.push(START + 1000), START + 1000)
    const [row] = series().rows
    const [first, second] = row?.p95 ?? []
    assert.ok(Math.abs((first ?? 0) / 10 - 1) < 0.1 && Math.abs((second ?? 0) / 200 - 1) < 0.1, `${first} ${second}`)
    assert.ok(Math.abs((row?.latency?.p50 ?? 0) / 100 - 1) < 1)
  })

  it('merges instances of k6 that push at moments of their own, and keeps them apart while they count', () => {
    const [a, b] = [new K6(), new K6()]
    const { take, series, clock } = recorder()
    for (let i = 0; i < 5; i++) {
      a.request('health', 0.01)
      b.request('health', 0.01)
      b.request('health', 0.01)
      take(a.push(START + i * 1000), START + i * 1000, 'a')
      // Half a second later, a little early or late each time.
      const at = START + 500 + i * 1000 + (i % 2 === 0 ? -30 : 40)
      take(b.push(at), at, 'b')
    }
    const { rows, instances, t } = series()
    assert.equal(instances, 2)
    assert.equal(clock.ends.length, 5)
    assert.deepEqual(rows[0]?.sent, [3, 3, 3, 3, 3])
    assert.equal(t.length, 5)
  })

  it('leaves a push out that never came: the next one covers its time', () => {
    const k6 = new K6()
    const { take, series } = recorder()
    for (const second of [0, 1, 3, 4]) {
      k6.request('health', 0.01)
      take(k6.push(START + second * 1000), START + second * 1000)
    }
    const { t, rows } = series()
    assert.deepEqual(t, [1, 2, 4, 5])
    assert.deepEqual(rows[0]?.sent, [1, 1, 1, 1])
  })

  it('adds what k6 knows and has not pushed, and says how much', () => {
    const k6 = new K6()
    const { take, series } = recorder()
    k6.request('health', 0.01)
    k6.request('health', 0.01)
    take(k6.push(START), START)
    const endpoints = [
      { window: 'base', endpoint: 'health', sent: 2, ok: 1, shed: 0, failures: { failed_check: 1 }, latency: null },
    ]
    const settled = series({ endpoints })
    assert.equal(settled.added_at_end, 1)
    assert.deepEqual(settled.rows[0]?.failed, { failed_check: [1] })
    assert.deepEqual(settled.rows[0]?.ok, [1])
    // Not where the end was not heard: what is missing then is not small.
    assert.equal(series({ endpoints }, false).added_at_end, 0)
  })

  it('is what its schema says, and begins with the end of setup', () => {
    const k6 = new K6()
    const { take, series } = recorder()
    k6.request('health', 0.01)
    const setup: Series = {
      labels: { __name__: 'k6_http_req_duration_seconds', name: 'setup', group: '::setup' },
      histogram: { value: observe([0.002]), at: START - 800 },
    }
    take([setup, ...k6.push(START)], START)
    const made = series()
    assert.deepEqual(parse(seriesSchema, JSON.parse(JSON.stringify(made))), made)
    assert.deepEqual(made.t, [0.8])
    assert.equal(made.rows.find(({ endpoint }) => endpoint === 'setup')?.window, '')
    assert.equal(made.merged.length, 2, 'setup is no part of the whole')
  })

  it('keeps what a script measures: counters as growth, gauges as they are, trends with their exact mean', () => {
    const { take, series } = recorder()
    const at = (second: number, held: number, lost: number, memory: number[]): void =>
      take(
        [
          { labels: { __name__: 'k6_held', scenario: 'base' }, sample: { value: held, at: 0 } },
          { labels: { __name__: 'k6_lost_total', scenario: 'base', kind: 'ws' }, sample: { value: lost, at: 0 } },
          { labels: { __name__: 'k6_watch_memory', scenario: 'base' }, histogram: { value: observe(memory), at: 0 } },
        ],
        START + second * 1000,
      )
    at(0, 7, 2, [1000])
    at(1, 9, 5, [1000, 3000])
    const { metrics } = series()
    const values = Object.fromEntries(metrics.map(({ name, kind, values: of, mean }) => [name, { kind, of, mean }]))
    assert.deepEqual(values, {
      held: { kind: 'gauge', of: [7, 9], mean: undefined },
      'lost{kind=ws}': { kind: 'counter', of: [2, 3], mean: undefined },
      watch_memory: { kind: 'trend', of: [1, 1], mean: [1000, 3000] },
    })
  })

  it('knows a metric of the script’s own by its name, whatever k6 adds to names and whatever it ends in', () => {
    const page_bytes = { type: 'trend', unit: 'bytes', doc: '' } as const
    const hit_rate = { type: 'gauge', unit: 'share', doc: '' } as const
    const own = recorder(1000, { page_bytes, hit_rate })
    own.take(
      [
        { labels: { __name__: 'k6_page_bytes', scenario: 'base' }, histogram: { value: observe([400, 600]), at: START } },
        { labels: { __name__: 'k6_hit_rate', scenario: 'base' }, sample: { value: 0.5, at: START } },
      ],
      START,
    )
    assert.deepEqual(
      own.series().metrics.map(({ name, kind, unit }) => [name, kind, unit]),
      [
        ['page_bytes', 'trend', 'bytes'],
        ['hit_rate', 'gauge', 'share'],
      ],
    )
  })

  it('does not grow without end when a tag has a value of its own for each request', () => {
    const { take, series } = recorder()
    const many = Array.from(
      { length: 3000 },
      (_, i): Series => ({ labels: { __name__: 'k6_odd_total', id: String(i) }, sample: { value: 1, at: 0 } }),
    )
    take(many, START)
    assert.equal(series().metrics.length, 100)
  })
})

describe('a process', () => {
  it('is sampled as cores in use, and a hole where it cannot be read', () => {
    const readings = [{ cpu: 1, rss: 10 }, { cpu: 1.5, rss: 20 }, undefined, { cpu: 3.5, rss: 30 }]
    const columns = new ProcessColumns(1, START, () => readings.shift())
    columns.sample(0, START + 1000)
    columns.sample(1, START + 2000)
    columns.sample(2, START + 3000)
    assert.deepEqual(columns.cpu.whole(3), [0.5, null, 1])
    assert.deepEqual(columns.rss.whole(3), [20, null, 30])
  })
  it('of this very test can be read where there is a /proc', { skip: process.platform !== 'linux' }, () => {
    const columns = new ProcessColumns(process.pid, Date.now() - 1000)
    columns.sample(0, Date.now())
    assert.ok((columns.rss.at(0) ?? 0) > 10_000_000)
    assert.ok((columns.cpu.at(0) ?? -1) >= 0)
  })
})
