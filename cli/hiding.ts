/** What a run knows to be secret, taken out of all that it keeps and tells. */
import { HIDDEN, redact } from '../lib/redact.ts'

export type Hide = (text: string) => string

/**
 * @param secrets known ones, beside what looks like one
 * @param parameters of URLs, whose values are secrets although neither they nor the name look like it
 */
export function hiding(secrets: readonly string[], parameters: readonly string[] = []): Hide {
  const names = parameters.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  // Go writes & as \u0026 in JSON.
  const value = new RegExp(String.raw`((?:\b|u0026)(?:${names.join('|')})=)[^\s&#"'\\]+`, 'g')
  return (text) => redact(names.length === 0 ? text : text.replace(value, `$1${HIDDEN}`), secrets)
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
