/** Reads a file that the user named, inside k6's init. */
import { UsageError } from '../errors.ts'
import { parseJson } from '../schema.ts'
import { workingFolder } from '../settings.ts'

declare function open(path: string): string

/**
 * @param path absolute, or relative to the working folder (k6 alone would take the folder of the bundle)
 * @throws UsageError where it cannot be read or is not JSON
 */
export function readUserFile(path: string, setting: string): unknown {
  const folder = workingFolder()
  const full = path.startsWith('/') || /^[a-z]:[\\/]/i.test(path) || folder === undefined ? path : `${folder}/${path}`
  let written: string
  try {
    written = open(full)
  } catch (error) {
    throw new UsageError(`setting ${setting}: cannot read ${full}: ${(error as Error).message}`)
  }
  return parseJson(written, path)
}
