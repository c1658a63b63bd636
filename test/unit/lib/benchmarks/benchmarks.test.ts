import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { orderOf, perRound, resultOf, roundOf } from '../../../../lib/benchmarks/benchmarks.ts'
import { Benching, deliver, list, publish, register } from '../../../../lib/benchmarks/endpoints.ts'
import { BENCHMARKS, figureOf } from '../../../../lib/metrics/figures.ts'
import { METRICS } from '../../../../lib/metrics/list.ts'
import { Talk } from '../jsonrpc/talk.ts'

test('a round has a rate, percentiles, and what an operation costs', () => {
  const durations = Array.from({ length: 101 }, (_, i) => i)
  const round = roundOf(200, 0.5, durations, { cpu: 10, memory: 1_000_000 }, { cpu: 10.1, memory: 1_200_000 })
  assert.deepEqual(
    { ...round, cpu: Math.round((round.cpu ?? 0) * 1e6) / 1e6 },
    // 0.1 s of CPU over 200 operations; 1,000 bytes each are 10 MB for 10,000.
    { perSecond: 400, p50: 50, p95: 95, p99: 99, cpu: 0.5, memory: 10_000_000 },
  )
})

test('what the gateway does not tell is absent, before or after', () => {
  for (const [before, after] of [
    [{}, {}],
    [{ cpu: 1, memory: 1 }, {}],
    [{}, { cpu: 1, memory: 1 }],
    [
      { cpu: undefined, memory: undefined },
      { cpu: 1, memory: 1 },
    ],
  ])
    assert.deepEqual(Object.keys(roundOf(1, 1, [1], before ?? {}, after ?? {})), ['perSecond', 'p50', 'p95', 'p99'])
})

test('a round too quick for its clock has a rate nevertheless, and a finite one', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.double({ min: 0, max: 1000, noNaN: true }), (operations, seconds) => {
      const { perSecond } = roundOf(operations, seconds, [], {}, {})
      assert.ok(Number.isFinite(perSecond) && perSecond >= 0)
    }),
  )
})

test('every round has all benchmarks, and each begins a round in turn', () => {
  for (let round = 0; round < 8; round++) assert.deepEqual([...orderOf(round)].sort(), [...BENCHMARKS].sort())
  assert.deepEqual(
    [0, 1, 2, 3].map((round) => orderOf(round)[0]),
    [...BENCHMARKS],
  )
})

test('operations are spread over the rounds, and no round is without', () => {
  assert.equal(perRound(10_000, 5), 2000)
  assert.equal(perRound(1, 5), 1)
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 100 }),
      (total, rounds) => perRound(total, rounds) >= 1,
    ),
  )
})

test('the result of a benchmark is the median over its rounds with its spread', () => {
  const values: Record<string, Record<string, number>> = {
    [figureOf('list', 'perSecond')]: { count: 5, med: 20, min: 10, max: 30, avg: 19 },
    [figureOf('list', 'memory')]: { count: 0, med: 0, min: 0, max: 0 },
  }
  assert.deepEqual(
    resultOf('list', 100, (metric) => values[metric]),
    { operations: 100, per_second: { median: 20, min: 10, max: 30 } },
  )
})

test('every figure of every benchmark is kept for the results file', () => {
  const { details } = METRICS.bench_rounds
  assert.equal(new Set(details).size, BENCHMARKS.length * 6)
  for (const detail of details) assert.ok(String(detail.split('{', 1)[0]) in METRICS, detail)
})

test('what is measured lives where the endpoints live that it asks', () => {
  assert.deepEqual(
    [register, publish, deliver, list].map(({ name, at }) => `${name} at ${at}`),
    ['register at webhook_create', 'publish at event_publish', 'deliver at event_publish', 'list at webhook_list'],
  )
})

test('many requests at once are checked each by itself', () => {
  const talk = new Talk()
  const benching = talk.vuState.of(Benching)
  benching.type = 't-1'
  const first = talk.next(register)
  benching.type = 't-2'
  const second = talk.next(register)
  const answer = (id: string, type: string) =>
    JSON.stringify({ id, url: 'internal:sink', events: [type], created_at: Date.now() })
  assert.equal(talk.check(register, second, answer('w-2', 't-2')), undefined)
  assert.equal(talk.check(register, first, answer('w-1', 't-1')), undefined)
  assert.deepEqual(benching.made, ['w-2', 'w-1'])
  assert.match(String(talk.check(register, first, answer('w-3', 't-2'))), /has events/)
  assert.equal(talk.check(register, first, answer('', 't-1')), 'has no id')
  assert.match(String(talk.check(register, first, '{"id":"w","url":"x"}')), /has url/)
})

test('an event must match as many webhooks as wait for it', () => {
  const talk = new Talk()
  talk.vuState.of(Benching).event = { type: 'e', matched: 10 }
  const answer = (result: object) => talk.check(deliver, talk.next(deliver), JSON.stringify(result))
  assert.equal(answer({ id: 'x', type: 'e', matched: 10 }), undefined)
  assert.match(String(answer({ id: 'x', type: 'e', matched: 9 })), /matches 9 webhooks, not 10/)
  assert.match(String(answer({ id: 'x', type: 'f', matched: 10 })), /has type "f"/)
  assert.equal(answer({ type: 'e', matched: 10 }), 'has no id')
})

test('a list that says less than was made is an old one, also where it was right before', () => {
  const talk = new Talk()
  const { variety } = talk.session(list)
  const body = JSON.stringify({ total: 1, items: [{ id: 'w', url: 'x', events: [] }] })
  assert.equal(talk.check(list, talk.next(list), body), undefined)
  assert.equal(variety?.known?.(body, '', {}), true)
  talk.vuState.of(Benching).type = 't'
  for (const id of ['w-1', 'w-2'])
    talk.check(register, talk.next(register), JSON.stringify({ id, url: 'internal:sink', events: ['t'], created_at: Date.now() }))
  assert.equal(variety?.known?.(body, '', {}), false)
  assert.equal(talk.check(list, talk.next(list), body), 'has total 1, although 2 were made')
})

test('a list is as long as its total says, each time', () => {
  const talk = new Talk()
  const body = JSON.stringify({ total: 1, items: [{ id: 'w', url: 'x', events: [] }] })
  assert.equal(talk.check(list, talk.next(list), body), undefined)
  assert.match(String(talk.check(list, talk.next(list), '{"total":2,"items":[]}')), /has 0 items/)
  assert.equal(talk.check(list, talk.next(list), body), undefined)
})
