/**
 * Each k6 that `K6_BINS` names (paths, separated by colons), such as one of v2 beside that of the other tests: smoke and burst pass,
 * are recorded whole, and k6 complains of nothing that it is given.
 */
import assert from 'node:assert/strict'
import { delimiter } from 'node:path'
import { test } from 'node:test'
import { askVersion } from '../../cli/k6/version.ts'
import { onlyValidAnswers } from './lenient-limits.ts'
import { loadgate, SHORT_BURST } from './loadgate-run.ts'

const programs = (process.env.K6_BINS ?? '').split(delimiter).filter((path) => path !== '')
const SHORT_SMOKE = ['run', 'smoke', '--duration', '1s', '--timeout', '3s']

test('K6_BINS names no other k6', { skip: programs.length > 0 }, (t) =>
  t.skip('K6_BINS=/path/to/k6 has smoke and burst run by it'),
)

for (const K6_BIN of programs)
  for (const words of [SHORT_SMOKE, SHORT_BURST])
    test(`${words[1]} by ${K6_BIN}`, async (t) => {
      const k6 = await askVersion(K6_BIN)
      assert.ok('version' in k6, `${K6_BIN} ${'problem' in k6 ? k6.problem : ''}`)
      const limits = await onlyValidAnswers(t, words[1] ?? '')
      const run = await loadgate(t, [...words, '--thresholds', limits], { K6_BIN })
      assert.equal(run.code, 0, run.out + run.err)
      assert.equal(run.verdict().k6.version, k6.version)
      assert.ok(run.series().complete)
      assert.doesNotMatch(run.file('k6.log'), /legacy|deprecated/i)
    })
