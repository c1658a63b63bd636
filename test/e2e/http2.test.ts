import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { withoutLatency } from './lenient-limits.ts'
import { startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, EXIT, gateOf, jsonFile, runScript, startScript } from './script-run.ts'
import { until } from './until.ts'

const HTTP2 = { INSECURE_TLS: 'true', EXPECT_PROTO: 'HTTP/2.0' }
const SHORT = { PROFILE: 'smoke', WARMUP: '1s', DURATION: '2s', RATE: 40, SPIKE: 2 }
const WRONG = /came over HTTP\/1\.1, not HTTP\/2\.0/

/** A WebSocket handshake of k6 is HTTP/1.1 always. */
const OTHERS = ['websocket']
const scripts = readdirSync(new URL('../../scripts/', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => !OTHERS.includes(name))

describe('HTTP/2', { concurrency: 3 }, () => {
  test('a gateway that negotiates it passes', async (t) => {
    const { url } = await startGateway(t, [], '--tls')
    const THRESHOLDS = await withoutLatency(t, 'burst')
    const run = await runScript(t, 'burst', { ...SHORT, ...HTTP2, BASE_URL: url, THRESHOLDS })
    assertPassed(run)
  })

  thorough('so does what is refused over it; the handshake of a WebSocket comes over HTTP/1.1 always', async (t) => {
    const { url } = await startGateway(t, [], '--tls')
    const THRESHOLDS = await withoutLatency(t, 'failure')
    assertPassed(await runScript(t, 'failure', { PROFILE: 'smoke', WARMUP: '1s', ...HTTP2, BASE_URL: url, THRESHOLDS }))
  })

  thorough('one that offers HTTP/1.1 only is red, although every answer is right otherwise', async (t) => {
    const { url } = await startGateway(t, [], '--tls-http1')
    const THRESHOLDS = await withoutLatency(t, 'burst')
    const run = await runScript(t, 'burst', { ...SHORT, ...HTTP2, BASE_URL: url, THRESHOLDS })
    assertRed(run, 'base health failed_checks', 'spike resource failed_checks', 'recovery action failed_checks')
    const { measured, samples } = gateOf(run, 'base health failed_checks')
    assert.equal(measured, samples, 'not one answer came as expected')
    assert.match(run.output, WRONG)
  })

  thorough('and passes where HTTP/1.1 is what is expected', async (t) => {
    const { url } = await startGateway(t, [], '--tls-http1')
    const THRESHOLDS = await withoutLatency(t, 'burst')
    const settings = { ...SHORT, ...HTTP2, EXPECT_PROTO: 'HTTP/1.1', BASE_URL: url, THRESHOLDS }
    assertPassed(await runScript(t, 'burst', settings))
  })

  for (const name of scripts)
    thorough(`${name} sees another protocol`, async (t) => {
      const { url } = await startGateway(t, [], '--tls-http1')
      const { child, output, done } = await startScript(t, name, { ...HTTP2, BASE_URL: url })
      await until(() => WRONG.test(output()) || child.exitCode !== null)
      assert.match(output(), WRONG)
      child.kill('SIGINT')
      assert.notEqual((await done).code, EXIT.pass)
    })

  thorough('without TLS there is no HTTP/2 in k6, so it cannot be asked for', async (t) => {
    const { url } = await startGateway(t)
    const plain = await runScript(t, 'burst', { ...SHORT, ...HTTP2, BASE_URL: url })
    assert.equal(plain.code, EXIT.stopped)
    assert.match(
      plain.output,
      /setting EXPECT_PROTO: k6 negotiates HTTP\/2 over TLS only, and http:\/\/127\.0\.0\.1:\d+ is not https/,
    )
    const target = { name: 'mixed', base_url: 'https://127.0.0.1:1', auth: { flow: 'none' } }
    const TARGET = await jsonFile(t, 'mixed.json', { ...target, endpoints: { action: { base_url: url } } })
    const mixed = await runScript(t, 'burst', { ...SHORT, ...HTTP2, TARGET })
    assert.equal(mixed.code, EXIT.stopped)
    assert.match(mixed.output, /is not https/)
  })
})
