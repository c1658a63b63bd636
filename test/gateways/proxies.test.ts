/** Caddy, nginx and HAProxy before a JSON API: green as they are, red with a fault behind them, their own counters in the reconciliation. */
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
    assert.match(bad.out, /order +failed checks/)
  })

/**
 * What the limiters of the configurations let through. nginx's 429 says nothing of when to come back; HAProxy counts over a sliding second,
 * what it lets through in it, so that of its hundred some ninety get through where the load comes evenly.
 */
const LIMITERS = { nginx: { rps: 100, retry_after: false }, haproxy: { rps: 85 } } as const
/** 60 requests a second, and 180 in the spike. */
const BURST = ['--profile', 'smoke', '--duration', '4s', '--warmup', '1s']

/** A burst at the port that the gateway limits; its users send one request each, and have nothing that an answer has given them. */
async function burst(t: TestContext, name: keyof typeof LIMITERS, limiter: object) {
  const running = await proxy(t, name)
  if (running === undefined) return undefined
  const { places } = running
  const more = { mix: { order: 5, orders: 2, create: 1, health: 1 }, reconciliation: false, limiter }
  const target = await targetFor(t, name, { ...places, gateway: places.limited }, more)
  return loadgate(t, ['run', 'burst', '--target', target, ...BURST])
}

for (const [name, limiter] of Object.entries(LIMITERS))
  test(`${name}'s limiter is held to its limit where the target file announces it`, async (t) => {
    const held = await burst(t, name as keyof typeof LIMITERS, limiter)
    if (held === undefined) return
    assert.equal(held.code, 0, held.out + held.err)
    assert.match(held.out, /✓ +spike \/ all +shed of the excess/)
  })

test('a limiter that nobody has announced is red', async (t) => {
  const red = await burst(t, 'nginx', { retry_after: false })
  if (red === undefined) return
  assert.equal(red.code, 99, red.out + red.err)
  assert.match(red.out, /requests were shed \(429\) in windows? (warmup, |base, )?spike/)
})
