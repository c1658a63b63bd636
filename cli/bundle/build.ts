/** `loadgate build`: bundles for plain k6, for k6 Cloud and for Kubernetes. */
import { mkdirSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { UsageError } from '../../lib/errors.ts'
import { messageOf } from '../errors.ts'
import { type Project, type Script, scriptNamed, scriptsOf } from '../project.ts'
import type { Terminal } from '../terminal.ts'
import { bundle, sourceOf } from './bundle.ts'

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024).toLocaleString('en-US')} KB`

/** Two scripts of one name would write one file. */
function requireDifferent(scripts: readonly Script[]): void {
  const twice = scripts.find(({ name }, i) => scripts.findIndex((other) => other.name === name) < i)
  if (twice !== undefined)
    throw new UsageError(`build: two scripts are called ${twice.name}; give each a folder of its own with --out`)
}

/**
 * @param written names of scripts that come along, and files of the user's own; all that come along without any
 * @returns the exit code
 */
export async function buildCommand(
  written: readonly string[],
  out: string,
  project: Project,
  terminal: Terminal,
): Promise<number> {
  const scripts = written.length === 0 ? scriptsOf(project) : written.map((script) => scriptNamed(project, script))
  requireDifferent(scripts)
  const folder = resolve(out)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new UsageError(`build: --out ${folder}: ${messageOf(error)}`)
  }
  const width = Math.max(...scripts.map(({ name }) => name.length))
  for (const { name, source = sourceOf(project, name) } of scripts) {
    const file = join(folder, `${name}.js`)
    if (file === source) throw new UsageError(`build: ${file} would be written over itself; choose another folder with --out`)
    await bundle(source, file)
    terminal.print(`${name.padEnd(width)}  ${relative('.', file)}  ${kilobytes(statSync(file).size)}`)
  }
  return 0
}
