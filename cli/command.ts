/** What `loadgate` runs, once it stands on a Node that can. */

import { EXIT } from './base/errors.ts'
import { projectOf } from './base/project.ts'
import { processTerminal } from './base/terminal.ts'
import { cli } from './commands/cli.ts'

/** @returns the exit code, once everything was written */
export async function command(words: readonly string[]): Promise<number> {
  // A reader that has seen enough (`loadgate list | head -1`) must not end us half way through a run.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const terminal = processTerminal()
  if (process.platform === 'win32') {
    terminal.note('loadgate: it runs on Linux and macOS; on Windows use WSL')
    return EXIT.usage
  }
  const code = await cli(words, projectOf(import.meta.url), terminal)
  // Whatever still holds the event loop has nothing to add; what was printed must be out first.
  await new Promise<void>((resolve) => process.stdout.write('', () => process.stderr.write('', () => resolve())))
  return code
}
