/**
 * Instances on another host: they live in a network namespace with an address of its own, and whatever they send to the gateway and to the judge
 * takes its time. Wants Linux, and the right to make a namespace; without it the test is skipped.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { messageOf } from '../../cli/base/errors.ts'
import { quoted } from '../../cli/base/shell.ts'
import type { Fleet } from '../../cli/fleet/fleet-model.ts'
import { found } from '../../cli/k6/provision.ts'
import type { Verdict } from '../../cli/results/verdict-model.ts'
import { segmentAt, sequenceOf } from '../../lib/base/segment.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { startLoadgate } from './loadgate-run.ts'
import { startGateway } from './reference-gateway.ts'
import { EXIT, folderOf, jsonFile, runScript } from './script-run.ts'
import { farAway } from './servers/far-away.ts'
import { until } from './until.ts'

const DELAY_MS = 20
const OF = 3
/** Of the range that benchmarks have (RFC 2544): two addresses that nobody else here has. */
const NET = `198.18.${process.pid % 256}`
const HERE = `${NET}.1`
const THERE = `${NET}.2`

const ip = (...words: string[]): void => {
  execFileSync('ip', words, { stdio: 'pipe' })
}

/** @returns its name; undefined where none may be made here, which the test then says */
function namespaceFor(t: TestContext): string | undefined {
  const name = `loadgate-${process.pid}`
  const [ours, theirs] = [`lg${process.pid}a`, `lg${process.pid}b`]
  try {
    ip('netns', 'add', name)
  } catch (error) {
    t.skip(`no network namespace can be made here: ${messageOf(error).trim().split('\n').at(-1)}`)
    return undefined
  }
  // The link goes with it.
  t.after(() => ip('netns', 'delete', name))
  ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', name)
  ip('address', 'add', `${HERE}/30`, 'dev', ours)
  ip('link', 'set', ours, 'up')
  ip('-netns', name, 'address', 'add', `${THERE}/30`, 'dev', theirs)
  ip('-netns', name, 'link', 'set', theirs, 'up')
  ip('-netns', name, 'link', 'set', 'lo', 'up')
  return name
}

/** From now on every k6 of this file lives there. */
async function k6LivesIn(t: TestContext, namespace: string): Promise<void> {
  const k6 = await found(process.env)
  assert.ok(k6, 'there is no k6 here: npx loadgate k6 installs one')
  const file = join(await folderOf(t), 'k6')
  writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${namespace} ${quoted(k6.path)} "$@"\n`, { mode: 0o755 })
  process.env.K6_BIN = file
}

/** Requests that the gateway counts as answered so. */
async function answeredWith(url: string, status: number): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const series = text.matchAll(/^gateway_requests_total\{.*?status="(\d+)".*?\} (\d+)$/gm)
  return [...series].reduce((sum, [, of, count]) => sum + (Number(of) === status ? Number(count) : 0), 0)
}

test('instances on another host are judged as one run, to the request', async (t) => {
  const namespace = namespaceFor(t)
  if (namespace === undefined) return
  await k6LivesIn(t, namespace)
  const token = { COLLECTOR_TOKEN: 'only for this test, not secret' }
  const { url, requests } = await startGateway(t, [{ name: 'error_500', endpoint: 'action', share: 0.3 }])
  const { url: BASE_URL } = await farAway(t, url, HERE, DELAY_MS)
  const limits = { windows: { steady: { '*': { p95_ms: 1500, error_rate: 0.5, goodput: 0.5, why: 'for this test' } } } }
  const THRESHOLDS = await jsonFile(t, 'limits.json', limits)
  const size = { RATE: 120, DURATION: 8, WARMUP: 0, INSTANCES: OF, THRESHOLDS, BASE_URL }
  const run = (place: number, settings: Readonly<Record<string, string>>) => {
    const flags = ['--execution-segment', segmentAt(place, OF), '--execution-segment-sequence', sequenceOf(OF)]
    return runScript(t, 'http', { ...size, ...settings }, ...flags)
  }

  const refused = await run(1, {})
  assert.notEqual(refused.code, EXIT.pass)
  assert.match(refused.output, new RegExp(`${HERE.replaceAll('.', '\\.')}.*ALLOW_TARGET`))
  assert.equal(await requests(), 0, 'nobody has allowed that host, and something was sent to it')

  const results = await folderOf(t)
  const words = ['judge', '--listen', '127.0.0.1:0', '--instances', String(OF), '--results', results]
  const judge = await startLoadgate(t, words, token)
  await until(() => judge.said().includes('Listening on'))
  const [, listening = ''] = /Listening on (\S+)/.exec(judge.said()) ?? []
  const { url: COLLECTOR } = await farAway(t, listening, HERE, DELAY_MS)
  const parts = await Promise.all(Array.from({ length: OF }, (_, i) => run(i + 1, { ALLOW_TARGET: HERE, COLLECTOR, ...token })))
  for (const { code, output } of parts) assert.equal(code, EXIT.pass, output)
  const { code, out } = await judge.done
  const [name = ''] = readdirSync(results)
  const read = <T>(file: string): T => JSON.parse(readFileSync(join(results, name, file), 'utf8')) as T
  const [summary, fleet, verdict] = [read<RunSummary>('summary.json'), read<Fleet>('fleet.json'), read<Verdict>('verdict.json')]
  // One more is the look above.
  assert.equal(summary.totals.sent, (await requests()) - 1)
  const failed = summary.endpoints.reduce((sum, { failures }) => sum + (failures.server_error ?? 0), 0)
  assert.ok(failed > 0)
  assert.equal(failed, await answeredWith(url, 500))
  assert.deepEqual([fleet.rows.length, fleet.of], [OF, OF])
  for (const { latency, endpoint } of summary.endpoints)
    if (latency) assert.ok(latency.p50 >= 2 * DELAY_MS, `${endpoint}: ${latency.p50} ms over a way of ${DELAY_MS} ms`)
  // The machine may have kept some of them from the cores: that alone makes no other verdict than these two.
  const onTime = fleet.findings.length === 0
  assert.deepEqual([code, verdict.verdict], onTime ? [0, 'pass'] : [3, 'invalid'], out)
})
