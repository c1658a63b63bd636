const escaped = (character: string): string => JSON.stringify(character).slice(1, -1)

/** A mistake in what the user wrote: settings, thresholds file or target file. Stops the run before any load. */
export class UsageError extends Error {
  override name = 'UsageError'

  /** @param sentence one line; what it quotes may hold anything */
  constructor(sentence: string) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break or an escape sequence of a terminal must not get out
    super(sentence.replace(/[\u0000-\u001f]/g, escaped).replace(/[\u007f-\u009f]/g, ''))
  }
}
