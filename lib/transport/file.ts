/** Files and folders that the user named, as far as k6's init can look at them. */
import { UsageError } from '../errors.ts'
import { parseJson } from '../schema.ts'
import { workingFolder } from '../settings.ts'

declare function open(path: string): string

/** Absolute: a relative path is relative to the working folder; k6 alone would take the folder of the bundle. */
function fullPath(path: string): string {
  const folder = workingFolder()
  return path.startsWith('/') || /^[a-z]:[\\/]/i.test(path) || folder === undefined ? path : `${folder}/${path}`
}

/** @throws UsageError where it cannot be read or is not JSON */
export function readUserFile(path: string, setting: string): unknown {
  const full = fullPath(path)
  let written: string
  try {
    written = open(full)
  } catch (error) {
    throw new UsageError(`setting ${setting}: cannot read ${full}: ${(error as Error).message}`)
  }
  return parseJson(written, path)
}

/**
 * Nothing in k6 can make a folder, or fail a run whose summary could not be written.
 * @throws UsageError where the folder is not there
 */
export function requireFolder(path: string, setting: string): void {
  const full = fullPath(path)
  try {
    open(full)
  } catch (error) {
    // Of a folder that is there k6 says that it is one; of what an archive was made without it knows nothing.
    if (!/no such file or directory|not a directory/.test((error as Error).message)) return
  }
  throw new UsageError(`setting ${setting}: there is no folder ${full}; make it first`)
}
