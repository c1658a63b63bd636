import assert from 'node:assert/strict'
import { describe as group, it, test } from 'node:test'
import fc from 'fast-check'
import { UsageError } from '../../../../lib/base/errors.ts'
import { describe, type Surroundings } from '../../../../lib/described/describe.ts'
import { describedEndpoint } from '../../../../lib/described/endpoint.ts'
import type { DescribedFile } from '../../../../lib/described/schema.ts'
import { jsonTemplate, placeholdersIn, textTemplate, valueTemplate } from '../../../../lib/described/template.ts'
import { NOT_JSON } from '../../../../lib/endpoint/rules.ts'
import { VuState } from '../../../../lib/endpoint/vu-state.ts'

const FILES: Record<string, string> = {
  'ids.csv': 'id,name\n7,seven\n8,"eight, or so"\n',
  'one.csv': '1\n2\n',
  'ids.json': '{"data":{"orders":[{"id":"a"},{"id":"b"}]}}',
  'ids.txt': 'x\ny\n',
  'broken.json': '{"data":',
}
const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  file: 'mine.json',
  seed: 1,
  authorized: false,
  expired: false,
  values: {},
  document: { components: { schemas: { Order: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } } } } },
  dialect: '2020-12',
  read: (path) => FILES[path] ?? assert.fail(`read ${path}`),
  ...more,
})
const GET = { method: 'GET', path: '/orders/:id' } as const
/** How it is asked for without a right to it. */
const refusals = (written: DescribedFile) =>
  describe({ order: written }, around({ authorized: true })).flatMap((one) => (one.refuses === undefined ? [] : [one.described]))
const described = (written: DescribedFile, more: Partial<Surroundings> = {}) =>
  describe({ order: written }, around(more))[0] ?? assert.fail()
const open = (written: DescribedFile, vu = 1) => {
  const vuState = new VuState(vu, 'run1')
  const endpoint = describedEndpoint(described(written).described)
  return { endpoint, vuState, ...endpoint.session(vuState, {}) }
}
const answer = (body: unknown, headers = { 'Content-Type': 'application/json' }) => ({
  status: 200,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers,
})
const refuses = (written: DescribedFile, message: RegExp, more: Partial<Surroundings> = {}) =>
  assert.throws(
    () => described(written, more),
    (error) => error instanceof UsageError && message.test(error.message),
  )

group('templates', () => {
  it('fill in what stands between braces, and leave other braces alone', () => {
    assert.equal(textTemplate('a {b} {"c":1} {b}')({ b: 7 }), 'a 7 {"c":1} 7')
    assert.deepEqual(placeholdersIn({ a: '{b} {int:1..2}', c: ['{b}', { d: '{e}' }] }), ['b', 'int:1..2', 'e'])
  })
  it('keep the type of a value that is all of a string', () => {
    assert.equal(jsonTemplate({ n: '{n}', t: 'n{n}', o: '{o}' })({ n: 5, o: [1] }), '{"n":5,"t":"n5","o":[1]}')
  })
  it('write JSON that reads back as the filled-in value, whatever stands in it', () => {
    const json = fc.jsonValue({ maxDepth: 3 })
    fc.assert(
      fc.property(json, fc.string(), (value, text) => {
        const template = { value, placed: '{x}', inside: 'a"{x}\\b', list: ['{x}', value] }
        const bindings = Object.fromEntries([...placeholdersIn(template)].map((name) => [name, text]))
        assert.deepEqual(
          JSON.parse(jsonTemplate(template)(bindings)),
          JSON.parse(JSON.stringify(valueTemplate(template)(bindings))),
        )
      }),
    )
  })
})

