/** Where the files of the package are, whether the command runs from source or from dist/. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../../lib/base/errors.ts'
import { didYouMean } from '../../lib/base/nearest.ts'

export interface Project {
  root: string
  version: string
}

export interface Script {
  /** Of a script of the user's own: its file's, until its plan says what it is called. */
  name: string
  description: string
  /** Absolute path of a script of the user's own. */
  source?: string
  /** How the user wrote that path. */
  written?: string
}

/** The package that the file at `url` belongs to. */
export function projectOf(url: string): Project {
  let root = dirname(fileURLToPath(url))
  while (!existsSync(join(root, 'package.json'))) {
    const above = dirname(root)
    if (above === root) throw new Error(`no package.json above ${fileURLToPath(url)}`)
    root = above
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version?: string }
  return { root, version: version ?? '0.0.0' }
}

export const gatewayFile = (project: Project): string => join(project.root, 'dist', 'gateway.mjs')

/** The scripts that the build has listed. */
export function scriptsOf(project: Project): Script[] {
  const file = join(project.root, 'dist', 'scripts.json')
  if (!existsSync(file)) throw new UsageError(`${file} is missing: build the scripts first (npm run build)`)
  return JSON.parse(readFileSync(file, 'utf8')) as Script[]
}

const SOURCE = /\.[cm]?[jt]s$/

/** What is written with a folder or an ending is a file: a script of ours has neither. */
const isPath = (written: string): boolean => SOURCE.test(written) || written.includes('/')

function ownScript(written: string): Script {
  const source = resolve(written)
  if (!SOURCE.test(written))
    throw new UsageError(`script ${JSON.stringify(written)}: expected a file that ends in .ts or .js, or a name (loadgate list)`)
  if (!existsSync(source) || !statSync(source).isFile())
    throw new UsageError(`script ${JSON.stringify(written)}: no such file: ${source}`)
  return { name: basename(source).replace(SOURCE, ''), description: '', source, written }
}

/** @param written the name of a script that comes along, or the path of a script of the user's own */
export function scriptNamed(project: Project, written: string): Script {
  if (isPath(written)) return ownScript(written)
  const scripts = scriptsOf(project)
  const found = scripts.find(({ name }) => name === written)
  if (found !== undefined) return found
  const own = ['.ts', '.js'].map((ending) => written + ending).find((file) => existsSync(resolve(file)))
  const known = scripts.map(({ name }) => name)
  const hint = own === undefined ? didYouMean(written, known) || `; known: ${known.join(', ')}` : `; did you mean "./${own}"?`
  throw new UsageError(`unknown script ${JSON.stringify(written)}${hint} (loadgate list shows them all)`)
}

/** Whether a word that stands where a command should names a script. */
export function isScript(project: Project, word: string): boolean {
  try {
    scriptNamed(project, word)
    return true
  } catch (error) {
    if (error instanceof UsageError) return false
    throw error
  }
}

/** A target is a file, or the name of one in targets/. */
export function targetFile(project: Project, written: string): string {
  const own = resolve(written)
  if (existsSync(own)) return own
  const folder = join(project.root, 'targets')
  const known = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.json') && file !== 'schema.json')
        .map((file) => file.slice(0, -'.json'.length))
    : []
  if (known.includes(written)) return join(folder, `${written}.json`)
  throw new UsageError(
    `target ${JSON.stringify(written)}: no such file, and none of targets/ (${known.join(', ')})${didYouMean(written, known)}`,
  )
}
