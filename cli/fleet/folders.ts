/** Evidence that instances have left in results folders: on a shared volume, as artefacts of CI, copied. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { messageOf } from '../base/errors.ts'
import { parseGenerator } from '../generator/evidence-model.ts'
import { parseReconciliation } from '../reconcile/reconciliation-model.ts'
import { parseVerdict } from '../results/verdict-model.ts'
import type { Arrival, Unreadable } from './arrivals.ts'
import type { Left } from './left.ts'
import { LARGEST_EVIDENCE, readEvidence } from './read-evidence.ts'

const EVIDENCE = 'instance.json'
/** An artefact may hold the folder of folders. */
const DEEPEST = 4

export interface Found {
  arrivals: Arrival[]
  unreadable: Unreadable[]
  /** Their k6.log, for examples of what failed. */
  logs: string[]
  /** What else was seen of them while they ran. */
  left: Left[]
}

/** What else stands in the folder; what cannot be read says nothing. */
function beside<T>(folder: string, name: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(readFileSync(join(folder, name), 'utf8'))
  } catch {
    return undefined
  }
}

function generatorIn(folder: string): Pick<Arrival, 'cpu' | 'limited'> {
  const generator = beside(folder, 'generator.json', parseGenerator)
  if (generator === undefined) return {}
  const used = generator.windows.flatMap(({ cpu }) => cpu?.used ?? [])
  const cpu = used.length === 0 ? undefined : used.reduce((sum, one) => sum + one, 0) / used.length
  return { cpu, limited: generator.finding === 'generator-bound' ? generator.sentence.replace(/\.$/, '') : undefined }
}

/** What nobody else can know of the run of an instance, and what takes a pass away from all of them. */
const OWN_DOUBTS = ['clock_jumped', 'marked_failed', 'disagreement', 'incomplete']

function doubtIn(folder: string): Pick<Arrival, 'doubt'> {
  const reasons = beside(folder, 'verdict.json', parseVerdict)?.reasons ?? []
  return { doubt: reasons.find(({ code }) => OWN_DOUBTS.includes(code))?.sentence.replace(/\.$/, '') }
}

function readOne(file: string, from: string, folder: string | undefined): Arrival | Unreadable {
  try {
    if (statSync(file).size > LARGEST_EVIDENCE) return { from, problem: 'is too large' }
    const more = folder === undefined ? {} : { ...generatorIn(folder), ...doubtIn(folder) }
    return { from, ...more, ...readEvidence(readFileSync(file, 'utf8')) }
  } catch (error) {
    return { from, problem: `cannot be read (${messageOf(error)})` }
  }
}

/** Folders in which an instance has left something, from this one down. */
function foldersIn(folder: string, deep = 0): string[] {
  if (existsSync(join(folder, EVIDENCE)) || existsSync(join(folder, 'verdict.json'))) {
    // The results of several on one machine have those of each below.
    const below = join(folder, 'instances')
    return existsSync(join(folder, EVIDENCE)) || !existsSync(below) ? [folder] : foldersIn(below, deep + 1)
  }
  if (deep === DEEPEST) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => foldersIn(join(folder, name), deep + 1))
}

function readFolder(folder: string): Arrival | Unreadable {
  const file = join(folder, EVIDENCE)
  if (existsSync(file)) return readOne(file, folder, folder)
  const why = beside(folder, 'verdict.json', parseVerdict)?.reasons[0]?.sentence
  return { from: folder, problem: `is not there${why === undefined ? '' : `: ${why.replace(/\.$/, '')}`}` }
}

/** @throws UsageError for a path where there is nothing */
export function readFolders(paths: readonly string[]): Found {
  const found: Found = { arrivals: [], unreadable: [], logs: [], left: [] }
  const take = (one: Arrival | Unreadable): void => {
    if ('instance' in one) found.arrivals.push(one)
    else found.unreadable.push(one)
  }
  for (const path of paths) {
    if (!existsSync(path))
      throw new UsageError(`${path}: no such file or folder; expected the results of an instance, or its ${EVIDENCE}`)
    if (statSync(path).isFile()) {
      take(readOne(path, path, undefined))
      continue
    }
    const folders = foldersIn(path)
    if (folders.length === 0) throw new UsageError(`${path}: no ${EVIDENCE} is in it, nor in the folders below`)
    for (const folder of folders) {
      const one = readFolder(folder)
      take(one)
      if ('instance' in one)
        found.left.push({
          instance: one.instance.instance,
          from: folder,
          reconciliation: beside(folder, 'reconciliation.json', parseReconciliation),
          generator: beside(folder, 'generator.json', parseGenerator),
        })
      const log = beside(folder, 'k6.log', (text) => text)
      if (log !== undefined) found.logs.push(log)
    }
  }
  return found
}
