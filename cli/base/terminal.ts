/** Where the command writes: results to stdout, everything on the way there to stderr. Nobody else writes to either. */
import pc from 'picocolors'
import { USUAL_WIDTH, wrapped } from '../../lib/base/wrap.ts'
import { forTerminal, plain } from './colour.ts'

export interface Terminal {
  /** A line of the result, whatever stands in it: what a terminal or a CI system would obey is shown. */
  print(line: string): void
  /** A line about what is happening; the same holds. */
  note(line: string): void
  /** A line that the CI system is to obey: what it says of others must be escaped already. */
  command(line: string): void
  /** Whether the result may be coloured. */
  colour: boolean
  /** Whether progress may rewrite its line. */
  live: boolean
  progress: Screen
  /** Room that lines have, in characters. */
  size(): { columns: number; rows: number }
}

/** Results that people read: what is longer than the terminal is broken at its spaces. */
export function tell({ print, size }: Pick<Terminal, 'print' | 'size'>, lines: readonly string[]): void {
  const { columns } = size()
  for (const line of lines.flatMap((line) => wrapped(line, columns, plain))) print(line)
}

/** What stands on a terminal for a while. */
export interface Screen {
  /** Lines below what was written before. */
  draw(lines: readonly string[]): void
  /** Takes away what was drawn last. */
  wipe(): void
}

export function screenOn(stream: Pick<NodeJS.WritableStream, 'write'>): Screen {
  let height = 0
  return {
    draw(lines) {
      stream.write(lines.map((line) => `${forTerminal(line)}\n`).join(''))
      height = lines.length
    },
    wipe() {
      // Up to the first line of the block, and everything below it away.
      if (height > 0) stream.write(`\u001b[${height}A\u001b[0J`)
      height = 0
    },
  }
}

export function processTerminal(env: NodeJS.ProcessEnv = process.env): Terminal {
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== 'false'
  return {
    print: (line) => void process.stdout.write(`${forTerminal(line)}\n`),
    note: (line) => void process.stderr.write(`${forTerminal(line)}\n`),
    command: (line) => void process.stdout.write(`${line}\n`),
    colour: pc.isColorSupported && process.stdout.isTTY === true,
    live: process.stderr.isTTY === true && !ci,
    progress: screenOn(process.stderr),
    size: () => ({
      columns: process.stderr.columns || process.stdout.columns || Number(env.COLUMNS) || USUAL_WIDTH,
      rows: process.stderr.rows || 40,
    }),
  }
}
