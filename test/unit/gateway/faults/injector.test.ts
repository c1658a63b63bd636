import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CATALOGUE, describeCatalogue } from '../../../../gateway/faults/catalogue.ts'
import { openFaultServer } from '../../../../gateway/faults/fault-server.ts'
import { OrderError, parseOrder } from '../../../../gateway/faults/order.ts'
import { Proportion, seeded } from '../../../../gateway/faults/proportion.ts'
import { writtenOrder } from '../../../../gateway/faults/written.ts'
import { openApp } from '../app-under-test.ts'

const ROUTES = new Map([['/api/v1/resource/:id', 'resource']] as const)

test('a share is spread evenly: after any number of occasions it is off by less than one', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 2000 }), (share, occasions) => {
      const proportion = new Proportion(share)
      for (let n = 0; n < occasions; n++) proportion.due()
      assert.ok(Math.abs(proportion.acted - share * occasions) < 1 + 1e-6)
    }),
  )
  const tenth = new Proportion(0.1)
  assert.deepEqual(
    Array.from({ length: 20 }, () => tenth.due()).flatMap((due, at) => (due ? [at] : [])),
    [9, 19],
  )
  const later = new Proportion(0.5, 3)
  assert.deepEqual(
    Array.from({ length: 8 }, () => later.due()).flatMap((due, at) => (due ? [at] : [])),
    [4, 6],
  )
  const all = new Proportion(1)
  assert.ok(Array.from({ length: 100 }, () => all.due()).every(Boolean))
})

test('a seed always gives the same numbers', () => {
  const [a, b, c] = [seeded(7), seeded(7), seeded(8)]
  const draw = (next: () => number) => Array.from({ length: 50 }, next)
  const first = draw(a)
  assert.deepEqual(first, draw(b))
  assert.notDeepEqual(first, draw(c))
  assert.ok(first.every((value) => value >= 0 && value < 1))
})

test('an order is complete after parsing, whatever was left out', () => {
  const order = parseOrder({ name: 'latency' }, ROUTES)
  assert.equal(order.share, 1)
  assert.deepEqual(order.values, { ms: 200 })
  assert.ok(order.endpoints.has('health') && order.endpoints.has('upload'))
  assert.ok(!order.endpoints.has('auth') && !order.endpoints.has('metrics'), '* leaves auth and metrics alone')
  assert.deepEqual([...parseOrder({ name: 'latency', endpoint: '/api/v1/resource/:id' }, ROUTES).endpoints], ['resource'])
  assert.equal(parseOrder({ name: 'latency', endpoint: 'integration' }, ROUTES).endpoints.size, 6)
  assert.deepEqual([...parseOrder({ name: 'another_id', endpoint: '*' }, ROUTES).endpoints], ['resource'])
})

test('what is wrong with an order is said, and what was probably meant', () => {
  const cases: readonly [order: unknown, message: RegExp][] = [
    [{ name: 'latensy' }, /unknown fault "latensy": did you mean "latency"/],
    [{ name: 'latency', mss: 3 }, /no parameter "mss": did you mean "ms"/],
    [{ name: 'latency', durations: 3 }, /did you mean "duration_s"/],
    [{ name: 'latency', endpoint: 'resorce' }, /did you mean "resource"/],
    [{ name: 'latency', endpoint: '/api/v1/resource/:i' }, /did you mean "\/api\/v1\/resource\/:id"/],
    [{ name: 'latency', ms: '3' }, /ms: expected a number from 0 to/],
    [{ name: 'latency', ms: -1 }, /ms: expected a number/],
    [{ name: 'latency', share: 1.1 }, /share: expected a number from 0 to 1/],
    [{ name: 'latency', share: 'half' }, /share/],
    [{ name: 'rpc_error', method: 7 }, /method: expected text/],
    [{ name: 'another_id', endpoint: 'health' }, /cannot act on "health", only on resource/],
    [{ name: 'stall', endpoint: 'health' }, /takes no endpoint/],
    [{ name: 'stall', share: 0.5 }, /no share/],
    [{ name: 'stall', after_requests: 3 }, /counts no requests: use after_s/],
    [{ name: 'stall', for_requests: 3 }, /counts no requests: use after_s/],
    [{ name: 'latency', after_requests: -1 }, /after_requests: expected a number from 0/],
    [{}, /expected the name/],
    [null, /expected a JSON object/],
    [[], /expected a JSON object/],
  ]
  for (const [order, message] of cases) assert.throws(() => parseOrder(order, ROUTES), { message })
})

