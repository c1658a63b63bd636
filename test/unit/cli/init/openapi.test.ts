import assert from 'node:assert/strict'
import { describe as group, it, test } from 'node:test'
import { draftOfOpenApi } from '../../../../cli/init/openapi/openapi.ts'
import { targetFileOf } from '../../../../cli/init/target-file.ts'
import { UsageError } from '../../../../lib/base/errors.ts'
import { answers, documentOf, idIn, made, ORDER, one } from './openapi-document.ts'

const whole = { components: { schemas: { Order: ORDER } } }
const REF = { $ref: '#/components/schemas/Order' }

group('values', () => {
  const valuesOf = async (parameter: Record<string, unknown>, schema: unknown = ORDER) => {
    const { only, unknown, off, inMix } = await made(
      documentOf({
        '/orders/{id}': { get: { parameters: [parameter], responses: answers(schema) } },
        '/x': { get: { responses: answers(ORDER) } },
      }),
    )
    return { values: only.values?.id, unknown, off, sent: inMix.length === 2 }
  }
  const INTEGER = { type: 'integer' }
  it('come from examples, enums, constants and defaults', async () => {
    for (const [schema, more, expected] of [
      [INTEGER, { example: 7 }, [7]],
      [INTEGER, { examples: { a: { value: 7 }, b: { value: 8 } } }, [7, 8]],
      [{ ...INTEGER, example: 9 }, {}, [9]],
      [{ ...INTEGER, examples: [1, 4] }, {}, [1, 4]],
      [{ type: 'string', enum: ['a', 'b'] }, {}, ['a', 'b']],
      [{ const: 'a' }, {}, ['a']],
      [{ ...INTEGER, default: 3 }, {}, [3]],
    ] as const)
      assert.deepEqual((await valuesOf(idIn(schema, more))).values, expected)
  })
  it('are a range where there are bounds', async () => {
    assert.equal((await valuesOf(idIn({ ...INTEGER, minimum: 1, maximum: 20 }))).values, '{1..20}')
    assert.equal((await valuesOf(idIn({ ...INTEGER, exclusiveMinimum: 0, maximum: 20 }))).values, '{1..20}')
  })
  it('are those that answers show, where the parameter has none', async () => {
    const shown = { ...ORDER, properties: { ...ORDER.properties, id: { type: 'integer', example: 12 } } }
    assert.deepEqual((await valuesOf(idIn(), shown)).values, [12])
    assert.deepEqual((await valuesOf(idIn(), { ...ORDER, example: { id: 13 } })).values, [13])
  })
  it('are guessed for numbers, and told', async () => {
    const { values, unknown, sent } = await valuesOf(idIn())
    assert.deepEqual(values, [1, 2, 3])
    assert.ok(sent)
    assert.match(unknown.join('\n'), /endpoints\.get_orders_id\.values\.id: which values of id there are; 1, 2, 3 is a guess/)
  })
  it('of texts that nobody gave take the operation out of the mix', async () => {
    const { off, sent } = await valuesOf(idIn({ type: 'string', format: 'uuid' }))
    assert.ok(!sent)
    assert.match(
      off[0]?.why ?? '',
      /nothing says which values of id there are; write them in endpoints\.get_orders_id\.values\.id/,
    )
  })
  it('of which there is one only are told: an answer for another could not be told apart', async () => {
    assert.match((await valuesOf(idIn(INTEGER, { example: 7 }))).unknown.join(), /more than one value of id/)
  })
  it('of queries are literal where there is one, and left out where nobody wants them', async () => {
    const query = (name: string, more: object) => ({ name, in: 'query', schema: INTEGER, ...more })
    const { only } = await made(
      one(
        {
          parameters: [
            query('limit', { example: 5 }),
            query('page', {}),
            query('q', { required: true }),
            query('s-t', { examples: { a: { value: 1 }, b: { value: 2 } } }),
          ],
          responses: answers(ORDER),
        },
        '/orders',
      ),
    )
    assert.deepEqual(only.query, { limit: 5, q: 0, 's-t': '{s_t}' })
    assert.deepEqual(only.values, { s_t: [1, 2] })
  })
})

