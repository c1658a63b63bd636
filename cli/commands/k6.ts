/** `loadgate k6`: which k6 would be used. */
import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { CannotRun, EXIT } from '../base/errors.ts'
import { onInterruption } from '../base/interruption.ts'
import { quoted } from '../base/shell.ts'
import type { Terminal } from '../base/terminal.ts'
import { cacheFolder } from '../k6/cache.ts'
import { provision } from '../k6/provision.ts'
import type { Command, Given } from './command.ts'

interface K6Options {
  provisionOnly?: boolean
  printPath?: boolean
}
type Environment = Readonly<Record<string, string | undefined>>

/** A folder in which that program is called k6; in the cache it is called by its version. */
function folderOfK6(path: string, env: Environment): string {
  if (basename(path) === 'k6') return dirname(resolve(path))
  const folder = join(cacheFolder(env), 'bin')
  mkdirSync(folder, { recursive: true })
  // Another shell may be reading the link: it is replaced, never away.
  const made = join(folder, `k6.${process.pid}`)
  symlinkSync(resolve(path), made)
  renameSync(made, join(folder, 'k6'))
  return folder
}

/** What a shell evaluates to have that k6 under its name: bash, zsh and fish all take it. */
const pathLine = (path: string, env: Environment): string => `export PATH=${quoted(folderOfK6(path, env))}:"$PATH"`

async function showK6(options: K6Options, terminal: Terminal, env: NodeJS.ProcessEnv): Promise<number> {
  const stop = new AbortController()
  const interruption = onInterruption()
  interruption.handle(
    () => stop.abort(),
    () => process.exit(EXIT.invalid),
  )
  try {
    const { path, version } = await provision({ env, note: terminal.note, stop: stop.signal })
    if (stop.signal.aborted) throw new CannotRun('Interrupted.')
    if (options.printPath) terminal.print(pathLine(path, env))
    else if (!options.provisionOnly) terminal.print(`${path} v${version}`)
    return 0
  } finally {
    interruption.release()
  }
}

export const command: Command = {
  name: 'k6',
  description: 'print the k6 that would be used, and install one where there is none',
  takes(line) {
    line
      .option('--provision-only', 'print nothing unless it takes time')
      .option('--print-path', 'print what puts it on the PATH of a shell: eval "$(loadgate k6 --print-path)"')
  },
  run: (_, { options, terminal, env }: Given<K6Options>) => showK6(options, terminal, env),
}
