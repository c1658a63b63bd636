/** Files that are either whole or not there. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

let count = 0

/**
 * Written beside its place, synced, then renamed. `writeFileSync` on the descriptor goes on after a short write, so a
 * disk that fills up half way is an error here, not a cut file.
 * @param mode who may read it, as far as the user's mask lets them
 */
export function writeAtomic(file: string, content: string, mode = 0o666): void {
  count += 1
  const unfinished = `${file}.${process.pid}.${count}.part`
  try {
    const descriptor = openSync(unfinished, 'wx', mode)
    try {
      writeFileSync(descriptor, content)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(unfinished, file)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}
