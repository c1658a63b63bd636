import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'

const BIOME = join(process.cwd(), 'node_modules/@biomejs/biome/bin/biome')

/** File, what it imports, and whether the linter must object. */
const CASES: readonly (readonly [string, string, boolean])[] = [
  ['lib/endpoints/a.ts', '../transport/http.ts', true],
  ['lib/endpoints/b.ts', 'k6/http', true],
  ['lib/endpoints/c.ts', '../random.ts', false],
  ['lib/endpoints/d.ts', './metrics.ts', false],
  ['lib/a.ts', './transport/http.ts', true],
  ['lib/b.ts', 'k6', true],
  ['lib/c.ts', './summary/model.ts', false],
  ['lib/d.ts', './summary/text.ts', true],
  ['lib/e.ts', '../gateway/errors.ts', true],
  ['lib/f.ts', 'k6/options', false],
  ['lib/target/a.ts', '../transport/http.ts', true],
  ['lib/websocket/a.ts', 'k6/websockets', true],
  ['lib/run/plan.k6.ts', './transport/traffic.ts', false],
  ['lib/plan/a.ts', '../gates/gates.ts', false],
  ['lib/gates/a.ts', '../summary/collect.ts', true],
  ['lib/gates/b.ts', '../summary/model.ts', false],
  ['lib/transport/a.ts', '../gates/gates.ts', true],
  ['lib/transport/d.ts', '../plan/spec.ts', true],
  ['lib/transport/b.ts', 'k6/x/sse', true],
  ['lib/transport/c.ts', 'k6/http', false],
  ['lib/summary/a.ts', '../plan.ts', true],
  ['scripts/a.ts', 'k6/execution', true],
  ['scripts/b.ts', '../lib/plan.ts', false],
  ['cli/a.ts', '../gateway/app.ts', true],
  ['cli/b.ts', './gateway.ts', false],
  ['cli/c.ts', '../lib/transport/http.ts', true],
  ['gateway/a.ts', '../lib/errors.ts', true],
  ['gateway/b.ts', './errors.ts', false],
]

/** Lints files that hold what is given. */
async function lint(t: TestContext, files: Readonly<Record<string, string>>, flags: readonly string[] = []): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-lint-'))
  t.after(() => rmSync(folder, { recursive: true }))
  cpSync('biome.json', join(folder, 'biome.json'))
  cpSync('lint', join(folder, 'lint'), { recursive: true })
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), content)
  }
  const words = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--colors=off', ...flags, '.']
  return new Promise((resolve) => {
    execFile(process.execPath, [BIOME, ...words], { cwd: folder }, (_error, stdout, stderr) => resolve(stdout + stderr))
  })
}

test('the linter objects to imports that point up, and to no others', async (t) => {
  const files = Object.fromEntries(CASES.map(([file, specifier]) => [file, `import '${specifier}'\n`]))
  const said = await lint(t, files, ['--only=style/noRestrictedImports'])
  const objected = [...said.matchAll(/^(\S+?):\d+:\d+ lint\/style\/noRestrictedImports/gm)].map(([, file = '']) => file)
  assert.deepEqual(
    objected.sort(),
    CASES.filter(([, , objects]) => objects)
      .map(([file]) => file)
      .sort(),
    said,
  )
})

/** File, what it does, and whether the linter must object. */
const WRITING: readonly (readonly [string, string, boolean])[] = [
  ['cli/a.ts', 'console.log(text)', true],
  ['lib/a.ts', "console['warn'](text)", true],
  ['scripts/a.ts', 'console.error(text)', true],
  ['cli/b.ts', 'process.stdout.write(text)', true],
  ['cli/c.ts', 'process.stderr.write(text)', true],
  ['cli/d.ts', 'const { stdout } = process', true],
  ['lib/transport/a.ts', 'exec.test.abort(text)', true],
  ['lib/b.ts', 'exec.test.fail(text)', true],
  ['cli/report/html/a.ts', 'export const all = new Html(text)', true],
  ['lib/c.ts', 'export const all = new Markup(text)', true],
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: code in a string
  ['cli/e.ts', 'export const all = `<b>${text}</b>`', true],
  ['lib/d.ts', 'export const all = `<testcase name="${text}"/>`', true],
  ['cli/f.ts', 'export const all = html`<b>${text}</b>`', false],
  ['cli/g.ts', 'export const all = `expected ${text}=${text} < ${text}`', false],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: code in a string
  ['cli/terminal.ts', 'process.stdout.write(text)', false],
  ['lib/base/speak.k6.ts', 'console.warn(text)', false],
  ['lib/base/markup.ts', 'export const all = new Markup(text)', false],
  ['cli/h.ts', 'terminal.print(text) // not console.log(text)', false],
  ['gateway/a.ts', 'process.stdout.write(text)', false],
]

test('the linter objects to whoever writes beside those that escape, and to markup that nobody escapes', async (t) => {
  const said = await lint(t, Object.fromEntries(WRITING.map(([file, code]) => [file, `${code}\n`])))
  const objected = [...said.matchAll(/^(\S+?):\d+:\d+ plugin/gm)].map(([, file = '']) => file)
  assert.deepEqual(
    [...new Set(objected)].sort(),
    WRITING.filter(([, , objects]) => objects)
      .map(([file]) => file)
      .sort(),
    said,
  )
})
