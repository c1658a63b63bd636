/** Lines that go into a file of the results, without the secrets that a program may have written into them. */
import { redact } from '../lib/redact.ts'

export interface Lines {
  feed(chunk: string): void
  /** What is left without an end of line. */
  end(): void
}

/** @param secrets known ones, beside what looks like one */
export function lineByLine(write: (text: string) => void, secrets: readonly string[]): Lines {
  let rest = ''
  return {
    // A chunk may end in the middle of a secret.
    feed(chunk) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      if (lines.length > 0) write(lines.map((line) => `${redact(line, secrets)}\n`).join(''))
    },
    end() {
      if (rest !== '') write(redact(rest, secrets))
      rest = ''
    },
  }
}
