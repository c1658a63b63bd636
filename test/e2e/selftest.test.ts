/** `loadgate selftest` with real runs: one clean, one with a fault. All of it takes as long as `npm run selftest` does. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SelftestReport } from '../../cli/selftest/report-model.ts'
import { loadgate } from './loadgate-run.ts'
import { folderOf } from './script-run.ts'

test('a fault is seen by exactly its gates, and by none without it', async (t) => {
  const results = await folderOf(t)
  const words = ['selftest', 'http users', '--case', 'clean', '--case', 'unhealthy_status', '--case', 'token_endpoint_401']
  const run = await loadgate(t, [...words, '--results', results])
  assert.equal(run.code, 0, run.out + run.err)
  const folder = join(results, readdirSync(results)[0] ?? '')
  const report = JSON.parse(readFileSync(join(folder, 'selftest.json'), 'utf8')) as SelftestReport
  assert.deepEqual(
    report.results.map(({ case: name, verdict, ok }) => [name, verdict.found, ok]),
    [
      ['clean', 'pass', true],
      ['token_endpoint_401', 'invalid', true],
      ['unhealthy_status', 'fail', true],
    ],
  )
  assert.match(run.out, /^users health wrong_answers +· · ●$/m)
  assert.match(run.out, /^users \* rps +· ● ·$/m)
})
