/** The package as npm publishes it, made from a copy of the sources, so that nobody else's dist/ changes. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Packed {
  /** Path of the archive. */
  file: string
  unpackedSize: number
  files: string[]
}

/** @param folder that goes away with the test */
export function pack(folder: string): Packed {
  const sources = join(folder, 'sources')
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  for (const file of tracked
    .split('\0')
    .filter((file) => /^[^/]+$|^(lib|cli|gateway|scripts|build|thresholds|targets)\//.test(file))) {
    mkdirSync(join(sources, dirname(file)), { recursive: true })
    cpSync(join(ROOT, file), join(sources, file))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(sources, 'node_modules'))
  const said = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: sources, encoding: 'utf8' })
  const read: unknown = JSON.parse(said.slice(said.search(/^[[{]/m)))
  const [packed] = Object.values(read as object) as [{ filename: string; unpackedSize: number; files: { path: string }[] }]
  return { file: join(folder, packed.filename), unpackedSize: packed.unpackedSize, files: packed.files.map(({ path }) => path) }
}
