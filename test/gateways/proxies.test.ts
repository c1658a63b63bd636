/** Caddy, nginx and HAProxy before a JSON API: green as they are, red with a fault behind them, their own counters in the books. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { loadgate } from '../e2e/loadgate-run.ts'
import { programOf } from './programs.ts'
import { type Shop, shop } from './shop.ts'
import { configured, type Places, placesFor, started, targetFor } from './started.ts'

const SHORT = ['--profile', 'smoke', '--duration', '4s', '--timeout', '2s']

type Name = 'caddy' | 'nginx' | 'haproxy'
/** By name: its configuration, and the words it is started with. */
const STARTED: Readonly<Record<Name, readonly [config: string, words: (path: string) => string[]]>> = {
  caddy: ['Caddyfile', (path) => ['run', '--config', path, '--adapter', 'caddyfile']],
  nginx: ['nginx.conf', (path) => ['-c', path, '-g', `pid ${path}.pid;`]],
  haproxy: ['haproxy.cfg', (path) => ['-db', '-f', path]],
}

async function proxy(t: TestContext, name: Name): Promise<{ behind: Shop; places: Places } | undefined> {
  const program = programOf(t, name)
  if (program === undefined) return undefined
  const behind = await shop(t)
  const places = await placesFor(behind.port)
  const [config, words] = STARTED[name]
  const path = await configured(t, config, places)
  await started(t, program, words(path), `http://127.0.0.1:${places.gateway}/health`)
  return { behind, places }
}

for (const name of Object.keys(STARTED) as Name[])
  test(`${name}: green by the gateway's own counters, red with one order for every id behind it`, async (t) => {
    const running = await proxy(t, name)
    if (running === undefined) return
    const { behind, places } = running
    const target = await targetFor(t, name, places)
    const checked = await loadgate(t, ['check', '--target', target])
    assert.equal(checked.code, 0, checked.out + checked.err)
    const good = await loadgate(t, ['run', 'smoke', '--target', target, ...SHORT])
    assert.equal(good.code, 0, good.out + good.err)
    assert.match(good.out, /The gateway counted each of the [\d,]+ (requests|answers) of this run/)
    behind.alwaysOne = true
    const bad = await loadgate(t, ['run', 'smoke', '--target', target, ...SHORT])
    assert.equal(bad.code, 99, bad.out + bad.err)
    assert.match(bad.out, /order +wrong answers/)
  })

/** Limits of the configurations; nginx's 429 says nothing of when to come back. */
const LIMITERS = { nginx: { rps: 100, retry_after: false }, haproxy: { rps: 100 } } as const
/** Users who send one request each have nothing that an answer of theirs has given. */
const APART = { mix: { order: 5, orders: 2, create: 1, health: 1 } }
/** 60 requests a second, and 180 in the spike. */
const BURST = ['--profile', 'smoke', '--duration', '5s', '--warmup', '1s']

for (const name of Object.keys(LIMITERS) as (keyof typeof LIMITERS)[])
  test(`${name}'s limiter: red where nobody has announced it, held to its limit where the target file has`, async (t) => {
    const running = await proxy(t, name)
    if (running === undefined) return
    const { places } = running
    const at = { ...places, gateway: places.limited }
    const unannounced = { ...APART, limiter: { retry_after: name === 'haproxy' }, books: false }
    const red = await loadgate(t, ['run', 'burst', '--target', await targetFor(t, name, at, unannounced), ...BURST])
    assert.equal(red.code, 99, red.out + red.err)
    assert.match(red.out, /requests were shed \(429\) in window spike/)
    const announced = { ...APART, limiter: LIMITERS[name], books: false }
    const held = await loadgate(t, ['run', 'burst', '--target', await targetFor(t, name, at, announced), ...BURST])
    assert.equal(held.code, 0, held.out + held.err)
    assert.match(held.out, /the target has a limiter, and what a probe sends k6 would be refused/)
  })
