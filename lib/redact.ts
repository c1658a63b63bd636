/** Takes tokens and secrets out of what a gateway echoes, before it reaches a log. Where it is in doubt it takes too much. */

/** Names that a secret goes by, with whatever stands before them: `client_secret`, `accessToken`, `X-API-Key`. Long words are looked at from their start only. */
const KEY = String.raw`\b[\w.-]{0,200}(?:token|password|passwd|passphrase|pwd|secret|api[_-]?key|authorization|cookie|credentials?)`
/** A name and what stands between it and its value; a bare `token:` is prose ("unexpected token: x"), so it needs quotes or `=`. */
const BEFORE_VALUE = new RegExp(String.raw`(?:\\*["']${KEY}\\*["']\s*[:=]|${KEY}\s*=|${KEY.replace('token|', '')}\s*:)\s*`, 'gi')
const HEADER = /authorization|cookie/i
const BEARER = /\b(Bearer|Basic)\s+[^\s"'\\,;<>]+/gi
/** `eyJ` is how every JWT starts; the others are tokens in dotted parts. A cut one counts too. */
const DOTTED = /\beyJ[\w-]{4,}(?:\.[\w-]*)*|\b[\w-]{2,}\.[\w-]{2,}\.[\w-]{16,}/g
const USERINFO = /\/\/[^/\s"'@]*@/g

const SHORTEST = 4
/** What stands in place of a secret. */
export const HIDDEN = '<redacted>'

/** Where a value that starts with a quote ends: at the quote that is escaped as often as the first, or nowhere. */
function endOfQuoted(text: string, start: number, quote: string, escapes: number): number {
  for (let i = start; i < text.length; i++) {
    if (text[i] !== quote) continue
    let before = 0
    while (text[i - 1 - before] === '\\' && i - 1 - before >= start) before++
    if (before <= escapes) return i - before
  }
  return text.length
}

function withoutNamed(text: string): string {
  let out = ''
  let from = 0
  BEFORE_VALUE.lastIndex = 0
  for (let found = BEFORE_VALUE.exec(text); found !== null; found = BEFORE_VALUE.exec(text)) {
    const start = found.index + found[0].length
    const [, slashes = '', quote] = /^(\\*)(["'])/.exec(text.slice(start, start + 20)) ?? []
    let end: number
    if (text.startsWith(HIDDEN, start)) {
      // It was known, or looked like a token.
      out += text.slice(from, start)
      end = start + HIDDEN.length
    } else if (quote === undefined) {
      const rest = text.slice(start)
      end = start + rest.search(HEADER.test(found[0]) ? /["'\r\n]|$/ : /[\s&,;}\])"'\\<>]|$/)
      out += text.slice(from, start)
    } else {
      const inside = start + slashes.length + 1
      end = endOfQuoted(text, inside, quote, slashes.length)
      out += text.slice(from, inside)
    }
    out += HIDDEN
    from = end
    BEFORE_VALUE.lastIndex = Math.max(end, start)
  }
  return out + text.slice(from)
}

/** @param secrets known ones, taken out wherever and however they stand */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text
  for (const secret of secrets)
    if (secret.length >= SHORTEST)
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
        clean = clean.split(form).join(HIDDEN)
  return withoutNamed(clean.replace(BEARER, `$1 ${HIDDEN}`).replace(DOTTED, HIDDEN).replace(USERINFO, '//…@'))
}
