/** The flags that pages may speak of: those of our own programs, read from them, and a few of others. */

import { OPTIONS as BENCH_OPTIONS } from '../../bench/wishes.ts'
import type { CommandLine } from '../../cli/commands/command-line.ts'
import { makeProgram, type Perform } from '../../cli/commands/program.ts'
import { OPTIONS } from '../../gateway/server/command-line.ts'
import { K6_OPTIONS } from '../../lib/run/k6-options/table.ts'

/** Of other commands of k6, Node and our own build; what stands in a command is checked against the program itself. */
const OTHERS: readonly string[] = [
  ...['--exclude-env-vars', '--local-execution'],
  ...['--summary', '--package', '--watch', '--check', '--import', '--test'],
]

/** The program as the command line reads it; `act` hears what was asked for. */
export function program(
  act: (command: string, words: readonly unknown[], options: object, mistakes: readonly string[]) => void = () => {},
): CommandLine {
  const perform: Perform = async ({ name }, ...asked) => act(name, ...asked)
  return makeProgram('0', perform, { out: () => {}, err: () => {} })
}

let known: Set<string> | undefined

export function knownFlags(): ReadonlySet<string> {
  known ??= new Set([
    ...[program(), ...program().commands].flatMap(({ commands, options }) =>
      [...options, ...commands.flatMap((command) => command.options)].map(({ long }) => long ?? ''),
    ),
    ...[...Object.keys(OPTIONS), ...Object.keys(BENCH_OPTIONS)].map((name) => `--${name}`),
    ...K6_OPTIONS.flatMap(({ flag }) => (flag === undefined ? [] : [`--${flag}`])),
    ...OTHERS,
  ])
  return known
}

export const flagsOf = (code: string): string[] => [...code.matchAll(/(?<![\w-])--[a-z][a-z0-9-]*/g)].map(([flag]) => flag)
