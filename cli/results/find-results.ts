/** Finds results folders by what a person writes: a path, a name in the parent folder, the beginning of one, or nothing for the latest. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { didYouMean } from '../../lib/base/nearest.ts'

/** Of a run whose verdict cannot be read, none. */
function scriptIn(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, 'verdict.json'), 'utf8')) as { script?: string } | null)?.script
  } catch {
    return undefined
  }
}

const isResults = (folder: string): boolean => existsSync(join(folder, 'verdict.json'))

/** Folders of runs in a parent, the latest first. */
export function resultsIn(parent: string): string[] {
  if (!existsSync(parent) || !statSync(parent).isDirectory())
    throw new UsageError(`results folder ${parent}: no such folder; loadgate run makes it, and --results names another`)
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isResults(join(parent, entry.name)))
    .map(({ name }) => join(parent, name))
    .map((folder) => ({ folder, at: statSync(join(folder, 'verdict.json')).mtimeMs }))
    .sort((a, b) => b.at - a.at || basename(b.folder).localeCompare(basename(a.folder)))
    .map(({ folder }) => folder)
}

/**
 * @param written what the user wrote, if anything
 * @param parent where runs are kept
 */
export function findResults(written: string | undefined, parent: string): string {
  if (written !== undefined && existsSync(written)) {
    const path = resolve(written)
    // A file of a run stands for the run.
    return statSync(path).isDirectory() ? path : dirname(path)
  }
  const all = resultsIn(resolve(parent))
  if (written === undefined) {
    const [latest] = all
    if (latest === undefined) throw new UsageError(`${resolve(parent)} holds no results yet: loadgate run makes some`)
    return latest
  }
  const names = all.map((folder) => basename(folder))
  const found = names.filter((name) => name.startsWith(written))
  if (found[0] !== undefined && (found.length === 1 || found.includes(written)))
    return join(resolve(parent), found.includes(written) ? written : found[0])
  if (found.length > 1) throw new UsageError(`${JSON.stringify(written)} could be any of ${found.join(', ')}`)
  throw new UsageError(
    `${JSON.stringify(written)}: no such results${didYouMean(written, names)}; loadgate list-results shows what there is`,
  )
}

/** @returns the latest run of a script that is not in `other`; @throws UsageError where there is none */
export function latestOf(script: string, other: string, parent: string): string {
  const found = resultsIn(resolve(parent)).find((folder) => folder !== other && scriptIn(folder) === script)
  if (found === undefined)
    throw new UsageError(`${resolve(parent)} holds no other run of ${script} yet: loadgate run ${script} makes one`)
  return found
}