group('expectations', () => {
  const expectOf = async (schema: unknown, parameter: object = idIn(), path = '/orders/{id}', more: object = whole) =>
    (await made(one({ parameters: [parameter], responses: answers(schema) }, path, more as never))).only.expect
  it('hold a member to the id that was sent', async () => {
    assert.deepEqual(await expectOf(REF), {
      status: [200],
      type: 'application/json',
      json: { id: '{id}' },
      schema: '#/components/schemas/Order',
    })
    const named = (name: string) => ({ ...idIn(), name })
    assert.deepEqual((await expectOf(REF, named('order_id'), '/orders/{order_id}'))?.json, { id: '{order_id}' })
    assert.deepEqual((await expectOf(REF, named('orderId'), '/orders/{orderId}'))?.json, { id: '{orderId}' })
    assert.deepEqual((await expectOf(REF, named('id'), '/orders/{id}/lines'))?.json, { id: '{id}' })
    assert.deepEqual((await expectOf({ type: 'object', properties: { data: REF } }))?.json, { 'data.id': '{id}' })
    assert.deepEqual((await expectOf({ allOf: [REF, { type: 'object', properties: { n: { type: 'integer' } } }] }))?.json, {
      id: '{id}',
    })
  })
  it('hold nothing to what is another thing', async () => {
    assert.equal((await expectOf(REF, { ...idIn(), name: 'user_id' }, '/users/{user_id}/order'))?.json, undefined)
    assert.equal((await expectOf({ type: 'array', items: REF }))?.json, undefined)
    assert.equal((await expectOf({ type: 'object', properties: { id: REF } }))?.json, undefined)
  })
  it('take what a schema promises of an answer', async () => {
    const properties = { id: { type: 'integer' }, secret: { type: 'string', writeOnly: true } }
    const schema = { title: 'T', 'x-a': 1, type: 'object', required: ['id', 'secret'], properties, example: { id: 1 } }
    assert.deepEqual((await expectOf(schema))?.schema, {
      type: 'object',
      properties: { id: { type: 'integer' }, secret: { type: 'string' } },
      required: ['id'],
    })
  })
  it('leave out keywords that no schema can have, and keep members of their names', async () => {
    const schema = {
      type: 'any',
      pattern: '(',
      enum: 'a',
      required: true,
      properties: { type: { type: 'string', pattern: '(' }, required: {}, example: REF },
    }
    assert.deepEqual((await expectOf(schema))?.schema, {
      properties: { type: { type: 'string' }, required: {}, example: { $ref: '#/components/schemas/Order' } },
    })
  })
  it('follow references wherever they lead in the document, in circles too', async () => {
    const Node = { type: 'object', properties: { id: { type: 'integer' }, next: { $ref: '#/components/schemas/Node' } } }
    const { file } = await made(
      one({ parameters: [idIn()], responses: answers({ $ref: '#/x-own/a~1b' }) }, '/orders/{id}', {
        'x-own': { 'a/b': { items: { $ref: '#/components/schemas/Node' } } },
        components: { schemas: { Node } },
      }),
    )
    assert.deepEqual(file.components, {
      schemas: { a_b: { items: { $ref: '#/components/schemas/Node' } }, Node },
    })
  })
  it('say what they cannot know', async () => {
    for (const [responses, expected, unknown] of [
      [{ 200: { description: '' } }, { status: [200] }, /what its answers carry$/],
      [answers({}), { status: [200], type: 'application/json' }, /beside their type/],
      [answers({ title: 'Response', default: 1 }), { status: [200], type: 'application/json' }, /beside their type/],
      [answers({ type: 'string' }, 'text/plain'), { status: [200], type: 'text/plain' }, /beside their type/],
      [
        answers({ type: 'object', properties: { constructor: { type: 'string' } } }),
        { status: [200], type: 'application/json' },
        /the schema of its answers: a member is called constructor, which no target file may hold/,
      ],
      [answers({ $ref: '#/no' }), { status: [200], type: 'application/json' }, /the schema of its answers: #\/no leads nowhere/],
      [{ 204: { description: '' } }, { status: [204] }, /^$/],
      [undefined, undefined, /what its answers carry/],
    ] as const) {
      const { only, unknown: told } = await made(one({ responses }, '/orders'))
      assert.deepEqual(only.expect, expected)
      assert.match(told.join(), unknown)
    }
  })
  it('know of several answers which one comes', async () => {
    const content = { 'text/html': {}, 'application/json; charset=utf-8': { schema: ORDER } }
    const { only } = await made(
      one({ responses: { 404: {}, 202: { description: '' }, 200: { description: '', content }, default: {} } }, '/orders'),
    )
    assert.deepEqual(only.expect?.status, [200])
    assert.equal(only.expect?.type, 'application/json')
    assert.deepEqual(only.headers, { Accept: 'application/json; charset=utf-8' })
    const any = await made(one({ responses: { '2XX': { content: { '*/*': { schema: ORDER } } } } }, '/orders'))
    assert.deepEqual(any.only.expect, { schema: ORDER })
  })
})

group('operations', () => {
  const paths = {
    '/orders': {
      parameters: [{ name: 'X-Tenant', in: 'header', required: true, schema: { type: 'string', example: 'acme' } }],
      get: { operationId: 'listOrders', responses: answers({ type: 'array', items: ORDER }) },
      post: {
        operationId: 'createOrder',
        requestBody: {
          content: {
            'application/json': {
              schema: {
                ...ORDER,
                properties: { ...ORDER.properties, id: { type: 'integer', readOnly: true }, n: { type: 'integer', example: 4 } },
              },
            },
          },
        },
        responses: answers(
          { type: 'object', properties: { id: { type: 'integer' }, customer: { type: 'string' }, n: { type: 'string' } } },
          'application/json',
          201,
        ),
      },
      head: { responses: {} },
    },
    '/events': { get: { responses: answers({}, 'text/event-stream') } },
  }
  it('that are no GET are in the file, and off', async () => {
    const { file, off, inMix, leftOut } = await made(documentOf(paths))
    assert.deepEqual(Object.keys(file.mix ?? {}), ['list_orders'])
    assert.deepEqual(off, [{ name: 'create_order', said: 'POST /orders', why: 'it may change what the gateway holds' }])
    assert.deepEqual(
      inMix.map(({ said }) => said),
      ['GET /orders'],
    )
    assert.deepEqual(leftOut, [
      'HEAD /orders: HEAD is no method that a load can be made of',
      'GET /events: it answers with an endless stream (script sse is for those)',
    ])
  })
  it('are put in by id, by method and path, and by name', async () => {
    for (const wanted of ['createOrder', 'post  /orders', 'create_order'])
      assert.deepEqual(Object.keys((await made(documentOf(paths), [wanted])).file.mix ?? {}), ['list_orders', 'create_order'])
    await assert.rejects(
      made(documentOf(paths), ['creatOrder']),
      /^UsageError: --include: there is no operation "creatOrder"; did you mean "createOrder"\?/,
    )
  })
  it('send what the document shows, and expect it back', async () => {
    const { file } = await made(documentOf(paths))
    const { create_order: create } = file.endpoints
    assert.deepEqual(create && 'body' in create && create.body, { customer: '{uuid}', n: 4 })
    assert.deepEqual(create && 'headers' in create && create.headers, { 'X-Tenant': 'acme' })
    assert.deepEqual(create && 'expect' in create && create.expect?.json, { customer: '{customer}' })
  })
  it('hold a member to the query parameter of its name, but not one that says how the answer came about', async () => {
    const Page = { type: 'object', properties: { customer: { type: 'string' }, status: { type: 'string' } } }
    const of = (name: string) => ({ name, in: 'query', required: true, example: 'x', schema: { type: 'string' } })
    const { file } = await made(
      documentOf({ '/orders': { get: { parameters: [of('customer'), of('status')], responses: answers(Page) } } }),
    )
    const { get_orders: list } = file.endpoints
    assert.deepEqual(list && 'expect' in list && list.expect?.json, { customer: '{customer}' })
  })
  it('have a name each', async () => {
    const responses = answers(ORDER)
    const { file } = await made(
      documentOf({
        '/a': { get: { operationId: 'x y', responses } },
        '/b': { get: { operationId: 'x-y', responses } },
        '/1': { get: { responses } },
        '/orders/{order_id}': { get: { operationId: 'get_order_orders__order_id__get', responses } },
        '/ä': { get: { operationId: '__proto__', responses } },
      }),
    )
    assert.deepEqual(Object.keys(file.endpoints), ['x_y', 'x_y_2', 'get_1', 'get_order', 'proto'])
  })
  it('that no script would take are left out, and said; the others stay', async () => {
    const text = JSON.stringify(
      documentOf({ '/a': { get: { responses: answers(ORDER) } }, '/b': { get: { responses: answers(ORDER) } } }),
    )
    const draft = await draftOfOpenApi({ text, where: 'spec.json' }, undefined)
    const [first] = draft.endpoints
    Object.assign(first?.endpoint ?? assert.fail(), { headers: { 'X-A': '{who}' } })
    const { file, leftOut } = targetFileOf(draft, [], 'spec.json')
    assert.deepEqual(Object.keys(file.endpoints), ['get_b'])
    assert.match(leftOut.join(), /^GET \/a: its description: nothing gives a value for \{who\}/)
  })
  it('send what examples have in braces as it is: they are no placeholders', async () => {
    const parameters = [
      { name: 'X-A', in: 'header', required: true, example: '{who}', schema: {} },
      { name: 'filter', in: 'query', example: '{now:iso}', schema: {} },
    ]
    const { only } = await made(documentOf({ '/b': { get: { parameters, responses: answers(ORDER) } } }))
    assert.deepEqual(only.headers, { 'X-A': '{open_brace}who}' })
    assert.deepEqual(only.query, { filter: '{open_brace}now:iso}' })
    assert.deepEqual(only.values, { open_brace: ['{'] })
    const example = { text: 'Dear {who}' }
    const post = async (type: string) => {
      const operation = { requestBody: { content: { [type]: { example } } }, responses: answers(ORDER) }
      return (await made(documentOf({ '/b': { post: operation } }), ['POST /b'])).only
    }
    assert.deepEqual((await post('application/json')).body, { text: 'Dear {open_brace}who}' })
    // Percent-encoded, a brace is none.
    const form = await post('application/x-www-form-urlencoded')
    assert.equal(form.body, 'text=Dear+%7Bwho%7D')
    assert.equal(form.values, undefined)
  })
})

group('authorization', () => {
  const SCHEMES = {
    bearer: { type: 'http', scheme: 'bearer' },
    basic: { type: 'http', scheme: 'basic' },
    key: { type: 'apiKey', in: 'header', name: 'X-Key' },
    query: { type: 'apiKey', in: 'query', name: 'k' },
    machine: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes: {} } } },
    person: {
      type: 'oauth2',
      flows: { password: { tokenUrl: 'https://id.example.com/token', refreshUrl: 'https://id.example.com/refresh', scopes: {} } },
    },
    login: { type: 'openIdConnect', openIdConnectUrl: 'https://id.example.com' },
  }
  const authOf = (...security: object[]) =>
    made(
      documentOf(
        { '/a': { get: { responses: answers(ORDER) } }, '/open': { get: { security: [], responses: answers(ORDER) } } },
        { security, components: { securitySchemes: SCHEMES } },
      ),
    )
  it('is the flow that the scheme is', async () => {
    for (const [name, auth] of [
      ['bearer', { flow: 'bearer' }],
      ['key', { flow: 'api_key', header: 'X-Key' }],
      ['machine', { flow: 'client_credentials', token_path: '/oauth/token', token_body: 'form' }],
      [
        'person',
        {
          flow: 'password',
          token_path: '/token',
          base_url: 'https://id.example.com',
          token_body: 'form',
          refresh_path: '/refresh',
        },
      ],
      ['login', { flow: 'bearer' }],
    ] as const) {
      const { auth: found, file } = await authOf({ [name]: [] })
      assert.deepEqual(found, auth)
      assert.deepEqual(
        Object.values(file.endpoints).map((endpoint) => (endpoint ? endpoint.auth : endpoint)),
        [undefined, false],
      )
    }
    assert.deepEqual((await authOf()).auth, { flow: 'none' })
  })
  it('that cannot be done takes the operation out of the mix', async () => {
    for (const [name, words] of [
      ['query', 'it wants an API key in the query'],
      ['basic', 'it wants HTTP basic'],
    ] as const) {
      const { auth, off, unknown } = await authOf({ [name]: [] })
      assert.deepEqual(auth, { flow: 'none' })
      assert.equal(off[0]?.why, words)
      assert.match(unknown.join(), /how it is authorized: .* cannot be done/)
    }
  })
  it('that is one of several choices is taken', async () => {
    assert.deepEqual((await authOf({ basic: [] }, { bearer: [] })).auth, { flow: 'bearer' })
    const { off } = await authOf({ basic: [], bearer: [] })
    assert.match(off[0]?.why ?? '', /it wants HTTP basic and HTTP bearer/)
  })
})

