/** Mistakes of one command line, which are told all at once: who mends one must not meet the next a run later. */
import { UsageError } from '../../lib/base/errors.ts'

export class Mistakes extends UsageError {
  readonly sentences: readonly string[]

  constructor(sentences: readonly string[]) {
    super(sentences.join('; '))
    this.sentences = sentences
  }
}

export const sentencesOf = (error: UsageError): readonly string[] =>
  error instanceof Mistakes ? error.sentences : [error.message]

/** Goes on after a mistake, and remembers it. */
export class MistakeList {
  readonly #sentences: string[]

  constructor(sentences: readonly string[] = []) {
    this.#sentences = [...sentences]
  }

  /** What `action` gives; undefined where it is a mistake. */
  try<T>(action: () => T): T | undefined {
    try {
      return action()
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      this.#sentences.push(...sentencesOf(error))
      return undefined
    }
  }

  /** @throws Mistakes where there are any */
  end(): void {
    if (this.#sentences.length > 0) throw new Mistakes([...new Set(this.#sentences)])
  }
}
