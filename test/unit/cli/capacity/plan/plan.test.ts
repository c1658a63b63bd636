/** `loadgate plan` with a k6 that answers as the real one would. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { keepCalibration } from '../../../../../cli/capacity/calibrations.ts'
import { cli } from '../../../../../cli/commands/cli.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../../made-up-project.ts'
import { runPlan } from '../../run-plan.ts'

function place(t: TestContext) {
  const folder = folderOf(t)
  const shown = JSON.stringify({ ext: { loadgate: runPlan({ rate: 10_000, vus: 1000 }) } })
  const k6 = put(
    join(folder, 'k6'),
    `#!/bin/sh\n[ "$1" = version ] && echo 'k6 v1.8.1 (go1, x)' && exit\necho "$INSTANCES" >> ${folder}/asked\necho '${shown}'\n`,
    0o755,
  )
  const env = { PATH: process.env.PATH, K6_BIN: k6, LOADGATE_CACHE: join(folder, 'cache') }
  const project = madeUpProject(t)
  const ask = async (...words: string[]) => {
    const { terminal, printed, noted } = quietTerminal()
    return { code: await cli(['plan', ...words], project, terminal, env), printed, noted }
  }
  const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n')
  return { ask, asked, env }
}

test('without a calibration nothing is hoped for', async (t) => {
  const { code, noted } = await place(t).ask('burst')
  assert.equal(code, 2)
  assert.match(noted[0] ?? '', /^loadgate: plan: nobody knows what one generator sends: .*loadgate calibrate.*--per-generator$/)
})

test('the plan is made for all generators, and asked for again with as many', async (t) => {
  const { ask, asked } = place(t)
  const { code, printed } = await ask('burst', '--per-generator', '4000')
  assert.equal(code, 0, printed.join('\n'))
  assert.equal(printed[0], 'For burst of 10,000 requests/s, 1,000 VUs:')
  assert.match(printed[1] ?? '', /^4 generators: /)
  assert.deepEqual(asked(), ['', '4'])
})

test("calibrate's figure is taken, and fewer instances than it takes are said", async (t) => {
  const { ask, asked, env } = place(t)
  const measured_at = '2026-01-02T03:04:05.000Z'
  keepCalibration({ script: 'http', rate: 2000, cores: 2, k6: '1.8.1', measured_at, limit: '' }, env)
  const { code, printed } = await ask('burst', '--instances', '3', '--json')
  assert.equal(code, 1)
  assert.deepEqual([printed.length, printed[0]?.includes('\n')], [1, false])
  const found = JSON.parse(printed[0] ?? '')
  assert.deepEqual([found.needed, found.generators, found.together], [8, 3, 4200])
  assert.equal(found.maximum.from, 'http calibrated here on 2026-01-02')
  assert.deepEqual(asked(), ['', '3'])
})

for (const [words, sentence] of [
  [['burst', '--per-generator', 'many'], /--per-generator: expected requests a second .*found "many"$/],
  [['brust', '--per-generator', '5'], /unknown script "brust"; did you mean "burst"\?/],
  [['burst', '--per-genrator', '5'], /unknown option --per-genrator; did you mean "--per-generator"\?/],
  [['burst', '--per-generator', '5', '--instances', '0'], /setting INSTANCES: expected a whole number from 1/],
] as const)
  test(`refused: plan ${words.join(' ')}`, async (t) => {
    const { code, noted } = await place(t).ask(...words)
    assert.equal(code, 2)
    assert.match(noted[0] ?? '', sentence)
  })
