/**
 * Whether a text holds a secret in whatever clothes. The text is undressed rather than the secret dressed: it is read as if it were
 * percent-encoded, escaped, quoted-printable, base64 or hex, one inside the other, and of each reading only letters and digits count.
 */

/** No shorter run of letters and digits is looked for: it would be found everywhere. */
const SHORTEST = 4
/** Readings inside readings: base64 of a percent-encoded text is two. */
const DEEPEST = 3

/** What is neither a letter nor a digit: separators, quotes and escapes that stand between the characters of a secret. */
const BETWEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: UTF-16 has a NUL beside each letter
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of them is meant on its own
  /[\u0000-\u002f\u003a-\u0060\u007b-\u00bf\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff]+/gu

/** Reads the same in bytes, and in every width. */
const ASCII = /^[\0-\x7f]*$/

/** ASCII that nobody sees: it was for tags of languages. */
const TAGS = /[\u{e0020}-\u{e007e}]/gu
const untagged = (tag: string): string => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000)

/** Letters and digits alone, without case, width and accents. */
const folded = (text: string): string =>
  (ASCII.test(text) ? text : text.replace(TAGS, untagged).normalize('NFKD').toUpperCase()).toLowerCase().replace(BETWEEN, '')

const backwards = (text: string): string => Array.from(text).reverse().join('')

