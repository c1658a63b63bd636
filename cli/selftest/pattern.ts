/** Names of gates, and patterns of them. */

/** The gate's place and key: the window is called what the thresholds file calls it. */
export const gateName = (
  { window, endpoint, key }: { window: string; endpoint: string; key: string },
  limitsOf: Readonly<Record<string, string>> = {},
): string => `${Object.hasOwn(limitsOf, window) ? limitsOf[window] : window} ${endpoint} ${key}`

const ANY = 'any'

/** Each of the three words is one word, several (`health|resource`), or `any`; `*` is the endpoint of that name: all together. */
export function matches(pattern: string, name: string): boolean {
  const words = name.split(' ')
  const wanted = pattern.split(' ')
  return (
    wanted.length === words.length &&
    wanted.every((one, at) => {
      const word = words[at]
      return one === ANY || (word !== undefined && one.split('|').includes(word))
    })
  )
}

/** The pattern once for each of its words, with that word for its alternatives: what each word is there for. */
const wordByWord = (pattern: string): string[] => {
  const wanted = pattern.split(' ')
  return wanted.flatMap((one, at) => one.split('|').map((word) => wanted.with(at, word).join(' ')))
}

/** What of the pattern no gate is called: the pattern with the word that meets none. */
export const idleIn = (pattern: string, names: readonly string[]): string[] => [
  ...new Set(wordByWord(pattern).filter((part) => !names.some((name) => matches(part, name)))),
]

export const matchesOne = (patterns: readonly string[], name: string): boolean => patterns.some((one) => matches(one, name))