test('the base URL is the first server with a whole URL', async () => {
  const at = async (servers: unknown, url?: string) => {
    const { file, unknown } = await made(
      one({ responses: answers(ORDER) }, '/a', { servers }),
      [],
      url === undefined ? {} : { url },
    )
    return [file.base_url, unknown.some((line) => line.startsWith('base_url: '))]
  }
  assert.deepEqual(await at([{ url: 'https://api.example.com/v1/' }]), ['https://api.example.com/v1', false])
  assert.deepEqual(await at([{ url: 'https://{env}.example.com', variables: { env: { default: 'test' } } }]), [
    'https://test.example.com',
    false,
  ])
  assert.deepEqual(await at([{ url: '/v1' }], 'http://127.0.0.1:9/docs/openapi.json'), ['http://127.0.0.1:9/v1', false])
  assert.deepEqual(await at(undefined, 'http://127.0.0.1:9/openapi.json'), ['http://127.0.0.1:9', false])
  for (const servers of [
    undefined,
    [],
    [{ url: '/v1' }],
    [{ url: 'https://{x}' }],
    [{ url: 'https://u:p@h' }],
    'x',
    [{ url: 5 }],
  ])
    assert.deepEqual(await at(servers), ['http://127.0.0.1:8080', true])
})

test('Swagger 2.0 is converted', async () => {
  const { only, file, auth } = await made({
    swagger: '2.0',
    info: { title: 'Old', version: '1' },
    host: '127.0.0.1:8080',
    basePath: '/v2',
    schemes: ['http'],
    produces: ['application/json'],
    securityDefinitions: { k: { type: 'apiKey', in: 'header', name: 'api_key' } },
    security: [{ k: [] }],
    paths: {
      '/orders/{id}': {
        get: {
          parameters: [{ name: 'id', in: 'path', required: true, type: 'integer', minimum: 1, maximum: 9 }],
          responses: { 200: { description: '', schema: { $ref: '#/definitions/Order' } } },
        },
      },
    },
    definitions: { Order: ORDER },
  })
  assert.equal(file.base_url, 'http://127.0.0.1:8080/v2')
  assert.deepEqual(auth, { flow: 'api_key', header: 'api_key' })
  assert.deepEqual(only.expect, {
    status: [200],
    type: 'application/json',
    json: { id: '{id}' },
    schema: '#/components/schemas/Order',
  })
  assert.deepEqual(only.values, { id: '{1..9}' })
})

