/** Files and folders that the user named, as far as k6's init can look at them. */
import { UsageError } from '../base/errors.ts'
import { isBlank, type Room } from '../base/reserved.ts'
import { parseJson } from '../base/schema.ts'
import { workingFolder } from '../base/settings.ts'

declare function open(path: string): string

/** Absolute: a relative path is relative to the working folder; k6 alone would take the folder of the bundle. */
function fullPath(path: string): string {
  const folder = workingFolder()
  return path.startsWith('/') || /^[a-z]:[\\/]/i.test(path) || folder === undefined ? path : `${folder}/${path}`
}

function readText(path: string, where: string): string {
  const full = fullPath(path)
  try {
    return open(full)
  } catch (error) {
    throw new UsageError(`${where}: cannot read ${full}: ${(error as Error).message}`)
  }
}

/** @throws UsageError where it cannot be read or is not JSON */
export const readUserFile = (path: string, setting: string): unknown => parseJson(readText(path, `setting ${setting}`), path)

/** Reads files that a user's file names: a relative path is relative to that file. */
export const readBeside =
  (file: string) =>
  (path: string, where: string): string =>
    readText(path.startsWith('/') ? path : file.replace(/[^/\\]*$/, '') + path, where)

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)

/** Makes the folder with room in it, or fails: on a full disk `head` and `tee` do, as k6 does not. */
function reserving(folder: string, { files, bytes }: Room): string {
  const paths = files.map((name) => quoted(`${folder}/${name}`))
  return `mkdir -p ${quoted(folder)} && head -c ${bytes} /dev/zero | tee ${paths.slice(1).join(' ')} > ${paths[0]}`
}

/** What is there: undefined for nothing. */
function look(path: string): string | undefined {
  try {
    return open(path)
  } catch (error) {
    const { message } = error as Error
    if (/: file does not exist/.test(message))
      throw new UsageError(
        'setting RESULTS_DIR: an archive sees no folder, so whether there is room in it cannot be known; run the script itself, or leave RESULTS_DIR out',
      )
    if (/no such file or directory|not a directory/.test(message)) return undefined
    throw new UsageError(`setting RESULTS_DIR: cannot look at ${path}: ${message}`)
  }
}

/** Of a folder that is there k6 says that it cannot be opened as a file. */
function isFolder(path: string): boolean {
  try {
    open(path)
    return false
  } catch (error) {
    return !/no such file or directory|not a directory/.test((error as Error).message)
  }
}

/**
 * Nothing in k6 can make a folder, or fail a run whose results could not be written; it only writes over what is there.
 * @returns what to say of a folder without room reserved in it, undefined where there is room
 * @throws UsageError for no folder, for too little room in it, and for one with the results of another run
 */
export function requireRoom(folder: string, room: Room): string | undefined {
  const full = fullPath(folder)
  const found = room.files.map((name) => [`${full}/${name}`, look(`${full}/${name}`)] as const)
  for (const [path, content] of found) {
    if (content === undefined) continue
    if (!isBlank(content))
      throw new UsageError(`setting RESULTS_DIR: ${path} is there already: results of two runs would mix; choose another folder`)
    if (content.length < room.bytes)
      throw new UsageError(
        `setting RESULTS_DIR: expected ${path} with ${room.bytes} bytes reserved, found ${content.length}; is the disk full? ${reserving(folder, room)}`,
      )
  }
  if (found.every(([, content]) => content !== undefined)) return undefined
  if (!isFolder(full))
    throw new UsageError(`setting RESULTS_DIR: there is no folder ${full}; make it first: ${reserving(folder, room)}`)
  return `no room is reserved in RESULTS_DIR ${folder}: k6 ends with 0 even where a full disk takes nothing. To be sure of the results, reserve it first, or use loadgate run: ${reserving(folder, room)}`
}
