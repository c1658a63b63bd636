/**
 * What the contract says of an answer, put together from small rules. Rules are made where a VU first needs them: what a module makes when
 * it loads, every VU of every script pays for.
 */
import { isObject, readJson } from '../base/json.ts'
import { isUuid } from './recent.ts'

/**
 * What a value must be.
 * @param at where it stands, such as `lines[0].sku`; empty for the whole body
 * @returns what is wrong with a value, as the end of the sentence "the answer …"; undefined where nothing is
 */
export type Rule = (value: unknown, at: string) => string | undefined

const MOST_SHOWN = 80

const misses = (at: string, value: unknown, due: string): string =>
  value === undefined ? `has no ${at}` : `has ${at} ${String(JSON.stringify(value)).slice(0, MOST_SHOWN)}, not ${due}`

/**
 * A rule that is a condition.
 *
 *     const even = a('an even number', (value) => typeof value === 'number' && value % 2 === 0)
 *
 * @param due what the value is to be
 */
export const a =
  (due: string, holds: (value: unknown) => boolean): Rule =>
  (value, at) =>
    holds(value) ? undefined : misses(at, value, due)

/** Deep equality of what JSON can say; the order of members means nothing. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one))
    return Array.isArray(other) && one.length === other.length && one.every((value, i) => same(value, other[i]))
  if (!isObject(one) || !isObject(other)) return false
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => same(one[key], other[key]))
}

/** Exactly this, whatever JSON it is. */
export const is = (expected: unknown): Rule => {
  const due = JSON.stringify(expected)
  return a(due, (value) => same(value, expected))
}
/** A text with something in it. */
export const text: Rule = (value, at) =>
  typeof value === 'string' && value !== '' ? undefined : misses(at, value === '' ? undefined : value, 'a text')
/** A finite number. JSON has no NaN, and what is too large for a number is infinite. */
export const number: Rule = (value, at) =>
  typeof value === 'number' && value - value === 0 ? undefined : misses(at, value, 'a number')
/** A number of at least 0: a time, or a span of it. */
export const positive: Rule = (value, at) =>
  typeof value === 'number' && value >= 0 && value - value === 0 ? undefined : misses(at, value, 'a number of at least 0')
const DAY_MS = 86_400_000
/** Clocks differ, by minutes at most where anything works; a time in seconds, or of 1970, is none of now. */
export const isNow = (time: number): boolean => Math.abs(time - Date.now()) < DAY_MS
/** A moment of this run, in epoch milliseconds. */
export const moment: Rule = (value, at) =>
  typeof value === 'number' && isNow(value) ? undefined : misses(at, value, 'the epoch milliseconds of now')
/** A whole number of at least 0, which counts something. */
export const count: Rule = (value, at) =>
  typeof value === 'number' && value >= 0 && value % 1 === 0 ? undefined : misses(at, value, 'a whole number of at least 0')

export const uuid: Rule = (value, at) => (isUuid(value) ? undefined : misses(at, value, 'a UUID'))

/** A list, each item of which is right by the rule; an empty one is right. */
export const listOf =
  (rule: Rule): Rule =>
  (value, at) => {
    if (!Array.isArray(value)) return misses(at, value, 'a list')
    // The place is only written where something is wrong there.
    for (let i = 0; i < value.length; i++) if (rule(value[i], at) !== undefined) return rule(value[i], `${at}[${i}]`)
    return undefined
  }

/**
 * An object that has these members, whatever it has besides.
 *
 *     const order = object({ id: text, total: positive, lines: listOf(object({ sku: text, count })) })
 *     order({ id: 'o-1', total: 12, lines: [{ sku: 'a', count: -1 }] }, '')
 *     // 'has lines[0].count -1, not a whole number of at least 0'
 */
export function object(members: Readonly<Record<string, Rule>>): Rule {
  const names = Object.keys(members)
  const rules = Object.values(members)
  return (value, at) => {
    if (!isObject(value)) return at === '' ? 'is no JSON object' : misses(at, value, 'an object')
    for (let i = 0; i < rules.length; i++) {
      const name = names[i] as string
      const rule = rules[i] as Rule
      if (rule(value[name], name) !== undefined) return rule(value[name], at === '' ? name : `${at}.${name}`)
    }
    return undefined
  }
}

/** One that has something in it. */
export const someObject: Rule = a('an object with something in it', (value) => isObject(value) && Object.keys(value).length > 0)

/**
 * What a text says as JSON; undefined for what is none, and for what says a member twice: readers of such a text do not agree on what it says.
 */
export function readOnce(body: string): unknown {
  const value = readJson(body)
  if (typeof value !== 'object' || value === null) return value
  const written = JSON.stringify(value)
  // Mostly JSON is written in the one compact way.
  if (written === body) return value
  return namesIn(body) > namesIn(written) ? undefined : value
}

/** What is wrong with a text that `readOnce` does not read, as the end of the sentence "the answer …". */
export const NOT_JSON = 'is not JSON, or says a member twice'

/** Texts are taken whole, so that nothing within one looks like a name. */
const namesIn = (json: string): number =>
  (json.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?/g) ?? []).reduce((sum, text) => (text.endsWith('"') ? sum : sum + 1), 0)

/** In place of bytes that are no UTF-8, in k6 and in Node alike; nothing that the contract has carries it. */
export const NO_UTF8 = '\ufffd'
export const NOT_UTF8 = 'is not UTF-8'

/**
 * Reads the body of an answer that means success: JSON in UTF-8 that says no member twice, carries no `error`, and is right by the rule.
 *
 *     const read = readAnswer<{ id: string }>(body, object({ id: text }))
 *     if (typeof read === 'string') return read
 *
 * @returns the value, or a text that says what is wrong with it
 */
export function readAnswer<T>(body: string, rule: Rule): T | string {
  const value = readOnce(body)
  if (body.includes(NO_UTF8)) return NOT_UTF8
  if (value === undefined) return NOT_JSON
  if (isObject(value) && value.error !== undefined) return 'carries an error under the status of success'
  return rule(value, '') ?? (value as T)
}

/** The same where only the result counts. */
export function checkAnswer(body: string, rule: Rule): string | undefined {
  const read = readAnswer<object>(body, rule)
  return typeof read === 'string' ? read : undefined
}

/** What is wrong with a validator, which RFC 9110, section 8.8.3, has in quotes; undefined where nothing is. */
export function etagFault(etag: string | undefined, mayBeWeak: boolean): string | undefined {
  if (etag === undefined) return 'has no ETag'
  const right = mayBeWeak ? /^(?:W\/)?"[!#-~\x80-\xff]*"$/ : /^"[!#-~\x80-\xff]*"$/
  return right.test(etag) ? undefined : `has ETag ${etag}, which is not ${mayBeWeak ? '' : 'strong and '}quoted`
}
