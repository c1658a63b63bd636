import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offeredAt, peakOf, vusAtOnce } from '../../../../lib/windows/offered.ts'
import { schedule, type WindowSpec } from '../../../../lib/windows/workload.ts'
import { SIZING } from './windows.ts'

const MIX = { health: 1 }
const open = (name: string, rate: number, more: Partial<WindowSpec> = {}): WindowSpec => ({
  name,
  duration: 10,
  mix: MIX,
  load: { model: 'open', rate },
  ...more,
})

test('a sequence offers each of its requests', () => {
  const lives = { sequence: ['register', 'ping', 'unregister'], mix: undefined as never }
  const [plain] = schedule([open('lives', 30, lives)], SIZING)
  const [own] = schedule([open('delivery', 24, { ...lives, exec: 'delivery' })], SIZING)
  assert.deepEqual(plain?.offered, [
    [0, 30],
    [10, 30],
  ])
  assert.equal(offeredAt([own as never], 5), 24)
})

test('several requests an iteration offer what one does', () => {
  for (const requestsPerIteration of [1, 10]) {
    const [window] = schedule([open('mix', 140)], { ...SIZING, requestsPerIteration })
    assert.equal(offeredAt([window as never], 5), 140)
  }
})

test('windows that run at the same time are added up', () => {
  const windows = schedule([[open('warmup', 140)], [open('agents', 140), open('lives', 30)]], SIZING)
  assert.deepEqual(
    [5, 12, 19, 30].map((at) => offeredAt(windows, at)),
    [140, 170, 170, undefined],
  )
  assert.equal(peakOf(windows), 170)
})

test('bursts offer their rate in the first second of each, and nothing between', () => {
  const windows = schedule([open('bursty', 0, { load: { model: 'bursts', rate: 60, every: 5 } })], SIZING)
  assert.deepEqual(
    [0, 0.5, 1.5, 5.5, 9.9].map((at) => offeredAt(windows, at)),
    [300, 300, 0, 300, 0],
  )
  assert.equal(peakOf(windows), 300)
})

test('an even pace is offered; users, who wait for each answer, plan no rate', () => {
  const [paced] = schedule([open('probe', 0, { load: { model: 'paced', rate: 20 } })], SIZING)
  const [closed] = schedule([open('users', 0, { load: { model: 'closed', users: 3, think: 1 } })], SIZING)
  assert.equal(offeredAt([paced as never], 5), 20)
  assert.equal(closed?.offered, undefined)
  assert.equal(peakOf([closed as never]), 0)
})

test('VUs are kept for windows that overlap, their last requests included; later ones take over what is free', () => {
  const kept = (from: number, to: number, vus: number) => ({ from, to, vus })
  assert.equal(vusAtOnce([kept(0, 5, 100), kept(5, 15, 100)]), 100)
  assert.equal(vusAtOnce([kept(0, 5, 100), kept(4.999, 15, 100)]), 200)
  assert.equal(vusAtOnce([kept(0, 5, 100), kept(5, 15, 100), kept(9, 19, 100), kept(20, 30, 100)]), 200)
  assert.equal(vusAtOnce([]), 0)
})