group('requests', () => {
  it('take values from lists, ranges, CSV, JSON and text files', () => {
    const ids = (id: unknown) => {
      const { next } = open({ ...GET, values: { id } as never })
      return [...new Set(Array.from({ length: 20 }, (_, turn) => next(turn)?.params?.id))].sort()
    }
    assert.deepEqual(ids(['1', '2']), ['1', '2'])
    assert.deepEqual(ids('r-{01..03}'), ['r-01', 'r-02', 'r-03'])
    assert.deepEqual(ids({ file: 'ids.csv', column: 'name' }), ['eight, or so', 'seven'])
    assert.deepEqual(ids({ file: 'one.csv' }), ['1', '2'])
    assert.deepEqual(ids({ file: 'ids.json', path: 'data.orders', column: 'id' }), ['a', 'b'])
    assert.deepEqual(ids({ file: 'ids.txt' }), ['x', 'y'])
  })
  it('are the same for the same seed, and share what stays the same', () => {
    const written = { ...GET, values: { id: '{1..50}' } }
    const [one, other] = [open(written, 1), open(written, 2)]
    for (let turn = 0; turn < 60; turn++) assert.deepEqual(one.next(turn)?.params, other.next(turn)?.params)
    assert.equal(one.next(3), one.next(53))
  })
  it('carry generated values in path, query, headers and body, one value a placeholder', () => {
    const { next } = open({
      method: 'POST',
      path: '/orders/{uuid}',
      query: { q: 'a {uuid}' },
      headers: { 'X-Ref': '{seq}' },
      body: { ref: '{uuid}', n: '{seq}', at: '{now}', kind: '{choice:a|b}', amount: '{int:1..3}' },
    })
    const [a, b] = [next(0), next(1)]
    const body = JSON.parse(a?.body ?? '')
    assert.match(body.ref, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.equal(a?.params?.uuid, body.ref)
    assert.equal(a?.query, `q=a%20${body.ref}`)
    assert.equal(a?.headers?.['X-Ref'], String(body.n))
    assert.equal(typeof body.n, 'number')
    assert.notEqual(JSON.parse(b?.body ?? '').n, body.n)
    assert.ok([1, 2, 3].includes(body.amount) && ['a', 'b'].includes(body.kind))
  })
  it('wait for what an answer gives, and do not build on a broken one', () => {
    const vuState = new VuState(1, 'run1')
    const [create, read] = describe(
      {
        create: {
          method: 'POST',
          path: '/orders',
          body: { ref: '{uuid}' },
          expect: { json: { ref: '{ref}' } },
          take: { order_id: 'id' },
        },
        read: { method: 'GET', path: '/orders/:order_id', expect: { json: { id: '{order_id}' } } },
      },
      around(),
    ).map(({ described }) => describedEndpoint(described).session(vuState, {}))
    assert.equal(read?.next(0), undefined)
    const call = create?.next(0)
    const sent = JSON.parse(call?.body ?? '')
    assert.equal(create?.check(answer({ id: 41, ref: sent.ref }), call as never), undefined)
    const asked = read?.next(0)
    assert.equal(asked?.params?.order_id, '41')
    assert.equal(read?.check(answer({ id: 41 }), asked as never), undefined)
    assert.equal(read?.check(answer({ id: 42 }), asked as never), 'has id 42, not 41')
    assert.match(String(create?.check(answer({ id: 43, ref: 'other' }), create.next(1) as never)), /^has ref "other", not /)
    assert.equal(read?.next(1), undefined)
  })
})

group('answers', () => {
  const order = {
    ...GET,
    values: { id: ['1', '2', '3'] },
    expect: {
      type: 'application/json',
      json: { id: '{id}', lines: { min_items: 1 }, 'lines[*].sku': { matches: '^s-' }, state: { one_of: ['new', 'paid'] } },
      schema: '#/components/schemas/Order',
    },
  }
  // Each as the first answer of a VU, which is read whole.
  const { next } = open(order)
  const check: ReturnType<typeof open>['check'] = (body, asked) => open(order).check(body, asked)
  const call = next(0) ?? assert.fail()
  const id = Number(call.params?.id)
  const right = { id, lines: [{ sku: 's-1' }], state: 'new' }
  it('are right as they are described', () => assert.equal(check(answer(right), call), undefined))
  for (const [what, body, wrong] of [
    ['another id', { ...right, id: id + 1 }, `has id ${id + 1}, not "${id}"`],
    ['no lines', { ...right, lines: [] }, 'has lines [], expected a list of at least 1 items'],
    ['a line without sku', { ...right, lines: [{}] }, 'has no lines[*].sku, expected a text that matches ^s-'],
    ['another state', { ...right, state: 'x' }, 'has state "x", expected one of ["new","paid"]'],
    ['a string for a number', { ...right, id: String(id) }, /^breaks its schema: \/id: /],
    ['no JSON', '<html>', NOT_JSON],
    ['a member that is said twice', '{"id":0,"id":7}', NOT_JSON],
    ['nothing', {}, `has no id, not "${id}"`],
  ] as const)
    it(`are wrong with ${what}`, () => {
      const found = check(answer(body), call)
      if (typeof wrong === 'string') assert.equal(found, wrong)
      else assert.match(String(found), wrong)
    })
  it('are wrong with another type', () =>
    assert.equal(
      check(answer(right, { 'Content-Type': 'application/jsonx' }), call),
      'has Content-Type "application/jsonx", not application/json',
    ))
})

test('what an expectation cannot see is said, unless the file says why', () => {
  const values = { id: ['1', '2'] }
  assert.match(described({ ...GET, values }).weak.join(), /^only the status of its answers is looked at/)
  assert.match(
    described({ ...GET, values, expect: { json: { id: { type: 'integer' } } } }).weak.join(),
    /^nothing in its expectation depends/,
  )
  assert.deepEqual(described({ ...GET, values, expect: { json: { id: '{id}' } } }).weak, [])
  assert.deepEqual(described({ ...GET, values, weak: 'The body is a picture.' }).weak, [])
  assert.deepEqual(described({ method: 'GET', path: '/health', expect: { json: { ok: true } } }).weak, [])
})

group('a description is refused', () => {
  const values = { id: ['1'] }
  for (const [what, written, message] of [
    [
      'with a placeholder that nothing gives',
      { ...GET, values: { ids: ['1'] } },
      /mine\.json: endpoints\.order: nothing gives a value for \{id\}; did you mean "ids"\?/,
    ],
    ['with a generator that there is not', { ...GET, path: '/{uid:4}' }, /there is no generator "uid"; did you mean "uuid"\?/],
    ['with a range that is none', { ...GET, path: '/{int:9..1}' }, /expected \{int:1\.\.100\}: .*, found \{int:9\.\.1\}/],
    [
      'with a check that there is not',
      { ...GET, values, expect: { json: { id: { min_item: 1 } } } },
      /expect\.json\.id: unknown check "min_item"; did you mean "min_items"\?/,
    ],
    [
      'with a check of another kind',
      { ...GET, values, expect: { json: { id: { min: 'a' } } } },
      /expect\.json\.id\.min: expected a number, found "a"/,
    ],
    [
      'with an expression that is none',
      { ...GET, values, expect: { json: { id: { matches: '(' } } } },
      /expected a regular expression, found "\("/,
    ],
    ['with a path that is none', { ...GET, values, expect: { json: { 'a[': 1 } } }, /expected a path such as id/],
    [
      'with a reference that leads nowhere',
      { ...GET, values, expect: { schema: '#/components/schemas/Ordr' } },
      /#\/components\/schemas\/Ordr leads nowhere in this file; did you mean "Order"\?/,
    ],
    [
      'with a column that there is not',
      { ...GET, values: { id: { file: 'ids.csv', column: 'ident' } } },
      /endpoints\.order\.values\.id\.column: ids\.csv has no column "ident"/,
    ],
    ['with a file that is none', { ...GET, values: { id: { file: 'broken.json' } } }, /values\.id: broken\.json: expected JSON/],
    ['with an empty list', { ...GET, values: { id: [] } }, /values\.id: expected at least one value/],
  ] as const)
    it(what, () => refuses(written as never, message))
})

test('schemas of OpenAPI 3.0 may be null, and have flags for exclusive bounds', () => {
  const document = {
    components: {
      schemas: {
        Order: {
          type: 'object',
          properties: {
            note: { type: 'string', nullable: true },
            next: { $ref: '#/components/schemas/Order' },
            n: { type: 'number', minimum: 0, exclusiveMinimum: true },
          },
        },
      },
    },
  }
  const { described: made } = described(
    { method: 'GET', path: '/', expect: { schema: '#/components/schemas/Order' } },
    { document, dialect: 'openapi-3.0' },
  )
  const session = describedEndpoint(made).session(new VuState(1, 'r'), {})
  const check = (body: unknown) => session.check(answer(body), session.next(0) as never)
  assert.equal(check({ note: null, next: { note: 'a', next: { n: 1 } } }), undefined)
  assert.match(String(check({ next: { next: { n: 0 } } })), /^breaks its schema: \/next\/next\/n: /)
  assert.match(String(check({ note: 5 })), /^breaks its schema: \/note: /)
})

test('members called as keywords are members all the same', () => {
  const properties = {
    nullable: { type: 'string', nullable: true },
    minimum: { type: 'string' },
    example: { $ref: '#/components/schemas/Note' },
    enum: { type: 'array', items: { $ref: '#/components/schemas/Note' } },
  }
  const document = {
    components: { schemas: { Note: { type: 'string', nullable: true }, Limits: { type: 'object', properties } } },
  }
  const { described: made } = described(
    { ...GET, values: { id: [1] }, expect: { schema: '#/components/schemas/Limits' } },
    { document, dialect: 'openapi-3.0' },
  )
  // A VU that has seen nothing yet validates the schema.
  const check = (body: unknown) => {
    const session = describedEndpoint(made).session(new VuState(1, 'r'), {})
    return session.check(answer(body), session.next(0) as never)
  }
  assert.equal(check({ nullable: null, minimum: 'a', example: null, enum: ['a', null] }), undefined)
  assert.match(String(check({ nullable: 1 })), /^breaks its schema: \/nullable: /)
  assert.match(String(check({ minimum: 1 })), /^breaks its schema: \/minimum: /)
  assert.match(String(check({ example: 1 })), /^breaks its schema: \/example: /)
  assert.match(String(check({ enum: [1] })), /^breaks its schema: \/enum\/0: /)
})

test('a colon of the path itself stays where it is', () => {
  const { endpoint, next } = open({ method: 'POST', path: '/v1/{id}:cancel', values: { id: [7] } })
  assert.equal(endpoint.path, '/v1/:id:cancel')
  assert.deepEqual(next(0)?.params, { id: '7' })
})

test('who has no right to it is to be refused, and told nothing of it', () => {
  const written: DescribedFile = { ...GET, values: { id: [7] }, headers: { 'X-A': 'a' }, expect: { json: { id: '{id}' } } }
  const all = refusals(written)
  assert.deepEqual(
    all.map(({ name, auth, token }) => [name, auth, token]),
    [
      ['order.no_token', false, undefined],
      ['order.bad_token', true, 'bad'],
      ['order.extended_token', true, 'extended'],
      ['order.forged_token', true, 'forged'],
      ['order.unsigned_token', true, 'unsigned'],
    ],
  )
  for (const one of all) {
    assert.deepEqual([one.status, one.headers], [[401, 403], { 'X-A': 'a' }])
    const session = describedEndpoint(one).session(new VuState(1, 'r'), {})
    const check = (body: unknown) => session.check(answer(body), session.next(0) as never)
    assert.equal(check({ error: 'unauthorized', path: '/orders/7' }), undefined)
    assert.equal(check({ id: 7 }), 'carries what only who has a right to it may see')
  }
  assert.deepEqual(refusals({ ...written, auth: false }), [])
  assert.deepEqual(refusals({ ...written, refused: false }), [])
  const [own] = refusals({ ...written, route: '/a', refused: { status: [404], route: false } })
  assert.deepEqual([own?.status, own?.counted_as], [[404], false])
})

test('a refusal must differ from a valid answer: in its status, or where its body is looked at', () => {
  const values = { id: [7] }
  const refused = { status: [401, 200] }
  refuses(
    { ...GET, values, refused },
    /^mine\.json: endpoints\.order\.refused\.status: expected none of a valid answer, of whose body nothing is looked at, found 200;/,
    { authorized: true },
  )
  assert.equal(refusals({ ...GET, values, refused, expect: { json: { id: '{id}' } } })[0]?.status.length, 2)
  assert.equal(refusals({ ...GET, values, refused: { status: [404] } })[0]?.status[0], 404)
})

test('a keyword with a value that it cannot have would hold nothing, and is refused', () => {
  const schemaIs = (schema: Record<string, unknown>, message: RegExp) =>
    refuses({ ...GET, values: { id: [7] }, expect: { schema } }, message)
  const where = 'mine\\.json: endpoints\\.order\\.expect\\.schema: '
  schemaIs(
    { type: 'object', properties: { id: { type: 'integer', required: true } } },
    new RegExp(`^${where}required: expected a list of names of members, found true$`),
  )
  schemaIs({ required: 'id' }, new RegExp(`^${where}required: expected a list of names of members, found "id"$`))
  schemaIs({ items: { enum: 'a' } }, new RegExp(`^${where}enum: expected a list of values, found "a"$`))
  schemaIs({ type: 'strng' }, new RegExp(`^${where}type: expected string, number, .*, found "strng"$`))
  const named = { properties: { required: true, type: { type: ['string', 'null'] }, enum: { enum: [1] } }, required: [] }
  assert.deepEqual(described({ ...GET, values: { id: [7] }, expect: { schema: named } }).described.expect.schema, named)
})

test('a schema that leads back to itself without a step into the value is refused', () => {
  const schemas = {
    Loop: { $ref: '#/components/schemas/Loop' },
    Twice: { allOf: [{ type: 'object' }, { anyOf: [{ $ref: '#/components/schemas/Once' }] }] },
    Once: { $ref: '#/components/schemas/Twice' },
    Tree: { type: 'object', properties: { of: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } } },
    Held: { type: 'object', properties: { loop: { $ref: '#/components/schemas/Loop' } } },
  }
  const of = (name: string) =>
    described(
      { ...GET, values: { id: [1] }, expect: { schema: `#/components/schemas/${name}` } },
      { document: { components: { schemas } } },
    )
  for (const name of ['Loop', 'Twice', 'Once', 'Held'])
    assert.throws(
      () => of(name),
      /expect\.schema: #\/components\/schemas\/\w+ refers to itself, and says nothing of any value$/,
      name,
    )
  of('Tree')
})

test('ids above 2^53 that come as numbers are held by the text of the answer', () => {
  const [id, next] = ['9007199254740993', '9007199254740992']
  const { next: call, check } = open({ ...GET, values: { id: [id] }, expect: { contains: ['"id":{id}'] } })
  const asked = call(0) ?? assert.fail()
  assert.equal(check(answer(`{"id":${id}}`), asked), undefined)
  for (const other of [next, `${id}0`, `1${id}`]) assert.equal(typeof check(answer(`{"id":${other}}`), asked), 'string', other)
})
