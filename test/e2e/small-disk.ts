/** A disk of its own for a test, where this user may mount one; CI may. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rename, rmdir, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Undefined, and the test skipped, where there can be none. */
export async function smallDisk(t: TestContext, megabytes: number): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'loadgate-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch (error) {
    if (process.env.CI === 'true') throw error
    t.skip('this user may not mount a small disk')
    return undefined
  }
  t.after(async () => {
    execFileSync('umount', ['-l', folder])
    await rmdir(folder)
  })
  return folder
}

/** Leaves not one byte. */
export async function fill(disk: string): Promise<void> {
  const file = await open(join(disk, 'filler'), 'a')
  try {
    for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2))
      try {
        for (;;) await file.write(Buffer.alloc(size))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
  } finally {
    await file.close()
  }
}

/** Gives back the room that a file of zeros takes, while it reads as before at every moment: whoever writes to it needs new room. */
export async function hollow(file: string): Promise<void> {
  const { size } = await stat(file)
  const other = `${file}.hollow`
  await writeFile(other, '')
  await truncate(other, size)
  await rename(other, file)
}