test('any body at all is an order or an order error', () => {
  const names = fc.constantFrom('latency', 'stall', 'rpc_error', 'nonsense')
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({ name: names, endpoint: fc.jsonValue(), share: fc.jsonValue(), ms: fc.jsonValue() }),
  )
  fc.assert(
    fc.property(body, (given) => {
      try {
        const order = parseOrder(given, ROUTES)
        assert.ok(order.share >= 0 && order.share <= 1)
      } catch (error) {
        assert.ok(error instanceof OrderError, String(error))
      }
    }),
  )
})

const entries = [...CATALOGUE.values()]
const word = fc.stringMatching(/^[a-zA-Z][\w./:-]{0,20}$/)

/** A fault with some of its parameters, each as it may be. */
const orders = fc.constantFrom(...entries).chain(({ name, params, endpoint }) => {
  const own = Object.entries(params).map(([key, parameter]) => [
    key,
    parameter.type === 'text'
      ? fc.oneof(word, fc.nat().map(String))
      : fc.double({ min: parameter.min, max: parameter.max, noNaN: true }),
  ])
  const time = { after_s: fc.nat(86_400), duration_s: fc.double({ min: 0, max: 86_400, noNaN: true }) }
  const common = endpoint === 'process' ? time : { ...time, share: fc.double({ min: 0, max: 1, noNaN: true }) }
  const optional = fc.record({ ...common, ...Object.fromEntries(own) }, { requiredKeys: [] })
  return optional.map((given) => ({ name, ...given }) as Record<string, string | number>)
})

test('a fault in words is the fault that its JSON is', () => {
  fc.assert(
    fc.property(orders, (order) => {
      const { name, ...given } = order
      const pairs = Object.entries(given).map(([key, value]) => `${key}=${value}`)
      const written = pairs.length === 0 ? `${name}` : `${name}:${pairs.join(',')}`
      const wanted = parseOrder(order, ROUTES)
      assert.deepEqual(parseOrder(writtenOrder(written), ROUTES), wanted, written)
      assert.deepEqual(parseOrder(writtenOrder(JSON.stringify(order)), ROUTES), wanted)
    }),
  )
  const pattern = parseOrder(writtenOrder('empty_object:endpoint=/api/v1/resource/:id,share=0.02'), ROUTES)
  assert.deepEqual([[...pattern.endpoints], pattern.share], [['resource'], 0.02])
})

test('what is wrong with a fault in words is said, and nothing but an order error comes of any text', () => {
  const cases: readonly [written: string, message: RegExp][] = [
    ['emty_object', /unknown fault "emty_object": did you mean "empty_object"/],
    ['empty_object:endpont=resource', /no parameter "endpont": did you mean "endpoint"/],
    ['empty_object:endpoint=resorce', /unknown endpoint "resorce": did you mean "resource"/],
    ['latency:ms=fast', /ms: expected a number from 0 to \d+, got "fast"/],
    ['latency:ms', /expected key=value as in latency:endpoint=resource,ms=200, got "ms"/],
    ['latency:', /expected key=value .*, got ""/],
    ['latency:ms=1,ms=2', /"ms" stands twice in latency:ms=1,ms=2/],
    ['latency:__proto__=1', /no parameter "__proto__"/],
    ['latency:name=stall', /"name" stands twice/],
    ['{"name":"latency"', /or JSON such as .*, got \{"name":"latency"$/],
    ['', /unknown fault ""/],
  ]
  for (const [written, message] of cases)
    assert.throws(() => parseOrder(writtenOrder(written), ROUTES), { name: 'Error', message }, written)
  const part = fc.constantFrom('latency', 'stall', ':', ',', '=', 'ms', 'share', 'endpoint', '0.5', '{', '__proto__', '"')
  const text = fc.oneof(
    fc.string(),
    fc.array(part).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (written) => {
      try {
        parseOrder(writtenOrder(written), ROUTES)
      } catch (error) {
        assert.ok(error instanceof OrderError, String(error))
      }
    }),
  )
})

