/** Lines that another program writes, without the secrets that it may have written into them, and with nothing that a terminal would obey. */
import { visible } from '../../lib/base/escape.ts'
import type { Redaction } from './redaction.ts'

export interface Lines {
  feed(chunk: string): void
  /** What is left without an end of line. */
  end(): void
}

export function lineByLine(take: (lines: readonly string[]) => void, hide: Redaction): Lines {
  let rest = ''
  const clean = (line: string): string => visible(hide(line.replace(/\r$/, '')))
  return {
    // A chunk may end in the middle of a secret.
    feed(chunk) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      if (lines.length > 0) take(lines.map(clean))
    },
    end() {
      if (rest !== '') take([clean(rest)])
      rest = ''
    },
  }
}
