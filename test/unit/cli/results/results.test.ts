import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { writeAtomic } from '../../../../cli/base/atomic.ts'
import { openResults, release, reserve } from '../../../../cli/results/results.ts'
import { UsageError } from '../../../../lib/base/errors.ts'
import { folderOf, put } from '../made-up-project.ts'

const now = new Date('2026-01-02T03:04:05.678Z')

/** A disk of 32 KB, where this user may mount one. */
function smallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', folder], { stdio: 'ignore' })
    t.after(() => execFileSync('umount', ['-l', folder]))
  } catch {
    t.skip('this user may not mount a small disk')
  }
  t.after(() => rmdirSync(folder))
  return statfsSync(folder).blocks * statfsSync(folder).bsize <= 32_768 ? folder : undefined
}

test('each run has a folder of its own, named by time and script', (t) => {
  const parent = join(folderOf(t), 'results')
  const folders = [1, 2, 3].map(() => openResults({ parent }, 'burst', { RATE: '5' }, now).folder)
  assert.deepEqual(
    folders,
    ['', '-2', '-3'].map((more) => join(parent, `20260102T030405Z-burst${more}`)),
  )
  assert.deepEqual(JSON.parse(readFileSync(join(folders[0] ?? '', 'settings.json'), 'utf8')), { RATE: '5' })
})

test('a folder that holds another run is refused, and nothing of that run is touched', (t) => {
  for (const file of ['summary.json', 'verdict.json', 'junit.xml', 'k6.log', 'report.html', 'settings.json']) {
    const folder = folderOf(t)
    put(join(folder, file), 'old')
    assert.throws(
      () => openResults({ folder }, 'burst', {}, now),
      (error: Error) => error instanceof UsageError && error.message.includes(`${file} of another run is in it; choose another`),
    )
    assert.deepEqual(readdirSync(folder), [file])
    assert.equal(readFileSync(join(folder, file), 'utf8'), 'old')
  }
})

test('what is no result may be there, and so may room that is reserved', (t) => {
  const folder = folderOf(t)
  put(join(folder, 'mine.txt'), 'kept')
  reserve(folder)
  openResults({ folder }, 'burst', {}, now)
  assert.deepEqual(readdirSync(folder).sort(), ['junit.xml', 'mine.txt', 'settings.json', 'summary.json'])
  release(folder)
  assert.deepEqual(readdirSync(folder).sort(), ['mine.txt', 'settings.json'])
})

test('of two runs that begin in one folder at the same time one is refused', (t) => {
  const folder = folderOf(t)
  openResults({ folder }, 'burst', {}, now)
  assert.throws(() => openResults({ folder }, 'burst', {}, now), /another run/)
})

test('room is real: on a disk that is full it cannot be reserved, and nothing is left of it', (t) => {
  const disk = smallDisk(t)
  if (disk === undefined) return
  assert.throws(() => reserve(disk), /ENOSPC/)
  assert.deepEqual(readdirSync(disk), [])
})

test('a folder that cannot be made or written is a usage error that names it, before any load', (t) => {
  const file = put(join(folderOf(t), 'file'), '')
  for (const where of [{ parent: file }, { folder: file }, { parent: '/proc/results' }])
    assert.throws(
      () => openResults(where, 'burst', {}, now),
      (error: Error) =>
        error instanceof UsageError &&
        /^results folder .*(file|\/proc\/results): .*; choose another with --results DIR$/.test(error.message),
    )
})

test('a disk that is nearly full is a usage error', (t) => {
  const disk = smallDisk(t)
  if (disk !== undefined) assert.throws(() => openResults({ parent: disk }, 'burst', {}, now), /MB free, 20 MB are needed/)
})

test('a file is written whole', (t) => {
  const file = join(folderOf(t), 'a.json')
  writeAtomic(file, 'one')
  writeAtomic(file, 'two')
  assert.equal(readFileSync(file, 'utf8'), 'two')
  assert.deepEqual(readdirSync(join(file, '..')), ['a.json'])
})

test('a disk that fills up half way leaves the old file and nothing else', (t) => {
  const disk = smallDisk(t)
  if (disk === undefined) return
  const file = join(disk, 'a.json')
  writeAtomic(file, 'old')
  assert.throws(() => writeAtomic(file, 'x'.repeat(100_000)), /ENOSPC/)
  assert.equal(readFileSync(file, 'utf8'), 'old')
  assert.deepEqual(readdirSync(disk), ['a.json'])
})

test('a file that cannot take its place leaves nothing behind', (t) => {
  const folder = folderOf(t)
  mkdirSync(join(folder, 'a.json'))
  assert.throws(() => writeAtomic(join(folder, 'a.json'), 'x'))
  assert.deepEqual(readdirSync(folder), ['a.json'])
})

test('the first failure to write is remembered, and writing goes on', (t) => {
  const results = openResults({ folder: folderOf(t) }, 'burst', {}, now)
  assert.equal(results.problem(), undefined)
  mkdirSync(join(results.folder, 'verdict.json'))
  results.write('verdict.json', 'x')
  results.write('missing/summary.md', 'x')
  results.append('k6.log', 'one\n')
  results.append('k6.log', 'two\n')
  assert.match(results.problem() ?? '', /^verdict\.json: /)
  assert.equal(readFileSync(join(results.folder, 'k6.log'), 'utf8'), 'one\ntwo\n')
  assert.equal(existsSync(join(results.folder, 'missing')), false)
})
