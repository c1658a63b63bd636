/** Lines that go into a file of the results, without the secrets that a program may have written into them. */
import type { Hide } from './hiding.ts'

export interface Lines {
  feed(chunk: string): void
  /** What is left without an end of line. */
  end(): void
}

export function lineByLine(write: (text: string) => void, hide: Hide): Lines {
  let rest = ''
  return {
    // A chunk may end in the middle of a secret.
    feed(chunk) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      if (lines.length > 0) write(lines.map((line) => `${hide(line)}\n`).join(''))
    },
    end() {
      if (rest !== '') write(hide(rest))
      rest = ''
    },
  }
}
