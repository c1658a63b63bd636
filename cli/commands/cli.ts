/** From words on a command line to an exit code. Whatever goes wrong is a sentence, never a stack trace. */
import { UsageError } from '../../lib/base/errors.ts'
import { CannotRun, EXIT, messageOf } from '../base/errors.ts'
import { Mistakes, sentencesOf } from '../base/mistakes.ts'
import { isScript, type Project } from '../base/project.ts'
import { type Terminal, tell } from '../base/terminal.ts'
import { COMMANDS } from './all.ts'
import { helpOf } from './command-line.ts'
import { commanderExit, isCommanderError, makeProgram } from './program.ts'

/** Commands that pass on to k6 what stands after `--`. */
const PASS_ON = COMMANDS.filter(({ passesOn }) => passesOn).map(({ name }) => name)

function complain(error: unknown, terminal: Terminal, env: NodeJS.ProcessEnv): number {
  if (error instanceof UsageError) {
    const noted = { print: terminal.note, size: terminal.size }
    tell(
      noted,
      sentencesOf(error).map((sentence) => `loadgate: ${sentence}`),
    )
    return EXIT.usage
  }
  if (error instanceof CannotRun) terminal.note(error.message)
  else {
    terminal.note(`loadgate itself failed: ${messageOf(error)}`)
    const where = env.LOADGATE_DEBUG ? (error as Error).stack : undefined
    for (const line of (where ?? 'LOADGATE_DEBUG=1 shows where; please report it.').split('\n')) terminal.note(line)
  }
  return EXIT.invalid
}

/** What stands after the first `--` is k6's. */
function splitAtDashes(words: readonly string[]): [own: string[], k6: string[]] {
  const at = words.indexOf('--')
  return at < 0 ? [[...words], []] : [words.slice(0, at), words.slice(at + 1)]
}

/** @returns the exit code */
export async function cli(
  words: readonly string[],
  project: Project,
  terminal: Terminal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const [own, k6Flags] = splitAtDashes(words)
  let code: number = EXIT.usage
  const lines = (text: string) => text.replace(/\n$/, '').split('\n')
  const program = makeProgram(
    project.version,
    async (command, words, options, mistakes) => {
      code = await command.run(words, { options, k6Flags, mistakes, program, project, terminal, env })
    },
    { out: (text) => lines(text).forEach(terminal.print), err: (text) => lines(text).forEach(terminal.note) },
    (word) => (isScript(project, word) ? `loadgate run ${word}` : undefined),
  )
  const commands = program.commands.map((command) => command.name())
  try {
    if (k6Flags.length > 0 && !PASS_ON.includes(own[0] ?? ''))
      throw new UsageError(`only ${PASS_ON.join(' and ')} pass flags on to k6 after --`)
    await program.parseAsync(own, { from: 'user' })
    return code
  } catch (error) {
    if (isCommanderError(error)) return commanderExit(error)
    const exit = complain(error, terminal, env)
    if (error instanceof Mistakes) terminal.note(helpOf(own, commands))
    return exit
  }
}
