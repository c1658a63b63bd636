import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { check } from '../../../lib/base/schema.ts'
import { readSettings } from '../../../lib/base/settings.ts'
import { thresholdsSchema } from '../../../lib/gates/thresholds.ts'
import { bindTarget } from '../../../lib/target/target.ts'

const namesIn = (folder: string, end: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(end) && file !== 'schema.json')
    .map((file) => file.slice(0, -end.length))
    .sort()
const read = (file: string): { $schema?: string } => JSON.parse(readFileSync(file, 'utf8'))
const filesIn = (folder: string): string[] => namesIn(folder, '.json').map((name) => `${folder}/${name}.json`)

const scripts = namesIn('scripts', '.ts')

test('every script has one thresholds file and one for production, and there are no others', () => {
  assert.ok(scripts.length > 0)
  assert.deepEqual(namesIn('thresholds', '.json'), scripts)
  assert.deepEqual(namesIn('thresholds/production', '.json'), scripts)
})

test('every script reads the thresholds files of its own name and calls itself by it', () => {
  for (const script of scripts) {
    const text = readFileSync(`scripts/${script}.ts`, 'utf8')
    for (const file of [`../thresholds/${script}.json`, `../thresholds/production/${script}.json`])
      assert.ok(text.includes(`'${file}'`), `${script} does not import ${file}`)
    assert.equal(text.match(/thresholds\/[\w/-]+\.json/g)?.length, 2, `${script} imports thresholds of another script`)
    assert.ok(text.includes(`name: '${script}'`), `scripts/${script}.ts does not call itself ${script}`)
  }
})

const ajv = new Ajv({ allErrors: true })
const schemaOf = new Map(['thresholds', 'targets'].map((folder) => [folder, ajv.compile(read(`${folder}/schema.json`))]))

for (const [folder, files] of [
  ['thresholds', [...filesIn('thresholds'), ...filesIn('thresholds/production')]],
  ['targets', filesIn('targets')],
] as const)
  for (const file of files)
    test(`${file} is right by its schema, and an editor finds that schema`, () => {
      const data = read(file)
      const validate = schemaOf.get(folder)
      assert.ok(validate?.(data), JSON.stringify(validate?.errors, null, 1))
      const schema = join(dirname(file), data.$schema ?? 'none')
      assert.ok(existsSync(schema), `${file}: $schema ${data.$schema} is not there`)
      assert.equal(relative('.', schema), `${folder}/schema.json`)
    })

test('the schemas refuse what the program refuses', () => {
  for (const data of [
    {},
    { windows: { spike: { health: { p95_ms: 1 } } } },
    { windows: { spike: { health: { p95_ms: -1, why: 'x' } } } },
    { windows: { spike: { health: { p95: 1, why: 'x' } } } },
    { windows: { spike: { health: { error_rate: 2, why: 'x' } } } },
    { windows: {}, run: { dropped: 1 } },
  ]) {
    assert.throws(() => check(thresholdsSchema, data, 'f'))
    assert.equal(schemaOf.get('thresholds')?.(data), false, JSON.stringify(data))
  }
  const target = { name: 'x', base_url: 'http://localhost', auth: { flow: 'none' }, endpoints: {} }
  for (const change of [
    { base_url: 'localhost' },
    { base_url: 'http://a:b@localhost' },
    { auth: {} },
    { endpoints: { health: true } },
    { other: 1 },
  ])
    assert.equal(schemaOf.get('targets')?.({ ...target, ...change }), false, JSON.stringify(change))
})

for (const file of filesIn('targets'))
  test(`${file} binds`, () => {
    const { base_url } = read(file) as { base_url: string }
    assert.ok(bindTarget(read(file), file, readSettings({ ALLOW_TARGET: new URL(base_url).hostname }), true))
  })

test('every limit has a reason that says something', () => {
  for (const file of [...filesIn('thresholds'), ...filesIn('thresholds/production')]) {
    const { windows, metrics = {} } = check(thresholdsSchema, read(file), file)
    const all = [...Object.values(windows).flatMap((byEndpoint) => Object.values(byEndpoint)), ...Object.values(metrics)]
    const reasons = all.flatMap(({ why }) => (typeof why === 'string' ? why : Object.values(why)))
    for (const why of reasons) assert.match(why, /^.{15,}[.)]$/, `${file}: ${JSON.stringify(why)} is no reason`)
  }
})
