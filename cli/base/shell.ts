/** A word as a shell reads it. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`
