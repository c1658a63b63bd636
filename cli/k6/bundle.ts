/** From a script to the one file that k6 runs. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildFailure, Message, OutputFile } from 'esbuild'
import { k6Scripts } from '../../build/k6-scripts.mjs'
import { UsageError } from '../../lib/base/errors.ts'
import type { CloudOptions } from '../../lib/run/cloud.ts'
import { writeAtomic } from '../base/atomic.ts'
import { CannotRun, messageOf } from '../base/errors.ts'
import type { Project, Script } from '../base/project.ts'

const inWords = ({ text, location }: Message): string =>
  location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`

const isBuildFailure = (error: unknown): error is BuildFailure => Array.isArray((error as Partial<BuildFailure>).errors)

/** @throws UsageError with all that is wrong with the script */
async function built(source: string, outfile: string, map: boolean, cloud?: CloudOptions): Promise<OutputFile[]> {
  // Its program is started by nobody who runs a bundle that is there.
  const { build } = await import('esbuild').catch((error: unknown): never => {
    throw new CannotRun(`esbuild, which bundles scripts, cannot be loaded: ${messageOf(error)}; install loadgate again`)
  })
  try {
    const { outputFiles } = await build({
      ...k6Scripts(),
      entryPoints: [source],
      outfile,
      write: false,
      sourcemap: map ? 'linked' : false,
      // `plan()` looks for it.
      ...(cloud === undefined ? {} : { banner: { js: `globalThis.LOADGATE_CLOUD=${JSON.stringify(cloud)};` } }),
      logLevel: 'silent',
    })
    return outputFiles
  } catch (error) {
    if (isBuildFailure(error)) throw new UsageError(`${source} cannot be bundled: ${error.errors.map(inWords).join('; ')}`)
    throw error
  }
}

/**
 * Bundles a script.
 * @param map beside the bundle, so that k6 names the lines of the script; without it, the bundle is one file that names no other
 * @param cloud what it asks of k6 Cloud, where it is for that
 * @throws UsageError with all that is wrong with it
 */
export async function bundle(
  source: string,
  outfile: string,
  { map = false, cloud }: { map?: boolean; cloud?: CloudOptions | undefined } = {},
): Promise<void> {
  // Who runs the bundle at this moment must not read half of it.
  for (const { path, text } of await built(source, outfile, map, cloud)) writeAtomic(path, text)
}

/**
 * A script as one text that names no other file: k6 warns of a map that is not there, which k6-operator's initializer takes for an error.
 * @throws UsageError with all that is wrong with it
 */
export async function bundleText(project: Project, { name, source = sourceOf(project, name) }: Script): Promise<string> {
  const [file] = await built(source, `${name}.js`, false)
  return file?.text ?? ''
}

let folder: string | undefined

/** Goes when the command ends. */
function temporaryFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'loadgate-bundle-'))
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
    folder = made
  }
  return folder
}

const bundled = new Map<string, Promise<string>>()

/** The file that k6 runs: what the build has made of a script of ours, or a bundle that is made now. */
export function scriptFile(project: Project, { name, source }: Script): Promise<string> {
  const built = join(project.root, 'dist', `${name}.js`)
  if (source === undefined && existsSync(built)) return Promise.resolve(built)
  const from = source ?? sourceOf(project, name)
  const making =
    bundled.get(from) ??
    bundle(from, join(temporaryFolder(), `${name}.js`), { map: source !== undefined }).then(() =>
      join(temporaryFolder(), `${name}.js`),
    )
  bundled.set(from, making)
  return making
}

/**
 * A script of ours: as it is written in the repository, compiled in the package. A repository that was packed has both, and the library
 * of the one is not that of the other: modules that should stand apart would not be known for what they are.
 */
export function sourceOf(project: Project, name: string): string {
  const written = join(project.root, 'scripts', `${name}.ts`)
  return existsSync(written) ? written : join(project.root, 'dist', 'scripts', `${name}.js`)
}
