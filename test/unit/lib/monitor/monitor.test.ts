import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { unwatched } from '../../../../lib/metrics/watched.ts'
import { monitor, SLOPE_POINTS } from '../../../../lib/monitor/monitor.ts'

const MIB = 1_048_576

interface State {
  memory?: number
  cpu?: number
  start?: number
  http?: number
  ws?: number
}

const page = ({ memory = 80 * MIB, cpu = 1, start = 1_700_000_000, http = 10, ws = 0 }: State) =>
  [
    `gateway_active_connections{kind="http"} ${http}`,
    `gateway_active_connections{kind="ws"} ${ws}`,
    `process_resident_memory_bytes ${memory}`,
    `process_cpu_seconds_total ${cpu}`,
    `process_start_time_seconds ${start}`,
  ].join('\n')

test('finds the growth of memory and connections, from settled looks only', () => {
  const look = monitor({}, 30)
  let last = look(page({ cpu: 0 }), 0)
  for (let at = 1; at <= 150; at++) {
    // Filling up fast at first is no leak.
    const memory = at < 30 ? at * 10 * MIB : 300 * MIB + (at - 30) * (MIB / 2)
    last = look(page({ cpu: at * 0.25, memory, http: 10 + Math.floor(at / 6), ws: 5 }), at)
  }
  assert.ok(last.memorySlope !== undefined && Math.abs(last.memorySlope / MIB - 30) < 0.001, String(last.memorySlope))
  assert.ok(last.connectionSlope !== undefined && Math.abs(last.connectionSlope - 10) < 0.5, String(last.connectionSlope))
  assert.equal(last.connections, 10 + 25 + 5)
  assert.ok(last.cpu !== undefined && Math.abs(last.cpu - 0.25) < 1e-9)
  assert.equal(last.restarted, false)
})

test('growth that a heap breathes is none, a shrinking one is what it is', () => {
  for (const [grown, expected] of [
    [31, 0],
    [33, 33],
    [-5, -5],
  ] as const) {
    const look = monitor({ connections: false }, 0)
    let last = look(page({ cpu: 0, memory: 100 * MIB }), 0)
    for (let at = 1; at <= 60; at++) last = look(page({ cpu: at, memory: 100 * MIB + (grown * MIB * at) / 60 }), at)
    assert.equal(Math.round((last.memorySlope ?? Number.NaN) / MIB), expected)
  }
})

test('says no slope on few looks', () => {
  const look = monitor({}, 0)
  for (let at = 0; at < SLOPE_POINTS - 1; at++) assert.equal(look(page({ cpu: at }), at).memorySlope, undefined)
  assert.notEqual(look(page({ cpu: 100 }), SLOPE_POINTS).memorySlope, undefined)
})

test('sees every restart, and no CPU time across one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 20 }), (starts) => {
      const look = monitor({}, 0)
      let before: number | undefined
      starts.forEach((start, at) => {
        const seen = look(page({ start: 1000 * start, cpu: at, memory: at }), at)
        assert.equal(seen.restarted, before !== undefined && before !== start)
        if (seen.restarted) assert.equal(seen.cpu, undefined)
        before = start
      })
    }),
  )
})

test('without a start time, a counter that falls back is a restart', () => {
  const look = monitor({ start: false }, 0)
  assert.deepEqual(
    [3, 5, 0.2, 0.4].map((cpu, at) => look(page({ cpu }), at).restarted),
    [false, false, true, false],
  )
})

test('a page that says nothing new is no look, and one without metrics shows nothing', () => {
  const look = monitor({}, 0)
  assert.equal(look(page({}), 0).fresh, true)
  assert.deepEqual(look(page({}), 1), { fresh: false })
  assert.deepEqual(look('<html>not found</html>', 2), { fresh: true })
})

test('reads the metrics that the target names, and leaves out those it has not', () => {
  const look = monitor({ memory: 'heap_bytes{area="old"}', connections: false }, 0)
  const seen = look(`heap_bytes{area="new"} 5\nheap_bytes{area="old"} 7\n${page({})}`, 0)
  assert.equal(seen.memory, 7)
  assert.equal(seen.connections, undefined)
  assert.deepEqual(unwatched({ memory: 'heap_bytes', connections: false }), ['connections'])
})

test('looks answered together, out of turn, are neither a restart nor a burst of CPU time', () => {
  const look = monitor({ start: false }, 0)
  look(page({ cpu: 10 }), 0)
  const seen = [
    [10.4, 3],
    [10.3, 3.001],
    [10.41, 3.002],
    [10.6, 4],
  ].map(([cpu = 0, at = 0]) => look(page({ cpu }), at))
  assert.deepEqual(
    seen.map(({ restarted }) => restarted),
    [false, false, false, false],
  )
  assert.deepEqual(
    seen.map(({ cpu }) => cpu?.toFixed(2)),
    ['0.13', undefined, undefined, '0.20'],
  )
})

test('the share of cache hits is that between two looks', () => {
  const look = monitor({}, 0)
  const cached = (hits: number, misses: number) => `gateway_cache_hits_total ${hits}\ngateway_cache_misses_total ${misses}`
  assert.equal(look(cached(100, 100), 0).cacheHits, undefined, 'one look is no span')
  assert.equal(look(cached(190, 110), 1).cacheHits, 0.9)
  assert.equal(look(cached(190, 120), 2).cacheHits, 0)
  assert.equal(look(`${cached(190, 120)}\nother 1`, 3).cacheHits, undefined, 'nobody looked anything up')
  assert.equal(look(cached(150, 120), 4).cacheHits, undefined, 'a look out of turn')
  assert.equal(monitor({ misses: false }, 0)(cached(1, 1), 0).cacheHits, undefined)
})
