import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reuses } from '../../../../lib/gates/connections.ts'
import { makeGates } from '../../../../lib/gates/gates.ts'
import type { Limits } from '../../../../lib/gates/thresholds.ts'
import type { Window } from '../../../../lib/windows/workload.ts'
import { refuses } from '../refuses.ts'
import { closedWindow, openWindow } from '../windows/windows.ts'
import { told } from './told.ts'

type Given = Partial<Omit<Limits, 'why'>>
function connections(window: Window, all: Given = {}, more: Record<string, Given> = {}) {
  const by = Object.entries({ '*': { error_rate: 0, ...all }, ...more }).map(([name, one]) => [name, { ...one, why: 'because' }])
  const made = makeGates({ windows: { [window.name]: Object.fromEntries(by) } }, 'mine.json', [window])
  const gate = made.find(({ key }) => key === 'new_connections')
  return gate && [...Object.values(told(gate)), gate.limit, gate.kind]
}

test('one request in a hundred may need a new connection, unless a file says otherwise', () => {
  assert.deepEqual(connections(openWindow()), ['new_connections{scenario:spike}', 'count<=10', 0.01, 'limit'])
  assert.deepEqual(connections(openWindow(), { new_connections: 0.2 })?.slice(1, 3), ['count<=200', 0.2])
  assert.deepEqual(connections(openWindow(), { new_connections: 0 })?.[1], 'count<=0')
  assert.deepEqual(connections(closedWindow()), ['new_connection_rate{scenario:users}', 'rate<=0.01', 0.01, 'limit'])
  assert.equal(connections(openWindow(), { new_connections: 1 }), undefined, 'nothing could turn it red')
})

test('by chance two of a short window may be new: the usual limit is two at least, one that is given stands', () => {
  assert.deepEqual(connections(openWindow(15)), ['new_connections{scenario:spike}', 'count<=2', 2 / 150, 'limit'])
  assert.equal(connections(openWindow(15), { new_connections: 0.01 })?.[1], 'count<=1')
  assert.equal(connections(openWindow(25))?.[1], 'count<=2')
})

test('of a handful of requests one is no share, but a limit that is given stands', () => {
  assert.equal(connections(openWindow(9)), undefined)
  assert.equal(connections(openWindow(9), { new_connections: 0.01 })?.[1], 'count<=0')
})

test('VUs that pause for longer than servers keep a connection reuse none', () => {
  const paced = openWindow(20, { load: { model: 'paced', rate: 20 } })
  const bursts = openWindow(20, { load: { model: 'bursts', rate: 20, every: 5 } })
  // Ten VUs at least, which take turns.
  const rare = openWindow(2)
  const thinking = closedWindow({ load: { model: 'closed', users: 5, think: 10 } })
  for (const window of [paced, bursts, rare, thinking]) {
    assert.ok(!reuses(window))
    assert.equal(connections(window), undefined)
    refuses(() => connections(window, { new_connections: 0.5 }), '*.new_connections', 'reuses no connections')
  }
  for (const window of [openWindow(), openWindow(3), closedWindow(), openWindow(100, {}, { stall: 3 })]) assert.ok(reuses(window))
  assert.ok(!reuses(openWindow(100, {}, { stall: 5 })))
})

test('connections are those of all endpoints together', () => {
  refuses(() => connections(openWindow(), {}, { health: { new_connections: 0.5 } }), 'spike.health.new_connections', '"*"')
})
