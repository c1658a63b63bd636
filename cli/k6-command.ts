/** `loadgate k6`: which k6 would be used. */
import { CannotRun } from './errors.ts'
import { onInterruption } from './interruption.ts'
import { provision } from './k6/provision.ts'
import type { Terminal } from './terminal.ts'
import { EXIT } from './verdict-model.ts'

export async function k6Command(
  options: { provisionOnly?: boolean },
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const stop = new AbortController()
  const interruption = onInterruption()
  interruption.handle(
    () => stop.abort(),
    () => process.exit(EXIT.invalid),
  )
  try {
    const { path, version } = await provision({ env, note: terminal.note, stop: stop.signal })
    if (stop.signal.aborted) throw new CannotRun('Interrupted.')
    if (!options.provisionOnly) terminal.print(`${path} v${version}`)
    return 0
  } finally {
    interruption.release()
  }
}