test('YAML is read, and OpenAPI 3.0 in its own dialect', async () => {
  const { file } = await made(
    'openapi: 3.0.3\ninfo: {title: Y, version: "1"}\nservers: [{url: "http://127.0.0.1:1"}]\npaths:\n  /a:\n    get:\n      responses:\n        "200":\n          description: ok\n          content: {application/json: {schema: {$ref: "#/components/schemas/N"}}}\ncomponents: {schemas: {N: {type: string, nullable: true}}}\n',
  )
  assert.equal(file.schema_dialect, 'openapi-3.0')
  assert.deepEqual(file.components, { schemas: { N: { type: 'string', nullable: true } } })
})

test('what cannot be used is one sentence, with place and mend', async () => {
  for (const [document, message] of [
    ['', /^spec\.json: expected an OpenAPI document, found nothing$/],
    [
      'openapi: 3.1.0\npaths:\n  /a: [b\n',
      /^spec\.json: line \d+, column \d+: expected JSON or YAML, found .*; is the file cut off\?$/,
    ],
    ['{"openapi": "3.1.0", "paths": {', /^spec\.json: line 1, column \d+: expected JSON or YAML, found .*is the file cut off\?$/],
    [
      '<!doctype html><html>',
      /^spec\.json: expected an OpenAPI document, found a string of HTML: is this the page that shows it\?$/,
    ],
    ['a: &a\n  b: *a\nopenapi: 3.1.0', /^spec\.json: (b|line).*/],
    [[], /found a list$/],
    [null, /found a null$/],
    [{ log: { entries: [] } }, /found a recording; give it with --har$/],
    [{ paths: {} }, /openapi: missing; expected a version from 3\.0 to 3\.2/],
    [{ openapi: '4.0.0', paths: {} }, /openapi: expected a version .* found "4\.0\.0"$/],
    [{ openapi: '3.1.0' }, /paths: expected an object .* found nothing$/],
    [
      { openapi: '3.1.0', paths: { '/a': {}, '/b': { parameters: [] } } },
      /paths: expected at least one operation, such as get, found none in 2 paths$/,
    ],
    [
      { openapi: '3.1.0', paths: { '/a': { $ref: 'https://x.example/a.json' } } },
      /\$ref: "https:\/\/x\.example\/a\.json" is on another host, which is not asked; put it into the file/,
    ],
    [{ openapi: '3.1.0', paths: { '/a': { $ref: './a.json' } } }, /\$ref: "\.\/a\.json" is another file; put all into one first/],
    [
      documentOf({ '/a': { post: { responses: {} } } }),
      /none of its operations is safe to load unasked \(POST \/a: it may change .*--include "POST \/a"$/,
    ],
    ...['a;id', 'a$(id)', 'a`id`', "a'b", 'a&id'].map((host): [object, RegExp] => [
      { openapi: '3.1.0', servers: [{ url: `http://${host}` }], paths: { '/a': { get: { responses: {} } } } },
      /^spec\.json: expected the name or the address of a host, found ".*", which a shell would not take as it is; give --base-url$/,
    ]),
    [
      {
        ...{ openapi: '3.1.0', servers: [{ url: 'http://127.0.0.1:1' }], security: [{ o: [] }] },
        paths: { '/a': { get: { responses: {} } } },
        components: {
          securitySchemes: { o: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'http://a;id/token', scopes: {} } } } },
        },
      },
      /^spec\.json: expected the name or the address of a host, found "a;id"/,
    ],
    [documentOf({ '/a': { head: {} } }), /none of its 1 operations can be loaded; the first: HEAD \/a/],
  ] as const)
    await assert.rejects(made(document), (error: Error) => {
      assert.ok(error instanceof UsageError, String(error.stack))
      assert.match(error.message, message)
      assert.doesNotMatch(error.message, /\n/)
      return true
    })
})

test('a thousand operations and 20 MB are read in seconds, and a hundred of them are sent', { timeout: 60_000 }, async () => {
  const words = 'x'.repeat(1000)
  const wide = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, { type: 'string', description: words }]))
  const schemas = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [
      `S${i}`,
      { type: 'object', properties: { ...wide, next: { $ref: `#/components/schemas/S${(i + 1) % 1000}` } } },
    ]),
  )
  const paths = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`/a${i}`, { get: { responses: answers({ $ref: `#/components/schemas/S${i}` }) } }]),
  )
  const text = JSON.stringify(documentOf(paths, { components: { schemas } }))
  assert.ok(text.length > 19_000_000)
  const started = performance.now()
  const { file, off, only, unknown } = await made(text)
  assert.ok(performance.now() - started < 30_000)
  assert.equal(Object.keys(file.mix ?? {}).length, 100)
  assert.equal(off.length, 200)
  assert.match(off[0]?.why ?? '', /there are 100 others/)
  // Each leads to all others: too much for a VU to hold.
  assert.ok(JSON.stringify(only.expect).length < 40_000)
  assert.match(unknown.join(), /the whole of its schema, which is too long for a load: it is looked at 5 levels deep/)
})
