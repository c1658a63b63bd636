/**
 * Answers to a request that is sent again and again differ in one member at most: a time, a new id. Once a right answer was seen,
 * strings decide whether another one is right. (k6's engine: 1 µs, where parsing and judging take 8.)
 */
import { isObject, readJson } from './json.ts'

/** What stands before and after the free member's value in a right answer. */
export interface Frame {
  head: string
  tail: string
  /** The value is a string, and the tail begins with the quote that ends it. */
  quoted: boolean
}

// Made when first asked for: the first regular expression that a VU makes costs it 17 KB, and many a VU sends no JSON-RPC.
let number: RegExp | undefined
let word: RegExp | undefined

function isNumber(text: string): boolean {
  number ??= /^-?\d+(\.\d+)?$/
  return number.test(text)
}

/** Ids and times: nothing that ends a string or is written in more than one way. */
function isWord(text: string): boolean {
  word ??= /^[\w.:+-]+$/
  return word.test(text)
}

/**
 * The frame of an answer that was judged right.
 * @param free member of the result that may have any value
 * @returns undefined where the answer does not show it in the one place and form that strings can find again
 */
export function frameOf(body: string, free: string): Frame | undefined {
  const answer = readJson(body)
  const result = isObject(answer) ? answer.result : undefined
  const value = isObject(result) ? result[free] : undefined
  const key = `"${free}":`
  const at = body.indexOf(key)
  if (at < 0 || body.indexOf(key, at + 1) >= 0) return undefined
  const text = JSON.stringify(value)
  const quoted = typeof value === 'string'
  if (quoted ? !isWord(value) : typeof value !== 'number' || !isNumber(text)) return undefined
  const start = at + key.length
  if (!body.startsWith(text, start)) return undefined
  return quoted
    ? { head: body.slice(0, start + 1), tail: body.slice(start + text.length - 1), quoted }
    : { head: body.slice(0, start), tail: body.slice(start + text.length), quoted }
}

/** The free member's value, as it is written, in an answer that is else like the one the frame was made of; undefined for any other answer. */
export function valueIn(body: string, { head, tail, quoted }: Frame): string | undefined {
  const start = head.length
  const end = body.length - tail.length
  if (end <= start || !body.startsWith(head) || !body.endsWith(tail)) return undefined
  const value = body.slice(start, end)
  return (quoted ? isWord(value) : isNumber(value)) ? value : undefined
}
