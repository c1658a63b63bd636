/** For each form of an expectation, what a gateway would have to answer to be passed undeserved; each is checked as a run checks. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from '../../../../lib/described/describe.ts'
import { describedEndpoint, SCHEMA_FIRST, SCHEMA_ONE_IN } from '../../../../lib/described/endpoint.ts'
import type { DescribedFile } from '../../../../lib/described/schema.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'
import { quickCheckOfSession } from '../../../../lib/vu/check.ts'

const GET = { method: 'GET' as const, path: '/orders/:id', values: { id: [7, 8] } }

const describedAs = (written: DescribedFile) => {
  const [first] = describe(
    { order: written },
    {
      ...{ file: 'mine.json', seed: 1, authorized: false, expired: false, values: {}, document: {}, dialect: '2020-12' },
      read: () => assert.fail('there are no files'),
    },
  )
  return first ?? assert.fail()
}

/** One VU: checks what is made of the id that was asked for, and says how often that was wrong. */
function vu(written: DescribedFile) {
  const endpoint = describedEndpoint(describedAs(written).described)
  const session = endpoint.session(new VuState(1, 'run'), {})
  const check = quickCheckOfSession(endpoint, session, {})
  let turn = 0
  return (times: number, made: (id: number) => unknown, headers: Record<string, string> = {}): number => {
    let wrong = 0
    for (let i = 0; i < times; i++) {
      const call = session.next(turn++) ?? assert.fail()
      const id = Number(call.params?.id)
      const body = JSON.stringify(made(id))
      if (check({ status: 200, body, headers: { 'Content-Type': 'application/json', ...headers } }, call) !== undefined) wrong++
    }
    return wrong
  }
}

const order = (id: number) => ({ id, lines: [{ order: id, sku: 'a' }], note: 'n' })
const MANY = 400

/** By form: the expectation, and answers that it must not take after many right ones. */
const FORMS: Record<string, [expect: NonNullable<DescribedFile['expect']>, ...wrong: ((id: number) => unknown)[]]> = {
  'json, held to what was sent': [
    { json: { id: '{id}' } },
    () => order(1),
    () => ({}),
    (id) => ({ ...order(id), id: [id] }),
    (id) => [order(id)],
    (id) => ({ order: order(id) }),
  ],
  'json, of every item': [
    { json: { 'lines[*].order': '{id}' } },
    (id) => ({ ...order(id), lines: [] }),
    (id) => ({ ...order(id), lines: [{ order: id }, {}] }),
    (id) => ({ ...order(id), lines: [{ order: id }, { order: 1 }] }),
    (id) => ({ ...order(id), lines: { order: id } }),
  ],
  'json, by a number of items': [
    { json: { id: '{id}', lines: { min_items: 1 } } },
    (id) => ({ ...order(id), lines: [] }),
    (id) => ({ ...order(id), lines: 'one' }),
    (id) => ({ ...order(id), lines: { length: 1 } }),
  ],
  'json, one of some': [{ json: { id: { one_of: ['{id}'] } } }, () => order(1), (id) => ({ id: [id] })],
  'json, a text that contains what was sent': [
    { json: { note: { contains: '{id}' } } },
    (id) => ({ note: `order 1${id}` }),
    (id) => ({ note: `order ${id}0` }),
  ],
  'a text with what was sent': [{ contains: ['order {id}'] }, (id) => ({ note: `order ${id}1` }), () => ({ note: 'order' })],
  'a text that is what was sent': [{ contains: ['{id}'] }, (id) => ({ n: Number(`1${id}`) }), (id) => ({ n: Number(`${id}1`) })],
}

for (const [form, [expect, ...wrong]] of Object.entries(FORMS))
  test(`undeserved: ${form}`, () => {
    const right = (id: number) => ({ ...order(id), note: `order ${id}` })
    const checked = vu({ ...GET, expect })
    assert.equal(checked(MANY, right), 0)
    for (const made of wrong) {
      assert.equal(checked(MANY, made), MANY, `${JSON.stringify(made(7))} after valid answers`)
      assert.equal(vu({ ...GET, expect })(MANY, made), MANY, `${JSON.stringify(made(7))} from the first`)
    }
    assert.equal(checked(MANY, right), 0)
  })

test('undeserved: another word in a member that no path names, of requests that never come again', () => {
  const paid = (id: number) => ({ ...order(id), state: 'paid' })
  const open = (id: number) => ({ ...order(id), state: 'open' })
  const whole = { id: '{id}', lines: [{ order: '{id}', sku: 'a' }], note: 'n', state: 'paid' }
  for (const expect of [{ json: { id: '{id}' }, contains: ['"state":"paid"'] }, { json: { $: { equals: whole } } }]) {
    const checked = vu({ ...GET, values: { id: '{int:1..1000000}' }, expect })
    assert.equal(checked(MANY, paid), 0)
    assert.equal(checked(MANY, open), MANY, JSON.stringify(expect))
  }
})

test('undeserved: said twice within what is held as a whole', () => {
  const endpoint = describedEndpoint(
    describedAs({ ...GET, expect: { json: { order: { equals: { id: '{id}', state: 'paid' } } } } }).described,
  )
  const session = endpoint.session(new VuState(1, 'run'), {})
  const call = session.next(0) ?? assert.fail()
  const answer = (order: string) => session.check({ status: 200, body: `{"order":${order}}`, headers: {} }, call)
  const id = call.params?.id
  assert.equal(answer(`{"id":${id},"state":"paid"}`), undefined)
  assert.equal(answer(`{"id":${id},"state":"open","state":"paid"}`), 'is not JSON, or says a member twice')
})

