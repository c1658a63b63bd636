import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'

const BIOME = join(process.cwd(), 'node_modules/@biomejs/biome/bin/biome')

/** Lints files that hold what is given. */
async function lint(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-lint-'))
  t.after(() => rmSync(folder, { recursive: true }))
  cpSync('biome.json', join(folder, 'biome.json'))
  cpSync('lint', join(folder, 'lint'), { recursive: true })
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), content)
  }
  const words = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--colors=off', '.']
  return new Promise((resolve) => {
    execFile(process.execPath, [BIOME, ...words], { cwd: folder }, (_error, stdout, stderr) => resolve(stdout + stderr))
  })
}

/** File, what it does, and whether the linter must object. */
const WRITING: readonly (readonly [string, string, boolean])[] = [
  ['cli/a.ts', 'console.log(text)', true],
  ['lib/a.ts', "console['warn'](text)", true],
  ['scripts/a.ts', 'console.error(text)', true],
  ['cli/b.ts', 'process.stdout.write(text)', true],
  ['cli/c.ts', 'process.stderr.write(text)', true],
  ['cli/d.ts', 'const { stdout } = process', true],
  ['lib/vu/a.k6.ts', 'exec.test.abort(text)', true],
  ['lib/b.ts', 'exec.test.fail(text)', true],
  ['cli/report/html/a.ts', 'export const all = new Html(text)', true],
  ['lib/c.ts', 'export const all = new Markup(text)', true],
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: code in a string
  ['cli/e.ts', 'export const all = `<b>${text}</b>`', true],
  ['lib/d.ts', 'export const all = `<testcase name="${text}"/>`', true],
  ['cli/f.ts', 'export const all = html`<b>${text}</b>`', false],
  ['cli/g.ts', 'export const all = `expected ${text}=${text} < ${text}`', false],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: code in a string
  ['cli/base/terminal.ts', 'process.stdout.write(text)', false],
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
