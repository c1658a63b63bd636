import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as v from 'valibot'
import type { GateResult } from '../../../../lib/gates/model.ts'
import { INSTANCE_STATS } from '../../../../lib/summary/instance.ts'
import { type Instance, instanceSchema } from '../../../../lib/summary/instance-model.ts'
import { mergeInstances } from '../../../../lib/summary/merge.ts'
import type { RunSummary } from '../../../../lib/summary/model.ts'
import { counter, fine, instance, planOfFleet, trend } from './instances.ts'

type Fleet = [Instance, ...Instance[]]
const find = ({ gates }: RunSummary, key: string, endpoint = '*'): GateResult => {
  const gate = gates.find((one) => one.key === key && one.endpoint === endpoint)
  assert.ok(gate, key)
  return gate
}

test('what an instance tells is what its schema takes, and no secret is in it', () => {
  const plan = planOfFleet(2)
  const one = instance(1, plan, fine(plan))
  assert.deepEqual(v.parse(instanceSchema, one), one)
  assert.ok(!/hush|client_id|\/mine/.test(JSON.stringify(one)))
  assert.equal(one.instance, 1)
  assert.deepEqual(one.hashes, instance(2, plan, fine(plan)).hashes)
  assert.notEqual(one.hashes.script, instance(2, plan, fine(plan), { script: 'other' }).hashes.script)
  assert.notEqual(one.hashes.limits, instance(2, planOfFleet(2, { error_rate: 0.02 }), {}).hashes.limits)
})

test('counts add up to those of the run, whatever the shares', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(400), fc.nat(20)), { minLength: 1, maxLength: 8 }), (parts) => {
      const plan = planOfFleet(parts.length)
      const instances = parts.map(([sent, failed], i) =>
        instance(i + 1, plan, {
          http_reqs: counter(sent),
          'http_reqs{name:health,scenario:spike}': counter(sent),
          'failures{name:health,scenario:spike,class:server_error}': counter(Math.min(sent, failed)),
        }),
      ) as Fleet
      const merged = mergeInstances(instances)
      const sum = parts.reduce((all, [sent]) => all + sent, 0)
      const failed = parts.reduce((all, [sent, bad]) => all + Math.min(sent, bad), 0)
      assert.equal(merged.totals.sent, sum)
      const health = merged.endpoints.find(({ endpoint }) => endpoint === 'health')
      assert.deepEqual([health?.sent, health?.failures.server_error ?? 0], [sum, failed])
    }),
  )
})

test('a percentile of the run is a count: as many as may be later than its limit, and not one more', () => {
  const plan = planOfFleet(2, { p95_ms: 100 })
  const fleet = (first: number, second: number): RunSummary =>
    mergeInstances([instance(1, plan, fine(plan, first)), instance(2, plan, fine(plan, second))])
  // One instance alone would be red: 9 % of its answers are late.
  assert.equal(find(fleet(45, 5), 'p95_ms').ok, true)
  assert.equal(fleet(45, 5).ok, true)
  assert.equal(find(fleet(46, 5), 'p95_ms').ok, false)
  assert.equal(find(fleet(46, 5), 'p95_ms').late?.measured, 0.051)
  // Of fewer that were sent, fewer may be late.
  const short = { ...fine(plan, 45), 'http_reqs{scenario:spike}': counter(400) }
  assert.equal(find(mergeInstances([instance(1, plan, short), instance(2, plan, fine(plan, 1))]), 'p95_ms').ok, false)
})

test('the evidence that a percentile needs is that of the fleet', () => {
  const plan = planOfFleet(4, { p99_ms: 100 })
  const fleet = [1, 2, 3, 4].map((place) => instance(place, plan, fine(plan))) as Fleet
  const samples = find(mergeInstances(fleet), 'samples')
  assert.deepEqual([samples.ok, samples.measured, samples.threshold], [true, 1000, 1000])
  assert.equal(find(mergeInstances(fleet.slice(1) as Fleet), 'samples').ok, false)
})

test('gauges and rates merge as they say', () => {
  const plan = planOfFleet(2)
  const of = (vus: number, cut: number, passes: number) => ({
    vus_max: { type: 'gauge', values: { value: vus, min: 0, max: vus } },
    iterations_cut_off: { type: 'gauge', values: { value: cut, min: 0, max: cut } },
    degradation: { type: 'gauge', values: { value: cut / 10, min: 0, max: cut / 10 } },
    late_rate: { type: 'rate', values: { rate: passes / 100, passes, fails: 100 - passes } },
  })
  const { totals, figures } = mergeInstances([instance(1, plan, of(10, 1, 20)), instance(2, plan, of(12, 2, 30))])
  assert.equal(totals.vus_max, 22)
  assert.equal(figures.iterations_cut_off?.values.value, 3)
  assert.equal(figures.degradation?.values.value, 0.2)
  assert.deepEqual(figures.late_rate?.values, { passes: 50, fails: 150, rate: 0.25 })
})

/** As k6 sums up a trend. */
function summed(values: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const place = share * (sorted.length - 1)
    const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0]
    return low + (high - low) * (place - Math.floor(place))
  }
  return Object.fromEntries(
    INSTANCE_STATS.map((stat) => {
      const percent = stat === 'med' ? 50 : stat === 'min' ? 0 : stat === 'max' ? 100 : Number(/[\d.]+/.exec(stat)?.[0])
      if (stat === 'count') return [stat, sorted.length]
      return stat === 'avg' ? [stat, sorted.reduce((a, b) => a + b, 0) / sorted.length] : [stat, at(percent / 100)]
    }),
  )
}

test('percentiles of the whole lie within 1 % of the values of what one k6 would have said', () => {
  const plan = planOfFleet(3)
  const latencies = fc.array(fc.double({ min: 0.1, max: 5000, noNaN: true }), { minLength: 100, maxLength: 400 })
  fc.assert(
    fc.property(fc.array(latencies, { minLength: 1, maxLength: 3 }), (parts) => {
      const name = 'http_req_duration{scenario:spike}'
      const instances = parts.map((part, i) =>
        instance(i + 1, plan, { [name]: trend(summed(part)), 'http_reqs{name:health,scenario:spike}': counter(part.length) }),
      ) as Fleet
      const { latency } = mergeInstances(instances).windows[0]?.total ?? {}
      const all = parts.flat().toSorted((a, b) => a - b)
      assert.equal(latency?.max, all.at(-1))
      for (const [percent, found] of [
        [50, latency?.p50],
        [95, latency?.p95],
        [99, latency?.p99],
      ] as const) {
        assert.ok(found !== undefined)
        // By rank, one percent of the values and a value of each instance to either side.
        const edge = Math.ceil(all.length * 0.01) + parts.length + 1
        const place = Math.round((percent / 100) * (all.length - 1))
        assert.ok(found >= (all[Math.max(0, place - edge)] ?? 0) - 1e-6, `p${percent}: ${found} is too low`)
        assert.ok(found <= (all[Math.min(all.length - 1, place + edge)] ?? 0) + 1e-6, `p${percent}: ${found} is too high`)
      }
    }),
    { numRuns: 60 },
  )
})

test('the merge of one instance is that instance', () => {
  const plan = planOfFleet(1, { p95_ms: 100 })
  const merged = mergeInstances([instance(1, plan, fine(plan))])
  assert.equal(merged.ok, true)
  assert.deepEqual(find(merged, 'p95_ms').measured, 20)
})
