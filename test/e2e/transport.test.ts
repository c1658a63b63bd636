/** What a gateway can do to connections: each answer is right, and k6's own figures are good. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { loadgate, withFaults } from './loadgate-run.ts'
import { type Fault, startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, gateOf, jsonFile, redGates, runScript } from './script-run.ts'

const SHORT = { PROFILE: 'smoke', WARMUP: '1s', DURATION: '3s', RATE: 100, SPIKE: 1 }
/** Two limits on latency, wide enough for a machine that does other things. */
const limits = { p95_ms: 500, late_ms: 1000, late_share: 0.005, error_rate: 0.02, goodput: 0.5, why: 'as the test has it' }
const thresholds = (wanted: object = limits) => ({
  windows: Object.fromEntries(['base', 'spike', 'recovery'].map((window) => [window, { '*': wanted }])),
  run: { dropped_share: 0.2 },
})
const READS = ['health', 'resource', 'resources']
const onReads = (name: string, share: number): Fault[] => READS.map((endpoint) => ({ name, endpoint, share }))

const CASES: readonly [what: string, faults: readonly Fault[], tls: boolean, red: readonly string[]][] = [
  ['resets reused connections under a third of the reads', onReads('reused_reset', 0.33), false, ['base * new_connections']],
  // Few of a window's connections have been used before, so chance says which windows have enough of them.
  ['resets reused connections under a twentieth of the reads', onReads('reused_reset', 0.05), false, ['* new_connections']],
  ['resets reused TLS connections under a third of the reads', onReads('reused_reset', 0.33), true, ['base * new_connections']],
  ['closes the connection after each answer', [{ name: 'close_after_answer' }], false, ['base * new_connections']],
  [
    'takes a second for each TLS handshake',
    [{ name: 'close_after_answer' }, { name: 'slow_connect', ms: 1100 }],
    true,
    ['base * p95_ms', 'base * late_share', 'base * new_connections'],
  ],
  ['answers one request in a hundred after 1.5 s', [{ name: 'latency', ms: 1500, share: 0.01 }], false, ['base * late_share']],
]

describe('what the transport hides', { concurrency: 2 }, () => {
  for (const [what, faults, tls, red] of CASES)
    thorough(`a gateway that ${what} is red`, async (t) => {
      const { url } = await startGateway(t, faults, ...(tls ? ['--tls-http1'] : []))
      const THRESHOLDS = await jsonFile(t, 'limits.json', thresholds())
      const settings = { ...SHORT, STALL: 2, BASE_URL: url, THRESHOLDS, ...(tls ? { INSECURE_TLS: 'true' } : {}) }
      const run = await runScript(t, 'burst', settings)
      assertRed(run, ...red.filter((name) => !name.startsWith('*')))
      for (const name of red)
        assert.ok(
          redGates(run).some((gate) => gate.endsWith(name)),
          `${name}: ${redGates(run).join('; ')}`,
        )
      if (!red.includes('base * p95_ms')) return
      // How much of it k6's own figure shows depends on whether the end of a connection is seen before the next request is written to it.
      const { late } = gateOf(run, 'base * p95_ms')
      assert.equal(late?.ok, false)
      assert.ok((late?.measured ?? 0) > 0.9, 'nearly everybody waited')
    })

  test('users are held to what they wait for, too', async (t) => {
    const { url } = await startGateway(t, [{ name: 'close_after_answer' }, { name: 'slow_connect', ms: 700 }], '--tls-http1')
    const THRESHOLDS = await jsonFile(t, 'limits.json', {
      windows: {
        once: { '*': { error_rate: 0, why: 'so' } },
        users: { '*': { p95_ms: 500, error_rate: 0.02, why: 'so' } },
      },
    })
    const settings = { PROFILE: 'smoke', USERS: 40, DURATION: '6s', BASE_URL: url, THRESHOLDS, INSECURE_TLS: 'true' }
    assertRed(await runScript(t, 'smoke', settings), 'users * p95_ms', 'users * new_connections')
  })

  thorough('who gets no answer is late, whatever duration k6 gives it', async (t) => {
    const { url } = await startGateway(t, [{ name: 'connection_reset', share: 0.2, after_requests: 5 }])
    const wanted = { p95_ms: 5000, error_rate: 1, goodput: 0.5, new_connections: 1, why: 'so' }
    const THRESHOLDS = await jsonFile(t, 'limits.json', thresholds(wanted))
    assertRed(await runScript(t, 'burst', { ...SHORT, BASE_URL: url, THRESHOLDS }), 'base * p95_ms')
  })

  thorough('a gateway that keeps its connections passes over TLS', async (t) => {
    const { url } = await startGateway(t, [], '--tls-http1')
    const THRESHOLDS = await jsonFile(t, 'limits.json', thresholds({ error_rate: 0.02, goodput: 0.5, why: 'so' }))
    assertPassed(await runScript(t, 'burst', { ...SHORT, BASE_URL: url, THRESHOLDS, INSECURE_TLS: 'true' }))
  })

  test('loadgate run fails it, and says what it was', async (t) => {
    const file = await jsonFile(t, 'limits.json', thresholds())
    const words = [
      'run',
      'burst',
      '--thresholds',
      file,
      '--profile',
      'smoke',
      '--rate',
      '100',
      '--duration',
      '3s',
      '--spike',
      '1',
    ]
    const run = await loadgate(t, [...words, ...withFaults(...onReads('reused_reset', 0.33))])
    assert.equal(run.code, 99, run.out + run.err)
    assert.match(run.out, /% of the requests of window \w+ had to open a connection/)
  })
})
