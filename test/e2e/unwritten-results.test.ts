/** Results that cannot be kept: who reads the folder would find nothing, or another run's. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { USUAL_ROOM } from '../../lib/base/reserved.ts'
import { thorough } from '../thorough.ts'
import { loadgate } from './loadgate-run.ts'
import { EXIT, folderOf, jsonFile, runScript } from './script-run.ts'
import { fill, hollow, smallDisk } from './small-disk.ts'
import { until } from './until.ts'

const SIZE = { PROFILE: 'smoke', WARMUP: '0s', DURATION: '3s', RATE: '100' }
const loose = (t: TestContext) =>
  jsonFile(t, 'own.json', {
    windows: { steady: { '*': { p95_ms: 5000, error_rate: 0.01, why: 'Room for a busy machine.' } } },
    run: { dropped_share: 0.2 },
  })

test('a results folder that cannot be made stops the run before any load', async (t) => {
  const run = await loadgate(t, ['run', 'http', '--results', '/proc/results'], {
    ...SIZE,
    THRESHOLDS: await loose(t),
    RESULTS_DIR: '',
  })
  assert.equal(run.code, 2, run.out + run.err)
  assert.match(run.err, /results folder \/proc\/results: .*; choose another with --results DIR/)
})

thorough('plain k6, which makes no folder: one that is not there stops the run', async (t) => {
  const RESULTS_DIR = join(await folderOf(t), 'missing')
  const run = await runScript(t, 'http', { ...SIZE, THRESHOLDS: await loose(t), BASE_URL: 'http://127.0.0.1:9', RESULTS_DIR })
  assert.equal(run.code, EXIT.stopped, run.output)
  assert.ok(
    run.output.includes(
      `setting RESULTS_DIR: there is no folder ${RESULTS_DIR}; make it first: mkdir -p ${RESULTS_DIR} && head -c 262144 `,
    ),
    run.output,
  )
})

test('a disk that is full before the run is a mistake to be mended first', async (t) => {
  const disk = await smallDisk(t, 1)
  if (disk === undefined) return
  const run = await loadgate(t, ['run', 'http'], { ...SIZE, THRESHOLDS: await loose(t), RESULTS_DIR: join(disk, 'run') })
  assert.equal(run.code, 2, run.out + run.err)
  assert.match(run.err, /only 1 MB free, 20 MB are needed/)
})

thorough('a disk that fills up under load takes nothing away: room for the results was reserved before', async (t) => {
  const disk = await smallDisk(t, 24)
  if (disk === undefined) return
  const folder = join(disk, 'run')
  const running = loadgate(t, ['run', 'http', '--no-record'], { ...SIZE, THRESHOLDS: await loose(t), RESULTS_DIR: folder })
  // Reserved just before k6 begins.
  await until(() => existsSync(join(folder, 'junit.xml')))
  await fill(disk)
  const run = await running
  assert.equal(run.code, 0, run.out + run.err)
  const written = async (file: string) => JSON.parse(await readFile(join(folder, file), 'utf8'))
  assert.equal((await written('summary.json')).ok, true)
  assert.equal((await written('verdict.json')).verdict, 'pass')
})

thorough(
  'a disk on which others have taken even what was reserved makes the run invalid, and the verdict is still told',
  async (t) => {
    const disk = await smallDisk(t, 24)
    if (disk === undefined) return
    const folder = join(disk, 'run')
    const running = loadgate(t, ['run', 'http', '--no-record'], { ...SIZE, THRESHOLDS: await loose(t), RESULTS_DIR: folder })
    // The last that is reserved.
    await until(() => existsSync(join(folder, 'junit.xml')))
    await Promise.all(USUAL_ROOM.files.map((name) => hollow(join(folder, name))))
    await fill(disk)
    const run = await running
    assert.equal(run.code, 3, run.out + run.err)
    assert.match(run.out, /INVALID {2}The results could not be written: .*ENOSPC/)
    assert.match(run.out, /summary\.json was not written/)
  },
)