test('undeserved: more than any number', () => {
  const checked = (matcher: object) => {
    const expect = { json: { id: '{id}', total: matcher } }
    const endpoint = describedEndpoint(describedAs({ ...GET, expect }).described)
    const session = endpoint.session(new VuState(1, 'run'), {})
    const call = session.next(0) ?? assert.fail()
    return (total: string) =>
      session.check({ status: 200, body: `{"id":${call.params?.id},"total":${total}}`, headers: {} }, call)
  }
  for (const matcher of [{ type: 'number' }, { min: 1 }]) {
    assert.equal(checked(matcher)('1e300'), undefined)
    assert.match(String(checked(matcher)('1e999')), /^has total/)
  }
  assert.equal(checked({ max: 1 })('-1e300'), undefined)
  assert.match(String(checked({ max: 1 })('-1e999')), /^has total/)
})

test('undeserved: a header that is no more, beside a body that has not changed', () => {
  const checked = vu({ ...GET, expect: { headers: { 'X-Order': '{id}' }, json: { id: '{id}' } } })
  assert.equal(checked(2, order, { 'X-Order': '7' }), 1)
  assert.equal(checked(MANY, order), MANY)
})

test('undeserved: another type', () => {
  const checked = vu({ ...GET, expect: { type: 'application/json', json: { id: '{id}' } } })
  assert.equal(checked(MANY, order), 0)
  assert.equal(checked(MANY, order, { 'Content-Type': 'text/html' }), MANY)
})

test('undeserved: a schema that only the first answers keep is broken in as many of the rest as is said', () => {
  const schema = { type: 'object', properties: { note: { type: 'string' } } }
  for (const values of [GET.values, { id: '{int:1..1000000}' }]) {
    const checked = vu({ ...GET, values, expect: { json: { id: '{id}' }, schema } })
    assert.equal(checked(SCHEMA_FIRST, order), 0)
    const times = 4000
    const seen = checked(times, (id) => ({ ...order(id), note: 1 }))
    const due = times / SCHEMA_ONE_IN
    assert.ok(seen > due / 2 && seen < due * 2, `${seen} of ${times}, about ${due} were due`)
  }
})

test('weak is what would take the answer to another request', () => {
  const weak = (written: DescribedFile) => describedAs(written).weak
  const json = { id: '{id}' }
  assert.deepEqual(weak({ ...GET, expect: { json } }), [])
  assert.deepEqual(weak({ method: 'POST', path: '/orders', body: { ref: '{uuid}' }, expect: { json: { ref: '{ref}' } } }), [])
  assert.deepEqual(weak({ method: 'GET', path: '/health', expect: { json: { status: 'ok' } } }), [])
  const choice = { json: { id: { one_of: ['{id}', 'unknown'] } } }
  assert.match(weak({ ...GET, expect: choice })[0] ?? '', /^nothing in its expectation depends on the request/)
  assert.deepEqual(weak({ ...GET, expect: { json: { id: { one_of: ['{id}'] } } } }), [])
  const texts = ['{id}']
  assert.match(
    weak({ ...GET, expect: { type: 'application/json', contains: texts } })[0] ?? '',
    /^only texts are looked for in its JSON/,
  )
  assert.deepEqual(weak({ ...GET, expect: { type: 'text/plain', contains: texts } }), [])
  const constant = { ...GET, query: { shop: 'a' }, expect: { json: { shop: '{shop}' } } }
  assert.match(weak(constant)[0] ?? '', /^nothing in its expectation depends on the request/)
  const nested = { method: 'GET' as const, path: '/shops/:shop/orders/:id', values: { shop: ['a', 'b'], id: [1, 2] } }
  assert.match(weak({ ...nested, expect: { json: { shop: '{shop}' } } })[0] ?? '', /depends on \{id\} of its path/)
  assert.deepEqual(weak({ ...nested, expect: { json } }), [])
  for (const id of [[7], [7, 7], [7, '7'], '{int:7..7}', '{choice:7}', '{choice:7|7}'])
    assert.match(weak({ ...GET, values: { id }, expect: { json } })[0] ?? '', /^it asks for one \{id\} only/, JSON.stringify(id))
  for (const id of ['{int:7..8}', '{choice:7|8}', '{uuid}', '{7..8}'])
    assert.deepEqual(weak({ ...GET, values: { id }, expect: { json } }), [], id)
})

test('weak is what would take an answer that says nothing', () => {
  const weak = (expect: DescribedFile['expect']) => describedAs({ method: 'GET', path: '/orders', expect }).weak.join()
  const components = { type: 'object', properties: { id: { type: 'integer' } } }
  for (const expect of [
    { schema: {} },
    { schema: true },
    { schema: { title: 'Response' } },
    { schema: { type: 'object', additionalProperties: true } },
    { schema: { requird: ['id'], ...components } },
    { json: { $: { exists: true } } },
    { json: { error: { exists: false } } },
    { json: { $: { min_length: 0 } } },
    { contains: [''] },
  ])
    assert.match(weak(expect), /^an empty object in place of its answer would pass; /, JSON.stringify(expect))
  for (const expect of [
    { schema: { ...components, required: ['id'] } },
    { schema: { type: 'array', items: components } },
    { json: { total: { min: 0 } } },
    { json: { id: '{id}' }, schema: true },
    { contains: ['up'] },
  ])
    assert.doesNotMatch(describedAs({ ...GET, expect }).weak.join(), /an empty object/, JSON.stringify(expect))
})
