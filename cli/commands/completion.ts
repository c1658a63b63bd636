/** `loadgate completion`: what a shell completes the words of a command line with, made from the commands that there are. */
import { UsageError } from '../../lib/base/errors.ts'
import { didYouMean } from '../../lib/base/nearest.ts'
import { SETTINGS } from '../../lib/base/settings.ts'
import { flagOf } from '../base/flags.ts'
import { type Project, scriptsOf } from '../base/project.ts'
import { quoted } from '../base/shell.ts'
import type { Terminal } from '../base/terminal.ts'
import type { Command } from './command.ts'
import type { CommandLine } from './command-line.ts'

interface CompletedOption {
  flag: string
  description: string
  /** Undefined where it takes no value. */
  values?: readonly string[]
}

interface CompletedCommand {
  name: string
  description: string
  options: readonly CompletedOption[]
  /** What may stand where no option stands, files apart. */
  words: readonly string[]
}

/** Values of the flags that take one of a few. */
const CHOICES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(SETTINGS).flatMap(([name, declared]) => ('choices' in declared ? [[flagOf(name), declared.choices]] : [])),
)

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** What can be completed of a program, its own flags under the empty name. */
function completed(program: CommandLine, scripts: readonly string[]): CompletedCommand[] {
  return [program, ...program.below()].map((command) => {
    const own = command === program ? '' : command.name()
    return {
      name: own,
      description: command.description(),
      options: command
        .createHelp()
        .visibleOptions(command)
        .flatMap(({ long, description, required, optional }) =>
          long == null ? [] : [{ flag: long, description, ...(required || optional ? { values: CHOICES[long] ?? [] } : {}) }],
        ),
      words: [...command.commands.map((below) => below.name()), ...command.completes(scripts)],
    }
  })
}

/** Fish has a way of its own; none of our own descriptions holds a line break. */
const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

function bash(commands: readonly CompletedCommand[]): string[] {
  const each = (line: (command: CompletedCommand) => string): string[] => commands.map((command) => `    ${line(command)}`)
  const values = [...new Map(commands.flatMap(({ options }) => options).map((option) => [option.flag, option])).values()]
  return [
    '_loadgate() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash reads it
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command= flags= words=',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash reads it
    '  (( COMP_CWORD > 1 )) && command="${COMP_WORDS[1]}"',
    '  COMPREPLY=()',
    '  case "$before" in',
    ...values.flatMap(({ flag, values }) =>
      values === undefined
        ? []
        : [`    ${flag}) ${reply(values.length > 0 ? `-W ${quoted(values.join(' '))}` : '-f')}; return ;;`],
    ),
    '  esac',
    '  case "$command" in',
    ...each(
      ({ name, options, words }) =>
        `${quoted(name)}) flags=${quoted(options.map(({ flag }) => flag).join(' '))} words=${quoted(words.join(' '))} ;;`,
    ),
    '  esac',
    // An option, once one has begun; else what the command takes, and files.
    `  if [[ $word == -* ]]; then ${reply('-W "$flags"')}`,
    `  else ${reply('-f -W "$words"')}; fi`,
    '}',
    'complete -o filenames -F _loadgate loadgate',
  ]
}
const reply = (how: string): string => `mapfile -t COMPREPLY < <(compgen ${how} -- "$word")`

function zsh(commands: readonly CompletedCommand[]): string[] {
  const escaped = (text: string): string => text.replaceAll(/[\\:[\]]/g, '\\$&')
  const spec = ({ flag, description, values }: CompletedOption): string =>
    quoted(
      `*${flag}[${escaped(description)}]${values === undefined ? '' : `: :${values.length > 0 ? `(${values.join(' ')})` : '_files'}`}`,
    )
  const [program, ...below] = commands
  return [
    '#compdef loadgate',
    '_loadgate() {',
    '  if (( CURRENT == 2 )); then',
    '    local -a commands=(',
    ...below.map(({ name, description }) => `      ${quoted(`${name}:${escaped(description)}`)}`),
    '    )',
    "    _describe 'command' commands",
    `    _arguments ${(program?.options ?? []).map(spec).join(' ')}`,
    '    return',
    '  fi',
    '  case "$words[2]" in',
    ...below.flatMap(({ name, options, words }) => [
      `    ${name})`,
      `      _arguments ${options.map(spec).join(' ')} ${quoted(`*: :{ _values word ${words.map((word) => quoted(word)).join(' ')}; _files }`)}`,
      '      ;;',
    ]),
    '  esac',
    '}',
    'compdef _loadgate loadgate',
  ]
}

function fish(commands: readonly CompletedCommand[]): string[] {
  return commands.flatMap(({ name, description, options, words }) => {
    const here = name === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${name}`
    const when = `complete -c loadgate -n ${fishQuoted(here)}`
    return [
      ...(name === '' ? [] : [`complete -c loadgate -n __fish_use_subcommand -a ${name} -d ${fishQuoted(description)}`]),
      ...options.map(({ flag, description, values }) => {
        const value = values === undefined ? '' : values.length > 0 ? ` -x -a ${fishQuoted(values.join(' '))}` : ' -r'
        return `${when} -l ${flag.slice(2)}${value} -d ${fishQuoted(description)}`
      }),
      ...(words.length === 0 || name === '' ? [] : [`${when} -a ${fishQuoted(words.join(' '))}`]),
    ]
  })
}

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (commands: readonly CompletedCommand[]) => string[]>> = {
  bash,
  zsh,
  fish,
}

/** @returns the exit code */
function completion(shell: string, program: CommandLine, project: Project, terminal: Terminal): number {
  const known = SHELLS.find((name) => name === shell)
  if (known === undefined)
    throw new UsageError(
      `completion: expected one of ${SHELLS.join(', ')}, found ${JSON.stringify(shell)}${didYouMean(shell, SHELLS)}`,
    )
  const scripts = scriptsOf(project).map(({ name }) => name)
  for (const line of SCRIPTS[known](completed(program, scripts))) terminal.print(line)
  return 0
}

const HELP = `
Examples:
  eval "$(loadgate completion bash)"                  in ~/.bashrc
  eval "$(loadgate completion zsh)"                   in ~/.zshrc, after compinit
  loadgate completion fish > ~/.config/fish/completions/loadgate.fish
`

export const command: Command = {
  name: 'completion',
  description: 'print what completes the words of loadgate in a shell',
  completes: () => SHELLS,
  takes: (line) => void line.argument('<shell>', SHELLS.join(', ')).addHelpText('after', HELP),
  run: ([shell]: [string], { program, project, terminal }) => completion(shell, program, project, terminal),
}
