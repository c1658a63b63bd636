/** Content-Type, as RFC 9110, section 8.3.1, has it: case means nothing, and parameters are no part of the type. */

/** `application/json; charset=utf-8` is `application/json`. */
export const mediaType = (header: string): string => (header.split(';', 1)[0] as string).trim().toLowerCase()

/** What is UTF-8 by its definition (RFC 8259, section 8.1; event streams by the HTML standard): whoever believes another charset reads it wrong. */
const IN_UTF8 = /^(?:application\/(?:[\w.-]+\+)?json|text\/event-stream)$/
const CHARSET = /;\s*charset\s*=\s*"?([^"\s;]+)/gi
const IS_UTF8 = /^(?:utf-?8|us-ascii)$/i

/** Whether a Content-Type is one of these types, and does not say of UTF-8 that it is something else. */
export function isOfType(header: string | undefined, types: readonly string[]): boolean {
  const type = mediaType(header ?? '')
  if (!types.includes(type)) return false
  // Of two charsets, readers take the one or the other.
  return !IN_UTF8.test(type) || [...(header ?? '').matchAll(CHARSET)].every(([, charset = '']) => IS_UTF8.test(charset))
}
