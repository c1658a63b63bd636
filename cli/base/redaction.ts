/** What a run knows to be secret, taken out of all that it keeps and tells. */

import { visible } from '../../lib/base/escape.ts'
import { HIDDEN, redact, withoutKnown } from '../../lib/base/redact.ts'

export type Redaction = (text: string) => string

/**
 * @param secrets known ones, beside what looks like one
 * @param parameters of URLs, whose values are secrets although neither they nor the name look like it
 */
export function redaction(secrets: readonly string[], parameters: readonly string[] = []): Redaction {
  const names = parameters.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  // Go writes & as \u0026 in JSON.
  const value = new RegExp(String.raw`((?:\b|u0026)(?:${names.join('|')})=)[^\s&#"'\\]+`, 'g')
  const hide = (text: string): string =>
    // Our own sentence names settings that are called like secrets, and quotes none.
    text.startsWith('UsageError: ')
      ? withoutKnown(text, secrets)
      : redact(names.length === 0 ? text : text.replace(value, `$1${HIDDEN}`), secrets)
  return remembering(hide)
}

const REMEMBERED = 500
const LONGEST = 5000

/** A run that goes wrong says the same thousands of times a second. */
function remembering(hide: Redaction): Redaction {
  const known = new Map<string, string>()
  return (text) => {
    if (text.length > LONGEST) return hide(text)
    let clean = known.get(text)
    if (clean === undefined) {
      clean = hide(text)
      if (known.size >= REMEMBERED) known.clear()
      known.set(text, clean)
    }
    return clean
  }
}

/** The same for all texts in what came from outside. */
export function redactedIn<T>(data: T, hide: Redaction): T {
  const within = (value: unknown): unknown => {
    if (typeof value === 'string') return hide(value)
    if (Array.isArray(value)) return value.map(within)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, within(inner)]))
  }
  return within(data) as T
}

/** Query parameters of a target file that carry a token. */
export function tokenParameters(target: unknown): string[] {
  const { auth, endpoints } = (target ?? {}) as {
    auth?: { refresh_path?: unknown } | null
    endpoints?: Record<string, { socket?: { token?: unknown }; stream?: { token?: unknown } } | null | false> | null
  }
  const inQuery = /[?&]([^?&=]+)=$/.exec(String(auth?.refresh_path ?? ''))?.[1]
  const carried = Object.values(endpoints ?? {}).flatMap((one) => (one ? [one.socket?.token, one.stream?.token] : []))
  return [inQuery, ...carried].filter((name) => typeof name === 'string' && name !== '') as string[]
}

/** Lines that another program writes, without the secrets that it may have written into them, and with nothing that a terminal would obey. */
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
