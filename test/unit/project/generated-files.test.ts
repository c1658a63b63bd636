import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const generate = (folder: string, ...flags: string[]) =>
  run(process.execPath, ['--import', 'tsx', 'build/generate.ts', ...flags], { cwd: folder })

test('what is made from other files is up to date', async () => {
  await generate('.', '--check')
})

/** A copy of all that is read and written. */
function copy(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-generate-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const each of ['build', 'cli', 'deploy', 'lib', 'scripts', 'targets', 'thresholds', 'package.json'])
    cpSync(each, join(folder, each), { recursive: true })
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
  return folder
}

test('a stale file is named and left alone by --check, and written without it', async (t) => {
  const folder = copy(t)
  const schema = join(folder, 'thresholds/schema.json')
  const page = join(folder, 'docs/reference/settings.md')
  const right = readFileSync(schema, 'utf8')
  writeFileSync(schema, right.replace('"p95_ms"', '"p94_ms"'))
  mkdirSync(join(folder, 'docs/reference'), { recursive: true })
  const library = join(folder, 'docs/reference/api.md')
  cpSync('docs/reference/api.md', library)
  const source = join(folder, 'lib/run/plan.k6.ts')
  const exports = 'What a script exports to k6'
  assert.match(readFileSync(source, 'utf8'), new RegExp(exports))
  writeFileSync(source, readFileSync(source, 'utf8').replace(exports, 'What k6 wants of a script'))
  writeFileSync(page, '# Title\n<!-- settings -->\nold\n<!-- /settings -->\nend\n')
  await assert.rejects(generate(folder, '--check'), (error: { code: number; stderr: string }) => {
    assert.equal(error.code, 1)
    assert.match(error.stderr, /thresholds\/schema\.json is stale/)
    assert.match(error.stderr, /docs\/reference\/settings\.md is stale/)
    assert.match(error.stderr, /docs\/reference\/api\.md is stale/)
    assert.doesNotMatch(error.stderr, /targets\/schema\.json/)
    return true
  })
  assert.notEqual(readFileSync(schema, 'utf8'), right)
  await generate(folder)
  await generate(folder, '--check')
  assert.equal(readFileSync(schema, 'utf8'), right)
  const table = readFileSync(page, 'utf8')
  assert.match(table, /^# Title\n<!-- settings -->\n\n\| setting +\|/)
  assert.match(table, /\| `RATE` +\| `--rate` +\| number, 0\.01 to 10000000 +\|/)
  assert.match(table, /\| `TOKEN` +\| environment only +\|/)
  assert.match(table, /\n\n<!-- \/settings -->\nend\n$/)
  assert.match(readFileSync(library, 'utf8'), /^### plan\n\nWhat k6 wants of a script, /m)
})
