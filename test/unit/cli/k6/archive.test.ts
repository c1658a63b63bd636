import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unpack } from '../../../../cli/k6/archive.ts'
import { folderOf } from '../made-up-project.ts'
import { archiveOf } from '../release-server.ts'

/** k6-v1.8.1-macos-arm64/README.md and k6-v1.8.1-macos-arm64/k6, as the releases for macOS have them. */
const ZIP =
  'UEsDBBQAAAAIACgReF2DFtyMAwAAAAEAAAAfAAAAazYtdjEuOC4xLW1hY29zLWFybTY0L1JFQURNRS5tZKsAAFBLAwQUAAAACAAoEXhd9V36rDUAAAA0AAAAGAAAAGs2LXYxLjguMS1tYWNvcy1hcm02NC9rNlNW1E/KzNMvzuBKTc7IV1DKNlMoM9Sz0DNU0EjPN9QzMtOz0FFISSwqBypKLMo1M9FU4gIAUEsBAhQDFAAAAAgAKBF4XYMW3IwDAAAAAQAAAB8AAAAAAAAAAAAAAIABAAAAAGs2LXYxLjguMS1tYWNvcy1hcm02NC9SRUFETUUubWRQSwECFAMUAAAACAAoEXhd9V36rDUAAAA0AAAAGAAAAAAAAAAAAAAAgAFAAAAAazYtdjEuOC4xLW1hY29zLWFybTY0L2s2UEsFBgAAAAACAAIAkwAAAKsAAAAAAA=='

test('only the program is taken out of a zip', async (t) => {
  const folder = folderOf(t)
  const archive = join(folder, 'a.zip')
  writeFileSync(archive, Buffer.from(ZIP, 'base64'))
  assert.equal(await unpack(archive, folder), join(folder, 'k6'))
  assert.match(readFileSync(join(folder, 'k6'), 'utf8'), /^#!\/bin\/sh\necho "k6 v1\.8\.1/)
  assert.deepEqual(readdirSync(folder), ['a.zip', 'k6'])
})

test('only the program is taken out of a tar', async (t) => {
  const folder = folderOf(t)
  const archive = join(folder, 'a.tar.gz')
  writeFileSync(archive, await archiveOf(t, 'program'))
  assert.equal(readFileSync(await unpack(archive, folder), 'utf8'), 'program')
  assert.deepEqual(readdirSync(folder), ['a.tar.gz', 'k6'])
})

for (const name of ['a.zip', 'a.tar.gz'])
  test(`${name} that is none is an error`, async (t) => {
    const folder = folderOf(t)
    writeFileSync(join(folder, name), 'no archive')
    await assert.rejects(unpack(join(folder, name), folder))
    assert.deepEqual(readdirSync(folder), [name])
  })
