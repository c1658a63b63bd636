import assert from 'node:assert/strict'
import fc from 'fast-check'
import { draftOfHar } from '../../../cli/init/har/har.ts'
import { draftOfOpenApi } from '../../../cli/init/openapi/openapi.ts'
import { targetFileOf } from '../../../cli/init/target-file.ts'
import { readSettings } from '../../../lib/base/settings.ts'
import { bindTarget } from '../../../lib/target/target.ts'
import { ORDERS_DOCUMENT } from '../cli/orders-api.ts'
import { mutate, mutation } from './mutation.ts'
import { property } from './property.ts'

const SECRET = 'planted-4f1c9a'
const SWAGGER = {
  swagger: '2.0',
  info: { title: 'Old', version: '1' },
  host: '127.0.0.1:8080',
  schemes: ['http'],
  produces: ['application/json'],
  paths: {
    '/a/{id}': {
      get: {
        parameters: [{ name: 'id', in: 'path', required: true, type: 'integer' }],
        responses: { 200: { description: '', schema: { $ref: '#/definitions/A' } } },
      },
    },
  },
  definitions: { A: { type: 'object', properties: { id: { type: 'integer' } } } },
}
const DOCUMENTS = [
  JSON.stringify({
    ...ORDERS_DOCUMENT,
    servers: [{ url: 'http://127.0.0.1:8080' }],
    security: [{ key: [] }],
    components: { ...ORDERS_DOCUMENT.components, securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
  }),
  JSON.stringify(SWAGGER),
]
const entry = (path: string, json: unknown) => ({
  request: {
    method: 'GET',
    url: `http://127.0.0.1:8080${path}`,
    headers: [{ name: 'Authorization', value: `Bearer ${SECRET}` }],
    queryString: [],
  },
  response: { status: 200, headers: [], content: { mimeType: 'application/json', text: JSON.stringify(json) } },
})
const login = {
  method: 'POST',
  url: 'http://127.0.0.1:8080/login',
  headers: [],
  postData: { mimeType: 'application/json', text: JSON.stringify({ password: SECRET }) },
}
const RECORDING = JSON.stringify({
  log: {
    entries: [
      entry('/a/1', { id: 1 }),
      entry('/a/2?q=x', { id: 2, list: [1] }),
      { request: login, response: { status: 200, content: {} } },
    ],
  },
})

/** The secret where it can be known as one. */
const NAMED = JSON.stringify(JSON.stringify({ password: SECRET })).slice(1, -1)

/** One sentence, or a target file that every script takes. */
async function usableOrRefused(text: string, make: () => Promise<unknown> | unknown): Promise<void> {
  // A secret under another name is a value like any other.
  const told = !text.includes(NAMED)
  try {
    const file = await make()
    bindTarget(JSON.parse(JSON.stringify(file)), 'target.json', readSettings({}), true)
    assert.ok(told || !JSON.stringify(file).includes(SECRET), JSON.stringify(file))
  } catch (error) {
    const { name, message, stack } = error as Error
    // A host that is nobody's own is the reader's to allow.
    assert.equal(name, 'UsageError', stack)
    assert.doesNotMatch(message, /\n|undefined|\[object|[^"]NaN/)
    assert.ok(told || !message.includes(SECRET), message)
  }
}
const ofOpenApi = (text: string) =>
  usableOrRefused(
    text,
    async () => targetFileOf(await draftOfOpenApi({ text, where: 'spec.json' }, undefined), [], 'spec.json').file,
  )
const ofHar = (text: string) => usableOrRefused(text, () => targetFileOf(draftOfHar(text, 'x.har', undefined), [], 'x.har').file)

const mutated = fc.record({ text: fc.constantFrom(...DOCUMENTS), changes: fc.array(mutation, { minLength: 1, maxLength: 3 }) })
property(
  'a changed OpenAPI document is refused, or becomes a target that scripts take',
  mutated,
  400,
  async ({ text, changes }) => {
    const changed = changes.reduce(
      (before, change) => (change.how === 'twice' ? before : (mutate(before, change)?.text ?? before)),
      text,
    )
    await ofOpenApi(changed)
  },
)
property(
  'a changed recording is refused, or becomes a target without a secret',
  fc.array(mutation, { minLength: 1, maxLength: 3 }),
  300,
  async (changes) => {
    const changed = changes.reduce(
      (before, change) => (change.how === 'twice' ? before : (mutate(before, change)?.text ?? before)),
      RECORDING,
    )
    await ofHar(changed)
  },
)

const broken = fc.record({
  at: fc.nat(),
  cut: fc.nat(6),
  put: fc.oneof(fc.constantFrom('', '"', ',', '{', '}', '&', '*', ': ', '- ', '\u0000'), fc.string({ maxLength: 4 })),
})
property('broken text is one sentence', broken, 200, async ({ at, cut, put }) => {
  for (const [text, use] of [
    [DOCUMENTS[0] as string, ofOpenApi],
    [RECORDING, ofHar],
  ] as const) {
    const place = at % text.length
    await use(text.slice(0, place) + put + text.slice(place + cut))
  }
})
