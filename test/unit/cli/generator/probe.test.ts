/** The probe against a real server. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { probeRate } from '../../../../cli/generator/generator.ts'
import { Probe, turnsOf } from '../../../../cli/generator/probe.ts'
import type { ProbeExample, ProbeOrder, ProbeSample, Tally } from '../../../../cli/generator/probe-protocol.ts'
import { seeded } from '../../../../lib/base/random.ts'
import type { Described } from '../../../../lib/described/endpoint.ts'
import { action } from '../../../../lib/rest/action.ts'
import type { ControlEndpoint } from '../../../../lib/run/control.ts'

async function serve(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

const WELL = '{"status":"healthy","version":"1.0.0","uptime_s":12.3}'

/** Valid answers. */
async function answerWell(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  if (request.method === 'POST') {
    const sent = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    response.writeHead(201, JSON_TYPE).end(JSON.stringify({ id: randomUUID(), ...sent, status: 'accepted' }))
  } else response.writeHead(200, JSON_TYPE).end(WELL)
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
        requests: [{ headers: {}, ...action.calls(seeded(1), {})[0], url: `${url}/action` }],
      },
    },
  },
  auth: { header: { name: 'Authorization', prefix: 'Bearer ' }, fixed: { access_token: 'abc', issued: 0 } },
  userAgent: 'Grafana k6/1.8.1',
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
): Promise<{ samples: ProbeSample[]; examples: ProbeExample[]; tally: Tally }> {
  const samples: ProbeSample[] = []
  const examples: ProbeExample[] = []
  let probe: Probe | undefined
  await new Promise<void>((resolve) => {
    probe = new Probe(order, {
      sample(sample) {
        samples.push(sample)
        if (enough(samples)) resolve()
      },
      example: (example) => examples.push(example),
    })
    t.after(() => probe?.stop())
    probe.start()
  })
  await probe?.stop()
  return { samples, examples, tally: probe?.tally() ?? [] }
}

