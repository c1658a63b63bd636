/** `loadgate selftest` with real runs: one clean, one with a fault. All of it takes as long as `npm run selftest` does. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { SelftestReport } from '../../cli/selftest/report-model.ts'
import { tellDisturbed } from '../disturbed.ts'
import { loadgate } from './loadgate-run.ts'
import { folderOf } from './script-run.ts'

async function selftest(t: TestContext, ...words: readonly string[]) {
  const results = await folderOf(t)
  const run = await loadgate(t, ['selftest', ...words, '--results', results])
  const folder = join(results, readdirSync(results)[0] ?? '')
  const report = JSON.parse(readFileSync(join(folder, 'selftest.json'), 'utf8')) as SelftestReport
  for (const { unshown, generator } of report.results) if (unshown) tellDisturbed(t, generator)
  return { run, report }
}

test('a fault is seen by exactly its gates, and by none without it', async (t) => {
  const cases = ['clean', 'unhealthy_status', 'token_endpoint_401'].flatMap((name) => ['--case', name])
  const { run, report } = await selftest(t, 'http users', ...cases)
  assert.equal(run.code, 0, run.out + run.err)
  assert.deepEqual(
    report.results.map(({ case: name, verdict, ok }) => [name, verdict.found, ok]),
    [
      ['clean', 'pass', true],
      ['token_endpoint_401', 'invalid', true],
      ['unhealthy_status', 'fail', true],
    ],
  )
  assert.match(run.out, /^users health failed_checks +· · ●$/m)
  assert.match(run.out, /^users \* rps +· ● ·$/m)
})

test('it is seen by the same gates where three instances share the run', async (t) => {
  const { run, report } = await selftest(t, 'http users', '--case', 'unhealthy_status', '--instances', '3')
  assert.equal(run.code, 0, run.out + run.err)
  const [one] = report.results
  assert.equal(one?.verdict.found, 'fail')
  const red = one.gates.filter(({ mark }) => mark === 'red').map(({ name }) => name)
  assert.deepEqual(red.sort(), ['users * error_rate', 'users health failed_checks'])
})
