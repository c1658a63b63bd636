/** Commands that are not run: their programs are there, start, and read all their words. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { type NotRun, notRun } from '../../docs/not-run.ts'
import { startedBy } from '../../docs/npm-scripts.ts'
import type { Call } from '../../docs/shell.ts'
import { start } from './started.ts'

export interface Dry {
  program: string[]
  /** Of all commands that start it: read in one go. */
  words: string[]
  dry: NonNullable<NotRun['dry']>
}

const orderOf = ({ program, words }: Call): NotRun =>
  notRun([program, ...words].join(' ')) ?? assert.fail(`${program} ${words.join(' ')} is in no list`)

/** Files that run in another way what these calls would. */
export const filesFor = (calls: readonly Call[]): string[] => calls.flatMap((call) => orderOf(call).by ?? [])

export function dryRuns(calls: readonly Call[]): Dry[] {
  const all = new Map<string, Dry>()
  for (const call of calls) {
    const { dry } = orderOf(call)
    if (dry === undefined) continue
    const line = call.program === 'npm' ? startedBy(call.words) : [call.program, ...call.words]
    const length = line.findIndex((word) => existsSync(word)) + 1
    const [program, words] = [line.slice(0, length), line.slice(length)]
    const before = all.get(program.join(' '))
    if (before === undefined) all.set(program.join(' '), { program, words, dry })
    else before.words.push(...words)
  }
  return [...all.values()]
}

export async function dryRun(t: TestContext, { program, words, dry }: Dry): Promise<void> {
  const { PATH = '', HOME = '' } = process.env
  // In the project's own folder: nothing is written.
  const { code, out } = await start(t, [...program, ...words, dry.add], { folder: process.cwd(), env: { PATH, HOME } }).ended
  assert.equal(code, dry.code, out)
  assert.match(out, dry.says)
}
