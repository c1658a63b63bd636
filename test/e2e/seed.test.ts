/** The same SEED sends the same requests: compared by what came out of k6, not by what was planned. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { thorough } from '../thorough.ts'
import { withoutLatency } from './lenient-limits.ts'
import { startGateway } from './reference-gateway.ts'
import { assertPassed, runScript } from './script-run.ts'
import { listeningProxy } from './servers/listening-proxy.ts'

const SIZE = { PROFILE: 'smoke', USERS: 1, DURATION: '4s', THINK_TIME: '10ms' }
/** Requests that every run makes in that time. */
const FIRST = 25

/** The first requests of the load, of a single user: their order is that of the script. */
async function sent(t: TestContext, SEED: number): Promise<string[]> {
  const { url } = await startGateway(t)
  const proxy = await listeningProxy(t, url)
  assertPassed(await runScript(t, 'http', { ...SIZE, SEED, BASE_URL: proxy.url, THRESHOLDS: await withoutLatency(t, 'http') }))
  const load = proxy.heard.filter((request) => !/^(GET \/api\/v1\/health|POST \/auth|POST \/api\/v1\/jsonrpc)/.test(request))
  assert.ok(load.length >= FIRST, `only ${load.length} requests`)
  return load.slice(0, FIRST)
}

thorough('two runs of one seed send the same, a run of another seed does not', async (t) => {
  const [first, again, other] = await Promise.all([sent(t, 7), sent(t, 7), sent(t, 8)])
  assert.deepEqual(again, first)
  assert.notDeepEqual(other, first)
  const ids = new Set(first.filter((request) => request.startsWith('GET /api/v1/resource/')))
  assert.ok(ids.size > 5, `only ${ids.size} different resources`)
})
