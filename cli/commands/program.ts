/** The command line: what `loadgate` is called with, made from its commands. */
import { CommanderError } from 'commander'
import { COMMANDS } from './all.ts'
import { type Command, EXIT_CODES } from './command.ts'
import { CommandLine } from './command-line.ts'

const HELP = `
Start here:
  loadgate run smoke     every endpoint once, against the embedded gateway
  loadgate init          the files of a load test of your own gateway, from OpenAPI or a recording
  loadgate check         each of its endpoints once, and what its expectations would not notice
  loadgate judge         several k6 instances that share a run, as one
  loadgate run ./my.ts   a scenario of your own, which imports plan and endpoint from loadgate
  loadgate list          the load tests there are
  loadgate open          the report of the latest run
  loadgate doctor        whether this machine can send the load
${EXIT_CODES}`

/** Carries a command out: `words` are its arguments, `mistakes` those of the line that it tells itself. */
export type Perform = (command: Command, words: readonly unknown[], options: object, mistakes: readonly string[]) => Promise<void>

/**
 * @param write where help goes: asked for, and in place of what was not said
 * @param meant what else than a command a word may have meant, as a command line
 * @throws Mistakes from `parseAsync`
 */
export function makeProgram(
  version: string,
  perform: Perform,
  write: { out(text: string): void; err(text: string): void },
  meant: (word: string) => string | undefined = () => undefined,
): CommandLine {
  const program = new CommandLine('loadgate')
    .description('k6 load tests for API gateways, with gates whose green can be believed')
    .version(version, '--version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ writeOut: write.out, writeErr: write.err })
  program.meant = meant
  for (const command of COMMANDS) {
    const line = lineOf(program, command)
    command.takes?.(line)
    line.completes = command.completes ?? line.completes
    line.action(async () => {
      if (!command.passesOn) line.requireNone()
      await perform(command, line.processedArgs, line.opts(), line.mistakes())
    })
  }
  return program
}

/** The line of a command, below that of its group where it has one. */
function lineOf(program: CommandLine, { name, description, group }: Command): CommandLine {
  const words = name.split(' ')
  const last = words.pop() ?? name
  const above = words.reduce((line, word) => line.under(word, group ?? ''), program)
  return above.under(last, description)
}

/** The exit code of what commander has stopped with: help and version are no failures. */
export const commanderExit = (error: CommanderError): number => (error.exitCode === 0 ? 0 : 2)
export const isCommanderError = (error: unknown): error is CommanderError => error instanceof CommanderError
