/** Thresholds files to compare: a file, a folder of them, or either as it was at a revision of git (`main:thresholds`). */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { parseJson } from '../../lib/base/schema.ts'
import { readThresholds as limitsOf } from '../../lib/gates/thresholds.ts'
import { messageOf } from '../base/errors.ts'
import type { ThresholdsFile } from './compare.ts'

export interface Written {
  /** Whether it is a folder: its files are paired by their names in it. */
  folder: boolean
  /** By path in the folder; a file that stands alone has an empty one. */
  files: Map<string, ThresholdsFile>
}

const isThresholds = (path: string): boolean => path.endsWith('.json') && !/(^|\/)schema\.json$/.test(path)

function fileOf(path: string, text: string): ThresholdsFile {
  return { path, limits: limitsOf(parseJson(text, path), path).limits }
}

function fromDisk(written: string): Written {
  if (!statSync(written).isDirectory())
    return { folder: false, files: new Map([['', fileOf(written, readFileSync(written, 'utf8'))]]) }
  const names = readdirSync(written, { recursive: true, encoding: 'utf8' }).filter(isThresholds).sort()
  return {
    folder: true,
    files: new Map(names.map((name) => [name, fileOf(join(written, name), readFileSync(join(written, name), 'utf8'))])),
  }
}

/** @param what was asked for, for the sentence that says it is not there */
function git(what: string, ...args: readonly string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 })
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    throw new UsageError(`${what}: git has none (${(stderr || messageOf(error)).trim().split('\n')[0]})`)
  }
}

/** @param path from the folder that the command runs in, as `./` before it tells git */
function fromGit(revision: string, path: string): Written {
  const commit = git(`revision ${revision}`, 'rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`).trim()
  const object = `${commit}:./${path.replace(/\/+$/, '')}`
  const what = `${revision}:${path}`
  const show = (name: string): string => git(what, 'show', `${object}${name}`)
  if (git(what, 'cat-file', '-t', object).trim() !== 'tree')
    return { folder: false, files: new Map([['', fileOf(what, show(''))]]) }
  const names = git(what, 'ls-tree', '-r', '-z', '--name-only', object).split('\0').filter(isThresholds).sort()
  return {
    folder: true,
    files: new Map(names.map((name) => [name, fileOf(`${revision}:${join(path, name)}`, show(`/${name}`))])),
  }
}

/** @throws UsageError where there is nothing of that name, and for a file that is not right */
export function readThresholds(written: string): Written {
  if (existsSync(written)) return fromDisk(written)
  const [, revision, path] = /^([^:]+):(.+)$/s.exec(written) ?? []
  if (revision !== undefined && path !== undefined) return fromGit(revision, path)
  throw new UsageError(
    `${JSON.stringify(written)}: no such file or folder; a file of another revision is written as main:thresholds/burst.json`,
  )
}