test('sends the mix in turn, with the authorization where it belongs, and times the answers', async (t) => {
  const seen = new Set<string>()
  const url = await serve(t, (request, response) => {
    seen.add(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`)
    setTimeout(() => answerWell(request, response), 20)
  })
  const { samples, tally } = await heard(t, orderFor(url), ({ length }) => length === 6)
  assert.deepEqual([...seen].sort(), ['GET /health -', 'POST /action Bearer abc'])
  const sent = (name: string) => tally.reduce((sum, [endpoint, , count]) => sum + (endpoint === name ? count : 0), 0)
  assert.ok([0, 1].includes(sent('health') - sent('action')), JSON.stringify(tally))
  assert.deepEqual([...new Set(samples.map(({ endpoint }) => endpoint))].sort(), ['action', 'health'])
  for (const { ms, waited, failure } of samples) {
    assert.equal(failure, null)
    assert.ok((ms ?? 0) >= 19, `${ms} ms for an answer that takes 20`)
    assert.ok((waited ?? 0) >= (ms ?? 0))
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
  assert.deepEqual(
    new Set(samples.map(({ endpoint, failure }) => `${endpoint} ${failure}`)),
    new Set(['health server_error', 'action timeout']),
  )
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
    if (request.url === '/action' && request.headers.authorization !== 'Bearer fresh') response.writeHead(401).end()
    else void answerWell(request, response)
  })
  const { auth } = orderFor(url)
  const { samples } = await heard(
    t,
    orderFor(url, { auth: { header: auth.header, tokenRequest: { url: `${url}/auth/token`, body: '{}', headers: {} } } }),
    (sofar) => sofar.some(({ endpoint }) => endpoint === 'action'),
  )
  assert.equal(asked, 1)
  assert.ok(samples.every(({ failure }) => failure === null))
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
  const order = orderFor(url, {
    auth: { header: auth.header, tokenRequest: { url: `${url}/auth/token`, body: '{}', headers: {} } },
  })
  let probe: Probe | undefined
  const cut: ProbeSample[] = []
  await new Promise<void>((resolve) => {
    probe = new Probe(order, {
      sample(sample) {
        if (sample.ms === null) cut.push(sample)
        if ((seen.get('/action') ?? 0) > 3) resolve()
      },
      example() {},
    })
    t.after(() => probe?.stop())
    probe.start()
  })
  await probe?.stop()
  const counted = (endpoint: string, status: number) =>
    probe?.tally().find(([of, with_]) => of === endpoint && with_ === status)?.[2] ?? 0
  assert.equal(counted('auth', 200), seen.get('/auth/token'))
  assert.equal(counted('health', 500) + counted('health', 0) >= (seen.get('/health') ?? 0), true)
  assert.ok(counted('action', 0) >= (seen.get('/action') ?? 0))
  assert.equal(counted('action', 201), 0)
  assert.equal(cut.filter(({ endpoint }) => endpoint === 'action').length, counted('action', 0))
  assert.ok(cut.every(({ failure, waited, late }) => failure === null && (waited ?? 0) + late >= 1000))
})

test('checks each answer strictly, and gives an example of what is wrong', async (t) => {
  const url = await serve(t, (_request, response) => response.writeHead(200, JSON_TYPE).end('{"status":"unwell","token":"abc"}'))
  const { plan } = orderFor(url)
  const only = { ...plan, windows: plan.windows.map((window) => ({ ...window, order: ['health'] })) }
  const { samples, examples } = await heard(t, orderFor(url, { plan: only }), ({ length }) => length >= 3)
  assert.ok(samples.every(({ failure }) => failure === 'failed_check'))
  assert.equal(examples.length, 1)
  assert.equal(examples[0]?.endpoint, 'health')
  assert.equal(examples[0]?.class, 'failed_check')
  assert.equal(examples[0]?.status, 200)
  assert.match(examples[0]?.why ?? '', /\S/)
})

test('takes what the target file expects in place of the catalogue, and knows announced shedding', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.method === 'GET') response.writeHead(200).end('all is well')
    else response.writeHead(429, { 'Retry-After': '1' }).end()
  })
  const order = orderFor(url)
  const health = { ...order.plan.endpoints.health, expect: { contains: ['is well'] } } as ControlEndpoint
  const { samples } = await heard(
    t,
    { ...order, plan: { ...order.plan, endpoints: { ...order.plan.endpoints, health } } },
    ({ length }) => length >= 4,
  )
  assert.deepEqual(
    new Set(samples.map(({ endpoint, failure }) => `${endpoint} ${failure}`)),
    new Set(['health null', 'action shed']),
  )
})

test('repeats nothing: a kept connection that is cut is a failure, and one request', async (t) => {
  let requests = 0
  const server = createTcpServer((socket) => {
    let on = 0
    socket.on('error', () => {})
    socket.on('data', () => {
      requests += 1
      if (++on > 1) socket.resetAndDestroy()
      else socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${WELL.length}\r\n\r\n${WELL}`)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { plan } = orderFor(url)
  const only = { ...plan, windows: plan.windows.map((window) => ({ ...window, order: ['health'] })) }
  const { samples } = await heard(t, orderFor(url, { plan: only }), ({ length }) => length >= 12)
  const failed = samples.filter(({ failure }) => failure === 'reset')
  assert.ok(failed.length >= 4, JSON.stringify(samples))
  assert.equal(samples.filter(({ failure }) => failure === null).length + failed.length, samples.length)
  assert.ok(Math.abs(requests - samples.length) <= 4, `${requests} requests, ${samples.length} samples`)
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

test('sends to endpoints of the gateway’s own as a VU does: chains too, each answer checked by what was asked', async (t) => {
  const orders = new Map<string, string>()
  const url = await serve(t, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (request.method === 'POST') {
      const { ref } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      const id = randomUUID()
      orders.set(id, ref)
      response.writeHead(201, JSON_TYPE).end(JSON.stringify({ id, ref }))
    } else if (request.url?.startsWith('/orders/')) {
      const id = request.url.slice('/orders/'.length)
      response.writeHead(orders.has(id) ? 200 : 404, JSON_TYPE).end(JSON.stringify({ id }))
      // The same item for everybody.
    } else response.writeHead(200, JSON_TYPE).end('{"id":"1"}')
  })
  const described = (by: Partial<Described>): ControlEndpoint => {
    const whole: Described = {
      ...{ name: 'x', method: 'GET', path: '/', auth: false, status: [200], values: {}, expect: {}, take: {}, seed: 1 },
      ...by,
    }
    const { method, status: statuses } = whole
    const path = whole.path.replace(/\{(\w+)\}/g, ':$1')
    return { method, statuses, authorized: false, requests: [], described: { base: url, path, by: whole } }
  }
  const order = orderFor(url, {
    plan: {
      windows: [{ name: 'once', start: 0, duration: 1, order: ['create', 'get', 'item'] }],
      endpoints: {
        create: described({
          ...{ name: 'create', method: 'POST', path: '/orders', body: { ref: '{uuid}' }, status: [201] },
          ...{ expect: { json: { ref: '{ref}' } }, take: { order: 'id' } },
        }),
        get: described({ name: 'get', path: '/orders/{order}', expect: { json: { id: '{order}' } } }),
        item: described({ name: 'item', path: '/items/{id}', values: { id: ['1', '2'] }, expect: { json: { id: '{id}' } } }),
      },
    },
    rate: 60,
  })
  const { samples, examples } = await heard(t, order, ({ length }) => length >= 30)
  const failuresOf = (name: string) => samples.filter(({ endpoint }) => endpoint === name).map(({ failure }) => failure)
  assert.ok(failuresOf('create').length > 5 && failuresOf('create').every((failure) => failure === null))
  assert.ok(failuresOf('get').length > 5 && failuresOf('get').every((failure) => failure === null))
  assert.ok(failuresOf('item').includes('failed_check') && failuresOf('item').includes(null))
  assert.equal(new Set(orders.values()).size, orders.size, 'no request is sent twice')
  assert.match(examples.find(({ endpoint }) => endpoint === 'item')?.why ?? '', /id/)
})
