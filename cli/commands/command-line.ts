/** Commander, with complaints that read as all others do, and all of a line at once. */
import { Command, type Option } from 'commander'
import { didYouMean } from '../../lib/base/nearest.ts'
import { Mistakes } from '../base/mistakes.ts'

export class CommandLine extends Command {
  /** What else than a command may have been meant: the line that says so. */
  meant: (word: string) => string | undefined = () => undefined
  /** What a shell completes its arguments with, beside files. */
  completes: (scripts: readonly string[]) => readonly string[] = () => []
  #mistakes: string[] = []
  #unknown: readonly string[] = []

  override createCommand(name?: string): CommandLine {
    return new CommandLine(name)
  }

  override parseOptions(words: string[]): ReturnType<Command['parseOptions']> {
    const parsed = super.parseOptions(words)
    this.#unknown = parsed.unknown
    return parsed
  }

  /** The line of a word below this one, which is made where there is none. */
  under(word: string, description: string): CommandLine {
    const there = this.below().find((line) => line.name() === word)
    if (there !== undefined) return there
    return this.command(word)
      .description(description)
      .helpOption('-h, --help', 'show this help')
      .helpCommand(false) as CommandLine
  }

  below(): CommandLine[] {
    return this.commands as CommandLine[]
  }

  /** Mistakes that were found before the command runs. */
  mistakes(): readonly string[] {
    return this.#mistakes
  }

  unknownOption(): void {
    const known = this.createHelp()
      .visibleOptions(this)
      .flatMap(({ long }) => long ?? [])
    // What follows may be the value of an option that there is not, and a secret: it is no argument, and is not shown.
    const flags = this.#unknown.filter((word) => word.startsWith('-')).map((word) => word.split('=', 1)[0] ?? '')
    this.args = this.args.slice(0, this.args.length - this.#unknown.length)
    this.#mistakes.push(...flags.map((flag) => `unknown option ${flag}${didYouMean(flag, known)}`))
    // Without a command nothing comes that could be wrong as well.
    if (this.commands.length > 0) this.requireNone()
  }

  optionMissingArgument({ flags }: Option): void {
    this.#mistakes.push(`option ${flags}: its value is missing`)
  }

  missingArgument(name: string): void {
    this.error(`missing argument <${name}>`)
  }

  unknownCommand(): void {
    const [word = ''] = this.args
    const known = this.commands.map((command) => command.name())
    const meant = this.meant(word)
    this.error(
      `unknown command ${JSON.stringify(word)}${meant === undefined ? didYouMean(word, known) : `; did you mean "${meant}"?`}`,
    )
  }

  override error(message: string): never {
    throw new Mistakes([...this.#mistakes, message.replace(/^error: /, '')])
  }

  /** @throws Mistakes where there are any, for commands that look for none of their own */
  requireNone(): void {
    if (this.#mistakes.length > 0) throw new Mistakes(this.#mistakes)
  }
}

/** Where to read what a command takes. */
export const helpOf = (words: readonly string[], commands: readonly string[]): string => {
  const [first = ''] = words
  return `(loadgate ${commands.includes(first) ? `${first} ` : ''}--help shows what there is)`
}
