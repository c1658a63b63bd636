/** The results folder of a run. */
import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { forJson } from '../../lib/base/escape.ts'
import { isBlank, type Room, USUAL_ROOM } from '../../lib/base/reserved.ts'
import { writeAtomic } from '../base/atomic.ts'
import { messageOf } from '../base/errors.ts'

const FILES = [
  'summary.json',
  'verdict.json',
  'junit.xml',
  'summary.md',
  'k6.log',
  'gateway.log',
  'settings.json',
  'series.json',
  'generator.json',
  'reconciliation.json',
  'fleet.json',
  'instance.json',
  'report.html',
  'load-performance.json',
  'benchmarks.json',
]
/** Written before all others. */
const FIRST = 'settings.json'
/** What the files of a run may take: mostly the log, which is cut at 10 MB. */
const NEEDED_BYTES = 20 * 1024 * 1024

export interface Results {
  folder: string
  /** Writes a file whole or not at all; a failure is remembered. */
  write(name: string, content: string): void
  append(name: string, content: string): void
  /** The first failure to write. */
  problem(): string | undefined
}

export const stamp = (now: Date): string =>
  now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')

/** Node's own `recursive` never returns where a folder cannot be made although the one above it is there, as in /proc. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return
    if (code !== 'ENOENT' || existsSync(dirname(folder))) throw error
    makeFolder(dirname(folder))
    mkdirSync(folder)
  }
}

/** A folder of its own, whoever else makes one of that name. */
export function freshFolder(parent: string, name: string): string {
  makeFolder(parent)
  for (let again = 1; ; again += 1) {
    const folder = join(parent, again === 1 ? name : `${name}-${again}`)
    try {
      mkdirSync(folder)
      return folder
    } catch (error) {
      // Two runs of the same script in one second.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

const isWritten = (file: string): boolean => existsSync(file) && !(statSync(file).isFile() && isBlank(readFileSync(file, 'utf8')))

/** A folder that the user named holds one run: what another has left, or writes at this moment, could be mistaken for this one's. */
function ownFolder(folder: string): string {
  makeFolder(folder)
  const there = FILES.find((file) => isWritten(join(folder, file)))
  if (there !== undefined) throw new Error(`${there} of another run is in it`)
  try {
    closeSync(openSync(join(folder, FIRST), 'wx'))
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new Error('another run has just begun to write into it') : error
  }
  return folder
}

/** Reserves what k6 will write at its end; without it a script does not run. */
export function reserve(folder: string, { files, bytes }: Room = USUAL_ROOM): void {
  for (const file of files) writeAtomic(join(folder, file), '\0'.repeat(bytes))
}

/** Takes away what was reserved and not written: an empty file would say nothing. */
export function release(folder: string, { files }: Room = USUAL_ROOM): void {
  for (const file of files.map((name) => join(folder, name)))
    if (existsSync(file) && isBlank(readFileSync(file, 'utf8'))) rmSync(file)
}

function remember(folder: string): Results {
  let first: string | undefined
  const trying = (name: string, action: () => void): void => {
    try {
      action()
    } catch (error) {
      first ??= `${name}: ${messageOf(error)}`
    }
  }
  return {
    folder,
    write: (name, content) => trying(name, () => writeAtomic(join(folder, name), content)),
    append: (name, content) => trying(name, () => appendFileSync(join(folder, name), content)),
    problem: () => first,
  }
}

/**
 * Makes the folder before any load, and finds out what can be known about it then.
 * @param where `parent` gets a new folder named by time and script; `folder` is used as it is
 */
export function openResults(
  where: { parent: string } | { folder: string },
  script: string,
  settings: object,
  now: Date,
): Results {
  const written = resolve('folder' in where ? where.folder : where.parent)
  const cannot = (why: string) => new UsageError(`results folder ${written}: ${why}; choose another with --results DIR`)
  try {
    const folder = 'folder' in where ? ownFolder(written) : freshFolder(written, `${stamp(now)}-${script}`)
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < NEEDED_BYTES)
      throw new Error(`only ${Math.floor((bavail * bsize) / 1024 / 1024)} MB free, 20 MB are needed`)
    writeAtomic(join(folder, FIRST), `${forJson(settings, 2)}\n`)
    return remember(folder)
  } catch (error) {
    throw cannot(messageOf(error))
  }
}
