import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

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
  ['lib/plan.ts', './transport/traffic.ts', false],
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

test('the linter objects to imports that point up, and to no others', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-lint-'))
  t.after(() => rmSync(folder, { recursive: true }))
  cpSync('biome.json', join(folder, 'biome.json'))
  for (const [file, specifier] of CASES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `import '${specifier}'\n`)
  }
  const flags = ['lint', '--only=style/noRestrictedImports', '--vcs-enabled=false', '--max-diagnostics=none', '--colors=off', '.']
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, [BIOME, ...flags], { cwd: folder }, (_error, stdout, stderr) => resolve(stdout + stderr))
  })
  const objected = [...said.matchAll(/^(\S+?):\d+:\d+ lint\/style\/noRestrictedImports/gm)].map(([, file = '']) => file)
  assert.deepEqual(
    objected.sort(),
    CASES.filter(([, , objects]) => objects)
      .map(([file]) => file)
      .sort(),
    said,
  )
})
