/** Where the files of the package are, whether the command runs from source or from dist/. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../lib/errors.ts'
import { didYouMean } from '../lib/nearest.ts'

export interface Project {
  root: string
  version: string
}

export interface Script {
  name: string
  description: string
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
export const scriptFile = (project: Project, script: string): string => join(project.root, 'dist', `${script}.js`)

/** The scripts that the build has listed. */
export function scriptsOf(project: Project): Script[] {
  const file = join(project.root, 'dist', 'scripts.json')
  if (!existsSync(file)) throw new UsageError(`${file} is missing: build the scripts first (npm run build)`)
  return JSON.parse(readFileSync(file, 'utf8')) as Script[]
}

export function scriptNamed(project: Project, name: string): Script {
  const scripts = scriptsOf(project)
  const found = scripts.find((script) => script.name === name)
  if (found !== undefined) return found
  const known = scripts.map((script) => script.name)
  throw new UsageError(
    `unknown script ${JSON.stringify(name)}${didYouMean(name, known) || `; known: ${known.join(', ')}`} (loadgate list shows them all)`,
  )
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