test('the catalogue says of each fault what it does and what its parameters mean', () => {
  for (const entry of describeCatalogue()) {
    const { name, doc, group, params } = entry as {
      name: string
      doc: string
      group: string
      params: Record<string, { doc: string }>
    }
    assert.match(name, /^[a-z0-9_]+$/)
    assert.ok(doc.length > 3 && group.length > 2)
    for (const parameter of Object.values(params)) assert.ok(parameter.doc.length > 3, name)
  }
})

test('the door of the fault injector', async (t) => {
  const app = await openApp(t, { faults: true })
  const injector = app.gateway.faults ?? assert.fail()
  const server = await openFaultServer(injector, app.gateway.routePatterns, 'secret')
  t.after(() => server.close())
  const call = async (method: string, path = '/faults', body?: string, token = 'secret') => {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
  }
  assert.equal((await call('GET', '/faults', undefined, 'guess')).status, 401)
  assert.equal((await call('GET', '/other')).status, 404)
  assert.equal((await call('PATCH')).status, 405)
  assert.equal((await call('POST', '/faults', '{')).status, 400)
  assert.equal((await call('POST', '/faults', `"${'x'.repeat(70_000)}"`)).status, 413)
  const wrong = await call('POST', '/faults', '{"name":"erorr_500"}')
  assert.equal(wrong.status, 422)
  assert.match(wrong.body.error.message, /did you mean "error_500"/)

  const armed = await call('POST', '/faults', '{"name":"error_500","endpoint":"health","share":0.5}')
  assert.equal(armed.status, 201)
  const statuses: number[] = []
  for (let n = 0; n < 4; n++) statuses.push((await app.inject('/api/v1/health')).statusCode)
  assert.deepEqual(statuses, [200, 500, 200, 500])
  const { active, faults } = (await call('GET')).body
  assert.ok(faults.length >= 40)
  assert.deepEqual(active, [
    {
      id: armed.body.id,
      name: 'error_500',
      endpoint: 'health',
      share: 0.5,
      after_s: 0,
      after_requests: 0,
      for_requests: 0,
      duration_s: 0,
      state: 'active',
      seen: 4,
      acted: 2,
    },
  ])
  assert.equal((await call('DELETE', `/faults/${armed.body.id}`)).status, 204)
  assert.equal((await call('DELETE', `/faults/${armed.body.id}`)).status, 404)
  assert.equal((await app.inject('/api/v1/health')).statusCode, 200)

  await call('POST', '/faults', '{"name":"unhealthy_status"}')
  await call('POST', '/faults', '{"name":"wrong_content_type"}')
  const both = await app.inject('/api/v1/health')
  assert.equal(both.json().status, 'degraded')
  assert.match(String(both.headers['content-type']), /html/)
  assert.equal((await call('DELETE')).status, 204)
  assert.equal((await app.inject('/api/v1/health')).json().status, 'healthy')
})

test('a fault begins after its delay and ends after its time', async (t) => {
  const app = await openApp(t, { faults: true })
  const injector = app.gateway.faults ?? assert.fail()
  const status = async () => (await app.inject('/api/v1/health')).statusCode
  const state = () => (injector.describe()[0] as { state: string }).state
  /** What waits, by how long it is to wait; nobody but the fault waits so long. */
  const timers = new Map<number, () => void>()
  const real = globalThis.setTimeout
  t.mock.method(globalThis, 'setTimeout', (act: () => void, ms: number) =>
    ms === 8000 || ms === 5000 ? void timers.set(ms, act) : real(act, ms),
  )
  injector.arm(parseOrder({ name: 'error_500', after_s: 8, duration_s: 5 }, app.gateway.routePatterns))
  assert.deepEqual([state(), await status()], ['waiting', 200])
  timers.get(8000)?.()
  assert.deepEqual([state(), await status()], ['active', 500])
  timers.get(5000)?.()
  assert.deepEqual([state(), await status()], ['ended', 200])
})

test('there is no fault injector in a gateway that was not asked for one', async (t) => {
  const app = await openApp(t)
  assert.equal(app.gateway.faults, null)
  assert.equal(app.gateway.routePatterns.size, 0)
})
