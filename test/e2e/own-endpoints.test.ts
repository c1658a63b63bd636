/** A script with endpoints, a check, a metric and a gate of its own, with the real k6: what it says is held to. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { k6Scripts } from '../../build/k6-scripts.mjs'
import { assertPassed, assertRed, folderOf, gateOf, type K6Run, redGates, runScript } from './script-run.ts'

interface Order {
  id: unknown
  for: unknown
  ms: unknown
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

/** A kitchen that answers correctly, but for what `spoil` makes of its orders. */
async function kitchen(t: TestContext, spoil: (order: Order) => object | string): Promise<string> {
  let sessions = 0
  const server = createServer(async (request, response) => {
    const sent = await bodyOf(request)
    const answer = (status: number, body: object | string) =>
      response
        .writeHead(status, { 'Content-Type': 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body))
    if (request.url === '/login') return answer(200, { user: JSON.parse(sent).user, session: `s-${++sessions}` })
    const id = /^\/orders\/(\d+)$/.exec(request.url ?? '')?.[1]
    if (id === undefined) return answer(404, {})
    const session = request.headers['x-session']
    if (session === undefined) return answer(401, {})
    return answer(200, spoil({ id: Number(id), for: session, ms: 20 }))
  }).listen(0, '127.0.0.1')
  t.after(() => server.close().closeAllConnections())
  await new Promise((ready) => server.once('listening', ready))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function runAgainst(t: TestContext, spoil: (order: Order) => object | string, settings = {}): Promise<K6Run> {
  const outfile = join(await folderOf(t), 'own')
  const entry = fileURLToPath(new URL('scripts/own.ts', import.meta.url))
  await build({ ...k6Scripts(), entryPoints: [entry], outfile: `${outfile}.js` })
  return runScript(t, outfile, { BASE_URL: await kitchen(t, spoil), AUTH: 'none', ...settings })
}

test('a valid answer passes: the login’s session goes with the order, and every value of the metric is counted', async (t) => {
  const run = await runAgainst(t, (order) => order)
  assertPassed(run)
  const sent = run.summary?.endpoints.find(({ endpoint }) => endpoint === 'order')?.sent ?? 0
  assert.ok(sent > 200, `${sent} orders`)
  assert.equal(run.summary?.figures.prepared_ms_samples?.values.count, sent)
  assert.equal(gateOf(run, 'run prepared_ms p95').measured, 20)
  assert.deepEqual(run.summary?.checked_weakly, undefined)
})

test('order 1 for every id is red', async (t) => {
  const run = await runAgainst(t, (order) => ({ ...order, id: 1 }))
  assertRed(run, 'flow order failed_checks')
})

test('what the expectation lets pass and the check does not is red', async (t) => {
  const run = await runAgainst(t, (order) => ({ ...order, for: 's-0' }))
  assertRed(run, 'flow order failed_checks')
  assert.match(run.output, /is the order of another session/)
})

test('the limit on the metric is a gate, and so is that it was ever added to', async (t) => {
  assert.deepEqual(redGates(await runAgainst(t, (order) => ({ ...order, ms: 60 }))), ['run prepared_ms p95'])
  assertRed(await runAgainst(t, ({ id, for: who }) => ({ id, for: who })), 'run prepared_ms samples')
})
