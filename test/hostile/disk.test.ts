/** Results that cannot be kept. A run whose results nobody will find is no pass. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { gatewayOf, recordOf, roomOf, SIDE_BY_SIDE } from './case.ts'
import { later } from './gateway/defects.ts'
import type { Gateway } from './gateway/gateway.ts'
import { judged, type Order, type Run, runPlain, startLoadgate } from './runs.ts'

const record = recordOf('disk')

/** A small disk of its own, in memory; undefined where this machine does not let us have one. */
function disk(t: TestContext, size: string, options = ''): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-disk-'))
  t.after(() => {
    spawnSync('umount', ['-l', folder])
    rmdirSync(folder)
  })
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}${options}`, 'tmpfs', folder])
  return status === 0 ? folder : undefined
}
const NO_DISK = 'mounting a file system of its own takes root'

/** Leaves so many bytes. */
function fill(folder: string, left = 0): void {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, 'full'), Buffer.alloc(Math.max(0, Math.floor((bavail * bsize - left) / bsize) * bsize)))
}

const orderOf = ({ url }: Gateway, folder: string): Order => ({
  ...{ script: 'http', url, folder, env: { DURATION: '5s' }, flags: [] },
})
const order = async (t: TestContext, folder: string): Promise<Order> => orderOf(await gatewayOf(t, 'http'), folder)

/** Waits until it is so, or a run that should bring it about has ended. */
async function until(child: ChildProcess, isSo: () => boolean): Promise<void> {
  while (!isSo() && child.exitCode === null) await later(20)
}

/** Stopped before any load, and no file that somebody could take for results. */
function assertStopped(run: Run, name: string): void {
  record(name, 'plain', { code: run.code })
  assert.equal(run.code, 107, `not stopped\n${run.err}\n${run.out}`)
}

/** As the script itself says that it is done. */
function reserve(folder: string, bytes = 262_144): void {
  for (const file of ['summary.json', 'junit.xml']) writeFileSync(join(folder, file), Buffer.alloc(bytes))
}

describe('disk', SIDE_BY_SIDE, () => {
  const plain = (name: string, prepare: (t: TestContext) => string | undefined): void => {
    thorough(`${name}: plain k6`, async (t) => {
      const folder = prepare(t)
      if (folder === undefined) return t.skip(NO_DISK)
      assertStopped(await runPlain(await order(t, folder)), name)
    })
  }
  const loadgate = (name: string, prepare: (t: TestContext) => string | undefined): void => {
    thorough(`${name}: loadgate run`, async (t) => {
      const folder = prepare(t)
      if (folder === undefined) return t.skip(NO_DISK)
      const run = await startLoadgate(await order(t, folder)).done
      // What is on the disk may be old or half: the exit code and the words are what counts.
      record(name, 'loadgate', { code: run.code })
      assert.ok(run.code === 2 || run.code === 3, `exit code ${run.code}\n${run.err}\n${run.out}`)
      assert.match(run.out + run.err, /results|written|folder|space|room/i)
    })
  }

  const full = (t: TestContext): string | undefined => {
    const folder = disk(t, '64k')
    if (folder !== undefined) fill(folder)
    return folder
  }
  const missing = (t: TestContext): string => join(roomOf(t).folder, 'missing')
  const file = (t: TestContext): string => {
    const path = join(roomOf(t).folder, 'file')
    writeFileSync(path, '')
    return path
  }
  const readOnly = (t: TestContext) => disk(t, '64k', ',ro')

  thorough('a full disk with nothing reserved: plain k6 says so before the load', async (t) => {
    const folder = full(t)
    if (folder === undefined) return t.skip(NO_DISK)
    const run = await runPlain(await order(t, folder))
    record('a full disk', 'plain', { code: run.code })
    assert.match(run.out + run.err, /no room is reserved in RESULTS_DIR .*: k6 ends with 0 even where a full disk takes nothing/)
  })
  thorough('a disk that is full but for what was reserved: plain k6 keeps all', async (t) => {
    const folder = disk(t, '1m')
    if (folder === undefined) return t.skip(NO_DISK)
    reserve(folder)
    fill(folder)
    const run = await runPlain(await order(t, folder))
    record('reserved', 'plain', { code: run.code })
    assert.equal(run.code, 0, run.err + run.out)
    assert.equal(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')).ok, true)
    assert.match(readFileSync(join(folder, 'junit.xml'), 'utf8'), /<\/testsuites>\s*$/)
  })
  loadgate('a full disk', full)
  plain('a disk with room for half of a summary', (t) => {
    const folder = disk(t, '256k')
    if (folder !== undefined) reserve(folder, 8192)
    return folder
  })
  loadgate('a disk that cannot be written', readOnly)
  plain('a folder that is missing', missing)
  plain('a folder that is a file', file)
  loadgate('a folder that is a file', file)
  plain('a folder in the place of the summary', (t) => {
    const { folder } = roomOf(t)
    mkdirSync(join(folder, 'summary.json'))
    return folder
  })
  test('a disk that fills up during the run: loadgate run', async (t) => {
    const folder = disk(t, '48m')
    if (folder === undefined) return t.skip(NO_DISK)
    const gateway = await gatewayOf(t, 'http')
    const { child, done } = startLoadgate(orderOf(gateway, folder))
    // The load has begun.
    await until(child, () => (gateway.seen.get('resource') ?? 0) > 20)
    fill(folder)
    const run = await done
    const files = run.files()
    delete files.full
    record('a disk that fills up during the run', 'loadgate', { code: run.code })
    const shown = `exit code ${run.code}\n${run.err}\n${run.out}`
    // Room for the results was reserved before the load: a pass is right where, and only where, all of them are whole.
    if (run.code !== 0) {
      assert.ok(run.code === 2 || run.code === 3, shown)
      assert.match(run.out + run.err, /results|written|folder|space|room/i)
      return
    }
    // k6 may have had nothing to say.
    for (const [name, text] of Object.entries(files))
      if (!name.endsWith('.log')) assert.notEqual(text.trim(), '', `${name} is empty\n${shown}`)
    assert.equal(JSON.parse(files['summary.json'] ?? '').ok, true, shown)
    assert.equal(JSON.parse(files['verdict.json'] ?? '').verdict, 'pass', shown)
    assert.match(files['junit.xml'] ?? '', /<\/testsuites>\s*$/)
    assert.match(files['report.html'] ?? '', /<\/html>\s*$/)
  })

  thorough('a second run in the folder of another: plain k6', async (t) => {
    const { folder } = roomOf(t)
    const one = await runPlain(await order(t, folder))
    assert.equal(one.code, 0, one.err + one.out)
    assertStopped(await runPlain(await order(t, folder)), 'a second run')
  })
  test('two runs at once in one folder: loadgate run', async (t) => {
    const { folder } = roomOf(t)
    const first = startLoadgate(await order(t, folder))
    await until(first.child, () => readdirSync(folder).length > 0)
    const second = startLoadgate(await order(t, folder))
    const [one, other] = await Promise.all([first.done, second.done])
    record('two runs at once in one folder', 'loadgate', { code: one.code, second: other.code })
    assert.equal(one.code, 0, one.err + one.out)
    assert.notEqual(other.code, 0, `the second was let in\n${other.err}\n${other.out}`)
    assert.equal(judged({ ...one, folder }).verdict, 'pass')
  })
})
