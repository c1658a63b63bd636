/** The probe against a real server. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { probeRate } from '../../../../cli/generator/generator.ts'
import { Probe, turnsOf } from '../../../../cli/generator/probe.ts'
import type { ProbeOrder, ProbeSample, Tally } from '../../../../cli/generator/probe-protocol.ts'

async function serve(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const orderFor = (url: string, more: Partial<ProbeOrder> = {}): ProbeOrder => ({
  plan: {
    windows: [{ name: 'spike', start: 0, duration: 10, order: ['health', 'action'] }],
    endpoints: {
      health: { method: 'GET', statuses: [200], authorized: false, requests: [{ url: `${url}/health`, headers: {} }] },
      action: {
        method: 'POST',
        statuses: [201],
        authorized: true,
        requests: [{ url: `${url}/action`, body: '{"a":1}', headers: { 'Content-Type': 'application/json' } }],
      },
    },
  },
  auth: { header: { name: 'Authorization', prefix: 'Bearer ' }, fixed: { access_token: 'abc', issued: 0 } },
  rate: 200,
  timeoutMs: 30_000,
  insecureTls: false,
  ...more,
})

/** Runs a probe until it has heard enough. */
async function heard(
  t: TestContext,
  order: ProbeOrder,
  enough: (samples: readonly ProbeSample[]) => boolean,
): Promise<{ samples: ProbeSample[]; tally: Tally }> {
  const samples: ProbeSample[] = []
  let probe: Probe | undefined
  await new Promise<void>((resolve) => {
    probe = new Probe(order, (sample) => {
      samples.push(sample)
      if (enough(samples)) resolve()
    })
    t.after(() => probe?.stop())
    probe.start()
  })
  probe?.stop()
  return { samples, tally: probe?.tally() ?? [] }
}

test('sends the mix in turn, with the authorization where it belongs, and times the answers', async (t) => {
  const seen = new Set<string>()
  const url = await serve(t, (request, response) => {
    seen.add(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`)
    setTimeout(() => response.writeHead(request.method === 'POST' ? 201 : 200).end('{}'), 20)
  })
  const { samples, tally } = await heard(t, orderFor(url), ({ length }) => length === 6)
  assert.deepEqual([...seen].sort(), ['GET /health -', 'POST /action Bearer abc'])
  const sent = (name: string) => tally.reduce((sum, [endpoint, , count]) => sum + (endpoint === name ? count : 0), 0)
  assert.ok([0, 1].includes(sent('health') - sent('action')), JSON.stringify(tally))
  assert.deepEqual([...new Set(samples.map(({ endpoint }) => endpoint))].sort(), ['action', 'health'])
  for (const { ms, ok } of samples) {
    assert.ok(ok)
    assert.ok((ms ?? 0) >= 19, `${ms} ms for an answer that takes 20`)
  }
})

test('a wrong status is a latency and a failure; no answer is a failure without one', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/health') response.writeHead(500).end()
  })
  const wrong = ({ endpoint, ms }: ProbeSample) => endpoint === 'health' && ms !== null
  const hung = ({ endpoint, ms }: ProbeSample) => endpoint === 'action' && ms === null
  const order = orderFor(url, { timeoutMs: 300 })
  const { samples } = await heard(t, order, (sofar) => sofar.some(wrong) && sofar.some(hung))
  assert.ok(samples.every(({ ok }) => !ok))
  assert.ok(samples.every(({ endpoint, ms }) => endpoint === 'health' || ms === null))
})

test('gets its own token, and sends nothing that needs one before it has it', async (t) => {
  let asked = 0
  const url = await serve(t, (request, response) => {
    if (request.url === '/auth/token') {
      asked++
      response.writeHead(200).end('{"access_token":"fresh","expires_in":3600}')
      return
    }
    response.writeHead(request.url === '/action' && request.headers.authorization === 'Bearer fresh' ? 201 : 200).end('{}')
  })
  const { auth } = orderFor(url)
  const { samples } = await heard(
    t,
    orderFor(url, { auth: { header: auth.header, tokenRequest: { url: `${url}/auth/token`, body: '{}' } } }),
    (sofar) => sofar.some(({ endpoint }) => endpoint === 'action'),
  )
  assert.equal(asked, 1)
  assert.ok(samples.every(({ ok }) => ok))
})

test('counts all that it has sent by endpoint and status: tokens, failures, and what is still on its way', async (t) => {
  const seen = new Map<string, number>()
  const url = await serve(t, (request, response) => {
    const path = request.url ?? ''
    seen.set(path, (seen.get(path) ?? 0) + 1)
    if (path === '/auth/token') response.writeHead(200).end('{"access_token":"fresh","expires_in":3600}')
    else if (path === '/health') response.writeHead(500).end()
    // What is asked of /action is never answered.
  })
  const { auth } = orderFor(url)
  const order = orderFor(url, { auth: { header: auth.header, tokenRequest: { url: `${url}/auth/token`, body: '{}' } } })
  let probe: Probe | undefined
  await new Promise<void>((resolve) => {
    probe = new Probe(order, () => {
      if ((seen.get('/action') ?? 0) > 3) resolve()
    })
    t.after(() => probe?.stop())
    probe.start()
  })
  probe?.stop()
  const counted = (endpoint: string, status: number) =>
    probe?.tally().find(([of, with_]) => of === endpoint && with_ === status)?.[2] ?? 0
  assert.equal(counted('auth', 200), seen.get('/auth/token'))
  assert.equal(counted('health', 500) + counted('health', 0) >= (seen.get('/health') ?? 0), true)
  assert.ok(counted('action', 0) >= (seen.get('/action') ?? 0))
  assert.equal(counted('action', 201), 0)
})

test('mixes of several windows come one after another, each once', () => {
  const { plan } = orderFor('http://x')
  const windows = [
    ...plan.windows,
    { name: 'again', start: 10, duration: 10, order: ['health', 'action'] },
    { name: 'other', start: 20, duration: 5, order: ['health'] },
  ]
  assert.deepEqual(
    turnsOf({ ...plan, windows }).map(({ name }) => name),
    ['health', 'action', 'health'],
  )
})

test('the probe is a few dozen a second, and never a weight of its own', () => {
  assert.equal(probeRate(50), 10)
  assert.equal(probeRate(200), 20)
  assert.equal(probeRate(60_000), 40)
  assert.equal(probeRate(0), 20)
})
