import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadgate } from './loadgate-run.ts'
import { jsonFile } from './script-run.ts'

const BURST = new URL('../../thresholds/burst.json', import.meta.url).pathname

test('gates diff: looser limits are exit code 1, tighter ones 0, a file that no run would take 2', async (t) => {
  const burst = JSON.parse(readFileSync(BURST, 'utf8'))
  const changed = (p95_ms: unknown) =>
    jsonFile(t, 'burst.json', { ...burst, windows: { ...burst.windows, base: { '*': { ...burst.windows.base['*'], p95_ms } } } })
  const looser = await changed(1000)
  const { code, out } = await loadgate(t, ['gates', 'diff', BURST, looser])
  assert.equal(code, 1)
  assert.match(out, /loosened +base +\* +p95_ms +100 +-> +1000 +\+900 %/)
  assert.equal((await loadgate(t, ['gates', 'diff', BURST, looser, '--allow'])).code, 0)
  assert.equal((await loadgate(t, ['gates', 'diff', BURST, await changed(10)])).code, 0)
  const wrong = await loadgate(t, ['gates', 'diff', BURST, await changed('slow')])
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /burst\.json: windows\.base\.\*\.p95_ms: expected a number of milliseconds, found "slow"/)
})
