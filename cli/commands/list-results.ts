/** `loadgate list-results`: the runs there are, the latest first, with what came of them. */
import { basename, resolve } from 'node:path'
import { messageOf } from '../base/errors.ts'
import type { Terminal } from '../base/terminal.ts'
import { resultsIn } from '../results/find-results.ts'
import { readRun } from '../results/read-run.ts'
import { headline } from '../verdict/verdict-text.ts'
import { type Command, type Given, takeResults } from './command.ts'

interface Entry {
  folder: string
  verdict: string
  script: string
  started_at: string
  headline: string
}

function entryOf(folder: string): Entry {
  try {
    const { verdict } = readRun(folder)
    const { script, started_at } = verdict
    return { folder, verdict: verdict.verdict, script, started_at, headline: headline(verdict) }
  } catch (error) {
    return { folder, verdict: 'unreadable', script: '', started_at: '', headline: messageOf(error) }
  }
}

/** @param json one object a line, for programs */
export function listResults(parent: string, { json = false }: { json?: boolean }, terminal: Terminal): number {
  const entries = resultsIn(resolve(parent)).map(entryOf)
  if (json) {
    for (const entry of entries) terminal.print(JSON.stringify(entry))
    return 0
  }
  if (entries.length === 0) terminal.note(`${resolve(parent)} holds no results yet: loadgate run makes some`)
  const rows = entries.map(({ folder, verdict, headline: line }) => [basename(folder), verdict, line])
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  for (const [name = '', verdict = '', line = ''] of rows)
    terminal.print(`${name.padEnd(width(0))}  ${verdict.padEnd(width(1))}  ${line}`)
  return 0
}

export const command: Command = {
  name: 'list-results',
  description: 'list the runs with their verdicts, the latest first',
  takes: (line) => void takeResults(line).option('--json', 'one JSON object a line'),
  run: (_, { options, terminal }: Given<{ results: string; json?: boolean }>) => listResults(options.results, options, terminal),
}
