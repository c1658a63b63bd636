/** What a command of `loadgate` is: one value, in a file of its own. */
import type { SettingName } from '../../lib/base/settings.ts'
import { settingOptions } from '../base/flags.ts'
import type { Project } from '../base/project.ts'
import type { Terminal } from '../base/terminal.ts'
import type { CommandLine } from './command-line.ts'

/** What a command is given beside its arguments. */
export interface Given<Options extends object = object> {
  /** As commander has read them. */
  options: Options
  /** What stands after the first `--`. */
  k6Flags: readonly string[]
  /** Mistakes of the line, for commands that tell them together with those of their settings; else there are none. */
  mistakes: readonly string[]
  /** The whole command line, with all commands. */
  program: CommandLine
  project: Project
  terminal: Terminal
  env: NodeJS.ProcessEnv
}

export interface Command {
  /** The words that call it. */
  name: string
  description: string
  /** Of the first word, where the name has two. */
  group?: string
  /** Declares its arguments and options, and the text after its help. */
  takes?(line: CommandLine): void
  /** Whether what stands after `--` is passed on to k6; its mistakes are told together with those of its settings. */
  passesOn?: true
  /** What a shell completes its arguments with, beside files. */
  completes?(scripts: readonly string[]): readonly string[]
  /**
   * @param words its arguments, in the order in which it takes them
   * @returns the exit code
   */
  run(words: readonly unknown[], given: Given): number | Promise<number>
}

/** For options that may be repeated. */
export const each = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

/** Declares the flags of these settings. */
export function takeSettings(line: CommandLine, names?: readonly SettingName[]): void {
  for (const option of settingOptions(names)) line.addOption(option)
}

/** Declares where finished runs are looked for. */
export const takeResults = (line: CommandLine): CommandLine =>
  line.option('--results <folder>', 'folder that holds the runs', 'results')

/** Settings that say how much is sent. */
export const SIZE = ['PROFILE', 'RATE', 'DURATION', 'USERS', 'CONNECTIONS', 'STALL', 'VUS', 'INSTANCES'] as const

export const SCRIPT = ['<script>', 'name of a script (loadgate list), or a file of your own, as ./my-flow.ts'] as const
export const RUN = ['[run]', 'folder of a run, or the beginning of its name; the latest without it'] as const

/** Of run, and of whatever ends as a run does. */
export const EXIT_CODES = `
Exit codes of run:
  0   pass     every gate held on sufficient evidence
  99  fail     the gateway broke a limit
  3   invalid  the run cannot say: too few samples, load not sent, script error, interrupted, no results
  2   usage    wrong arguments or configuration; nothing was sent
`