/** Bytes that stand one in a character, as UTF-8 where they are that. */
function fromBytes(bytes: string): string {
  try {
    return decodeURIComponent(bytes.replace(/[\s\S]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`))
  } catch {
    return bytes
  }
}

const fromHex = (hex: string): string => hex.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)))

const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' }
/** In turn: bytes, UTF-16, code points (of eight digits, of CSS, in braces, behind a plus, of HTML), octal bytes, decimals, entities, one sign. */
const ESCAPES =
  /((?:(?:%|\\[xX])[\da-fA-F]{2})+)|[\\%]u([\da-fA-F]{4})|(?:\\U(?=[\da-fA-F]{8})|\\(?=0[\da-fA-F]{5})|\\[uxUX]\{|[uU]\+|&#[xX])0*([\da-fA-F]{1,5})[};\s]?|((?:\\[0-3]?[0-7]{1,2})+)|&#0*(\d{1,6});?|(&[a-zA-Z]{2,8};)|\\([\s\S])/g

/** Without the escapes of URLs, JSON, programming languages and HTML, one layer of them. */
const withoutEscapes = (text: string): string =>
  text.replace(
    ESCAPES,
    (_, hex?: string, unit?: string, x?: string, octal?: string, decimal?: string, entity?: string, one = '') => {
      if (hex !== undefined) return fromBytes(fromHex(hex.replace(/%|\\x/gi, '')))
      if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16))
      if (x !== undefined) return String.fromCodePoint(Number.parseInt(x, 16))
      if (octal !== undefined)
        return fromBytes(octal.replace(/\\([0-7]+)/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))))
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
      // An entity with a name stands for no letter and no digit of ASCII.
      return entity === undefined ? (UNESCAPED[one] ?? one) : ' '
    },
  )

const quotedPrintable = (text: string): string =>
  text.replace(/=\r?\n/g, '').replace(/(?:=[0-9a-f]{2})+/gi, (run) => fromBytes(fromHex(run.replaceAll('=', ''))))

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** By character code. */
let values: number[] | undefined

/** The bytes of base64 of either alphabet, read from one of its signs on. */
function fromBase64(signs: string, from: number): string {
  if (values === undefined) {
    values = new Array<number>(128).fill(0)
    for (let value = 0; value < SIGNS.length; value++) values[SIGNS.charCodeAt(value)] = value
    values['-'.charCodeAt(0)] = 62
    values['_'.charCodeAt(0)] = 63
  }
  const table = values
  const bytes: number[] = []
  for (let i = from; i + 1 < signs.length; i += 4) {
    const [a = 0, b = 0] = [table[signs.charCodeAt(i)], table[signs.charCodeAt(i + 1)]]
    const [c = 0, d = 0] = [table[signs.charCodeAt(i + 2)], table[signs.charCodeAt(i + 3)]]
    bytes.push((a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d)
  }
  return String.fromCharCode(...bytes)
}

/** Mail breaks its lines. */
const BASE64 = /[\w+/-]+(?:\r?\n[\t ]*[\w+/-]+)*/g
const HEX = /(?:0x|\\x)?[0-9a-f](?:[\s:,;.-]*(?:0x|\\x)?[0-9a-f])+/gi
const NUMBERS = /\d{1,3}(?:[\s,;.:-]+\d{1,3})+/g
/** Of what follows, the signs that count. */
const signsOf = (run: string): string => run.replace(/\s/g, '')
const digitsOf = (run: string): string => run.replace(/0x|\\x|[^0-9a-f]/gi, '')
const LONGEST_RUN = 10_000

/** Of so many bytes; a character may stand half in the sign before. */
const leastSigns = (bytes: number): number => Math.max(SHORTEST, Math.floor((bytes * 4) / 3) - 1)
const shortestOf = (secrets: readonly string[]): number => Math.max(SHORTEST, Math.min(...secrets.map(({ length }) => length)))

interface Runs {
  base64: string[]
  hex: string[]
  lists: number[][]
}

/** What of a text may be read otherwise, where that has so many bytes. */
function runsIn(text: string, bytes: number): Runs {
  const runs = (pattern: RegExp, signs: (run: string) => string, least: number): string[] =>
    (text.match(pattern) ?? []).map(signs).filter(({ length }) => length >= least && length <= LONGEST_RUN)
  return {
    base64: runs(BASE64, signsOf, leastSigns(bytes)),
    hex: runs(HEX, digitsOf, bytes * 2),
    lists: (text.match(NUMBERS) ?? [])
      .map((list) => (list.match(/\d+/g) ?? []).map(Number))
      .filter(({ length }) => length >= bytes && length <= LONGEST_RUN),
  }
}

/** A text without what may be read otherwise and is long enough for one of the secrets. */
export function withoutRuns(text: string, secrets: readonly string[], instead: string): string {
  const bytes = shortestOf(secrets)
  const cut = (rest: string, pattern: RegExp, size: (run: string) => number, least: number): string =>
    rest.replace(pattern, (run) => (size(run) >= least ? instead : run))
  const base64 = cut(text, BASE64, (run) => signsOf(run).length, leastSigns(bytes))
  const hex = cut(base64, HEX, (run) => digitsOf(run).length, bytes * 2)
  return cut(hex, NUMBERS, (list) => list.match(/\d+/g)?.length ?? 0, bytes)
}

/** Where a run begins that is read by fours, or by twos, is not known. */
const decoded = ({ base64, hex, lists }: Runs): string[] => [
  ...base64.flatMap((run) => [0, 1, 2, 3].map((from) => fromBase64(run, from))),
  ...hex.flatMap((run) => [0, 1].map((from) => fromHex(run.slice(from)))),
  ...lists.map((list) => String.fromCharCode(...list)),
]

/** What a text says by itself and in each reading. */
function readings(text: string, bytes: number, depth = 0, seen = new Set<string>()): Set<string> {
  if (seen.has(text) || text.length < SHORTEST) return seen
  seen.add(text)
  for (const reading of [withoutEscapes(text), quotedPrintable(text)]) readings(reading, bytes, depth, seen)
  if (depth < DEEPEST)
    // Most readings are of what was never written so: bytes in which nothing of any length can be read again.
    for (const reading of decoded(runsIn(text, bytes)))
      if (/[\w%\\&;=+/-]{6}/.test(reading)) readings(reading, bytes, depth + 1, seen)
      else seen.add(reading)
  return seen
}

/** Whether there is anything to decode: in k6 that takes tens of milliseconds, all else less than one. */
const hasRuns = (text: string, bytes: number): boolean =>
  [text, withoutEscapes(text)].some((one) => Object.values(runsIn(one, bytes)).some((runs) => runs.length > 0))

/** A secret without its escapes, where it looks as if it had some: a text is read so, too. */
function plainest(secret: string): string {
  const plainer = withoutEscapes(secret)
  return plainer === secret ? secret : plainest(plainer)
}

/** UTF-8, a byte in a character. */
const utf8 = (text: string): string =>
  // A half of a surrogate pair has no bytes.
  encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd')).replace(/%(..)/g, (_, byte: string) => fromHex(byte))

/** UTF-16 of either order of bytes. */
const utf16 = (text: string): string[] => {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
  const of = (first: (unit: number) => number, second: (unit: number) => number): string =>
    units.map((unit) => String.fromCharCode(first(unit), second(unit))).join('')
  const [high, low] = [(unit: number) => unit >> 8, (unit: number) => unit & 255]
  return [of(low, high), of(high, low)]
}

const needles = new Map<string, string[]>()
const MOST_NEEDLES = 200

/** What of a secret is looked for; empty where too little of it is letters and digits. */
function needlesOf(secret: string): string[] {
  let found = needles.get(secret)
  if (found === undefined) {
    const forms = [secret, backwards(secret), plainest(secret), backwards(plainest(secret))]
    const bytes = ASCII.test(secret) ? [] : forms.flatMap((form) => [utf8(form), ...utf16(form)])
    found = [...new Set([...forms, ...bytes].map(folded))].filter(({ length }) => length >= SHORTEST)
    // Tokens are renewed, and a run may be long.
    if (needles.size >= MOST_NEEDLES) needles.clear()
    needles.set(secret, found)
  }
  return found
}

/** How a text is looked at. */
export interface Look {
  /** The text ends where it was cut off: then the beginning of a secret at its end counts as well. */
  cut?: boolean
  /** There is no time: what would have to be decoded counts as a secret. */
  quick?: boolean
}

/** Whether one of the secrets stands in the text, in any of the forms that docs/how-to/secrets.md names. */
export function holds(text: string, secrets: readonly string[], { cut = false, quick = false }: Look = {}): boolean {
  const wanted = secrets.flatMap(needlesOf)
  if (wanted.length === 0) return false
  const shortest = shortestOf(secrets)
  if (quick && hasRuns(text, shortest)) return true
  const isHeldBy = (found: readonly string[], towardsEnd: (reading: string) => string): boolean =>
    found.some((reading) => wanted.some((needle) => reading.includes(needle))) ||
    (cut && wanted.some((needle) => found.some((reading) => endsWithin(towardsEnd(reading), needle))))
  const readingsOf = (one: string): string[] => [...readings(one, shortest)].map(folded)
  return isHeldBy(readingsOf(text), (reading) => reading) || isHeldBy(readingsOf(backwards(text)), backwards)
}

function endsWithin(reading: string, needle: string): boolean {
  for (let length = Math.min(needle.length, reading.length); length >= SHORTEST; length--)
    if (reading.endsWith(needle.slice(0, length))) return true
  return false
}
