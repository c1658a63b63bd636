/** `loadgate show`: a finished run again, as it was printed. */
import { summaryLines } from '../../lib/summary/text.ts'
import { palette } from '../base/colour.ts'
import { type Terminal, tell } from '../base/terminal.ts'
import { findResults } from '../results/find-results.ts'
import { verdictLines } from '../verdict/verdict-text.ts'
import { readResults } from './read-results.ts'

export function show(written: string | undefined, parent: string, terminal: Terminal): number {
  const { folder, verdict, summary, reconciliation, problems } = readResults(findResults(written, parent))
  for (const problem of problems) terminal.note(`${folder}: ${problem}`)
  if (summary !== undefined) tell(terminal, summaryLines(summary, palette(terminal.colour), verdict.target.embedded))
  tell(terminal, verdictLines(verdict, folder, terminal.colour, reconciliation))
  return 0
}
