/** Takes tokens and secrets out of what a gateway echoes, before it reaches a log. Where it is in doubt it takes too much. */
import { holds, type Look, withoutRuns } from './disguise.ts'

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

/** What stands in place of a text that holds a secret which cannot be cut out of it. */
const WITHHELD = '<withheld: it holds a secret in another form>'

/** As it stands, in JSON, in JSON inside JSON, and in a URL. */
const formsOf = (secret: string): string[] => {
  const json = JSON.stringify(secret).slice(1, -1)
  // A half of a surrogate pair is in no URL.
  const encodable = secret.replace(/[\ud800-\udfff]/gu, '\ufffd')
  return [secret, JSON.stringify(json).slice(1, -1), json, encodeURIComponent(encodable)]
}

const longEnough = (secrets: readonly string[]): string[] => secrets.filter(({ length }) => length >= SHORTEST)

/** For our own sentences, which quote nothing but what a user has written: known secrets, where they stand as they are. */
export function withoutKnown(text: string, secrets: readonly string[]): string {
  // The longest first: one may be part of another.
  const forms = longEnough(secrets)
    .flatMap(formsOf)
    .sort((a, b) => b.length - a.length)
  return forms.reduce((rest, form) => rest.split(form).join(HIDDEN), text)
}

/** What has a secret in other clothes is withheld, from the colon on that stands before it: our own words tell whose it is. */
function withheld(text: string, secrets: readonly string[], look: Look): string {
  const known = longEnough(secrets)
  // In haste what would have to be decoded is cut out unread, and the rest can still be told.
  if (look.quick === true && known.length > 0) text = withoutRuns(text, known, HIDDEN)
  // What was put in place of a secret is no part of one.
  const found = (part: string, how: Look): boolean => holds(part.replaceAll(HIDDEN, ' \n '), known, how)
  if (known.length === 0 || !found(text, look)) return text
  let kept = ''
  for (const part of text.split(/(?<=: )/)) {
    if (found(kept + part, { ...look, cut: true })) break
    kept += part
  }
  return kept + WITHHELD
}

/**
 * For what somebody else has written. What looks like a secret, or goes by the name of one, is cut out as well; what has a known one
 * in other clothes is withheld.
 */
export function redact(text: string, secrets: readonly string[] = [], look: Look = {}): string {
  const clean = withheld(withoutKnown(text, secrets), secrets, look)
  return withoutNamed(clean.replace(BEARER, `$1 ${HIDDEN}`).replace(DOTTED, HIDDEN).replace(USERINFO, '//…@'))
}

/** Up to a length, and not into the middle of a word: the beginning of an encoded secret looks like nothing. */
function cutTo(text: string, length: number): string {
  if (text.length <= length) return text
  let end = length
  while (end > 0 && /[\w+/-]/.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** A sentence with words of somebody else in it may be as long as this. */
const SENTENCE = 500

/** @param quick whether there is no time to decode what may be a secret */
export function quoted(text: string, secrets: readonly string[], quick = false): string {
  const clean = redact(cutTo(text, SENTENCE), secrets, { cut: text.length > SENTENCE, quick })
  return text.length > SENTENCE ? `${clean}…` : clean
}

const BODY_SHOWN = 200
/** Read before it is cut: what is taken out of it makes room for more. */
const BODY_READ = 600

/** The beginning of an answer. */
export function excerpt(body: string, secrets: readonly string[], quick = false): string {
  // A secret of three characters stands in every other text.
  if (secrets.some(({ length }) => length > 0 && length < SHORTEST))
    return '<withheld: a secret of this run is too short to be told from other text>'
  return redact(cutTo(body, BODY_READ), secrets, { cut: body.length > BODY_READ, quick }).slice(0, BODY_SHOWN)
}
