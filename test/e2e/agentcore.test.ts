import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import type { TargetFile } from '../../lib/target/target.ts'
import { thorough } from '../thorough.ts'
import { looseLimits, withoutLatency } from './lenient-limits.ts'
import { startGateway } from './reference-gateway.ts'
import { assertPassed, assertRed, EXIT, gateOf, jsonFile, runScript } from './script-run.ts'

const LOGIN = { AUTH_USERNAME: 'loadgate', AUTH_PASSWORD: 'loadgate-password' }
/** Has no resources, no events with ids, no integration layer. */
const LACKING = ['resource', 'action', 'resources', 'events', 'webhook_create', 'stream ids', 'websocket subscriptions']

/** The target file as it stands, its two ports moved to where a gateway of that profile listens here. */
async function start(t: TestContext, ...args: string[]) {
  const { url, rpcUrl } = await startGateway(t, [], '--profile', 'agentcore', ...args)
  assert.ok(rpcUrl)
  const written = await readFile(new URL('../../targets/agentcore.json', import.meta.url), 'utf8')
  const { host } = new URL(rpcUrl)
  const target = JSON.parse(written.replaceAll('127.0.0.1:8001', host)) as TargetFile
  assert.equal(written.includes('127.0.0.1:8001'), true, 'the file names the second port')
  return { ...LOGIN, TARGET: await jsonFile(t, 'agentcore.json', { ...target, base_url: url }) }
}

const missing = (found: readonly string[] | undefined, ...expected: string[]) =>
  expected.filter((name) => !(found ?? []).includes(name))

thorough('sustained: two ports, other paths, and what the gateway lacks is said', async (t) => {
  const settings = await start(t)
  const run = await runScript(t, 'sustained', {
    ...settings,
    ...{ PROFILE: 'smoke', WARMUP: '1s', DURATION: '6s', RATE: 180, WATCH_INTERVAL: '250ms', DEGRADATION_FLOOR: '2s' },
    THRESHOLDS: await looseLimits(t, 'sustained', /^watch_(connection_slope|cache_hits)$/),
  })
  assertPassed(run)
  assert.deepEqual(missing(run.summary?.not_tested, ...LACKING, 'connections of the gateway', 'hits of the gateway'), [])
  assert.match(run.output, /^sustained \(smoke\) against .*, narrowed by the target: \w+ sends health alone, 20 % of its mix/m)
  assert.deepEqual([...new Set(run.summary?.endpoints.map(({ endpoint }) => endpoint))].sort(), ['health', 'metrics'])
})

test('scripts about what this gateway does not have say so, before anything is sent', async (t) => {
  const settings = await start(t)
  const reason = {
    integration: /target agentcore has none of llm_complete, .*: there is nothing that script integration could test/,
    benchmarks: /target agentcore has no webhook_create, event_publish, webhook_list, webhook_stats: /,
  }
  for (const [script, why] of Object.entries(reason)) {
    const run = await runScript(t, script, { ...settings, PROFILE: 'smoke' })
    assert.equal(run.code, EXIT.stopped)
    assert.match(run.output, why)
  }
})

thorough('a2a: agents, tasks and messages in this gateway’s own words, and no agent is left', async (t) => {
  const settings = await start(t)
  const size = { PROFILE: 'smoke', RATE: 70, LIVES: 4, AGENTS: 10, DURATION: '4s', WARMUP: '1s', STALL: '4s' }
  const THRESHOLDS = await withoutLatency(t, 'a2a', /^task_(get|cancel)$/)
  const run = await runScript(t, 'a2a', { ...settings, ...size, THRESHOLDS })
  assertPassed(run)
  assert.equal(gateOf(run, 'run agents_left max').measured, 0)
  assert.deepEqual(missing(run.summary?.not_tested, 'task_get', 'task_cancel'), [])
})

thorough('failure: what this gateway refuses, in its own words', async (t) => {
  const settings = await start(t)
  const THRESHOLDS = await looseLimits(t, 'failure')
  const run = await runScript(t, 'failure', { ...settings, PROFILE: 'smoke', WARMUP: '1s', THRESHOLDS })
  assertPassed(run)
  const asked = run.summary?.endpoints.filter(({ window, sent }) => window === 'refused' && sent > 0)
  assert.deepEqual(asked?.map(({ endpoint }) => endpoint).sort(), [
    'malformed_json',
    'path_traversal',
    'stream.bad_token',
    'stream.extended_token',
    'stream.forged_token',
    'stream.unsigned_token',
    'unknown_route',
    'unknown_rpc_method',
    'websocket.bad_token',
    'websocket.extended_token',
    'websocket.forged_token',
    'websocket.unsigned_token',
    'wrong_verb',
  ])
  assert.deepEqual(missing(run.summary?.not_tested, ...LACKING, 'stream.expired_token', 'oversized_header', 'deep_json'), [])
})

thorough('a run into its rate limits reads as shed, with the advice to raise them', async (t) => {
  const settings = await start(t, '--rate-limit', '1')
  // A hundred a minute for each route, and two of these requests go to one.
  const run = await runScript(t, 'failure', { ...settings, PROFILE: 'smoke', WARMUP: '1s', DURATION: '14s' })
  assertRed(run, 'refused * shed_rate', 'refused * goodput')
  assert.match(run.output, /requests were shed by the rate limiter \(429\)\. Raise the gateway's limit/)
  const { failures } = run.summary?.endpoints.find(({ endpoint }) => endpoint === 'unknown_rpc_method') ?? {}
  assert.ok((failures?.shed ?? 0) > 0, JSON.stringify(failures))
  assert.equal(failures?.failed_check, undefined, 'shed load is no failed check')
})
