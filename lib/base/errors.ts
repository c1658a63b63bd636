import { visible } from './escape.ts'

/** A mistake in what the user wrote: settings, thresholds file or target file. Stops the run before any load. */
export class UsageError extends Error {
  override name = 'UsageError'

  /** @param sentence one line; what it quotes may hold anything */
  constructor(sentence: string) {
    super(visible(sentence))
  }
}
