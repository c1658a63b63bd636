/** Where the command writes: results to stdout, everything on the way there to stderr. */
import pc from 'picocolors'

export interface Terminal {
  /** A line of the result. */
  print(line: string): void
  /** A line about what is happening. */
  note(line: string): void
  /** Whether the result may be coloured. */
  colour: boolean
  /** Whether progress may rewrite its line. */
  live: boolean
  progress: NodeJS.WritableStream
  /** Room that progress has, in characters. */
  size(): { columns: number; rows: number }
}

export function processTerminal(env: NodeJS.ProcessEnv = process.env): Terminal {
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== 'false'
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    colour: pc.isColorSupported && process.stdout.isTTY === true,
    live: process.stderr.isTTY === true && !ci,
    progress: process.stderr,
    size: () => ({ columns: process.stderr.columns || 120, rows: process.stderr.rows || 40 }),
  }
}
