/**
 * Right answers of one endpoint are alike but for the request's id, what it is about, and one member: a time, a new id, a total. Once one of
 * them was read, strings decide whether another one is right. (k6's engine: 2 µs, where parsing and judging a pong take 8, a page 1,000.)
 */
import type { Call } from './endpoint.ts'

/**
 * The free member's value, as it is written, in an answer to this call that is else like the one the frame was made of; undefined for
 * any other answer.
 */
export type Frame = (body: string, call: Call) => string | undefined

/** Ids and times: nothing that ends a string or is written in more than one way. */
const WORD = '^[\\w.:+-]+$'
// Made when first asked for: the first regular expression that a VU makes costs it 17 KB, and many a VU judges by none.
let word: RegExp | undefined

/** A number as JSON.stringify writes it; written otherwise it may be one too, but then it must be read. */
function isNumber(text: string): boolean {
  const number = +text
  return number - number === 0 && `${number}` === text
}

/** A text around the places of the id and of what the call is about. */
interface Pieces {
  begin: string
  /** Whether the id stands there, not what the call is about. */
  first?: boolean
  middle: string
  second?: boolean
  end: string
}

/** @returns undefined where there are more than two such places */
function piecesOf(text: string, id: string | undefined, subject: string | undefined): Pieces | undefined {
  const between: string[] = []
  const ids: boolean[] = []
  const parts = (whole: string, name: string | undefined): string[] => (name === undefined ? [whole] : whole.split(`"${name}"`))
  parts(text, id).forEach((part, i) => {
    if (i > 0) ids.push(true)
    parts(part, subject).forEach((piece, k) => {
      if (k > 0) ids.push(false)
      between.push(piece)
    })
  })
  const [begin = '', middle = '', end = ''] = between
  const [first, second] = ids
  if (ids.length > 2) return undefined
  return { begin, middle, end, ...(first === undefined ? {} : { first }), ...(second === undefined ? {} : { second }) }
}

/**
 * @param body of an answer to `call` that was judged right, and whose judge compares with the call's `id` and `expect` and nothing else
 * @param free member that may have any value
 * @param value that it has there
 * @returns undefined where the answer does not show it in the one place and form that strings can find again
 */
export function frameOf(body: string, call: Call, free: string, value: unknown): Frame | undefined {
  const key = `"${free}":`
  const at = body.indexOf(key)
  if (at < 0 || body.indexOf(key, at + 1) >= 0) return undefined
  const isText = typeof value === 'string'
  const text = isText ? value : JSON.stringify(value)
  word ??= new RegExp(WORD)
  const words = word
  if (isText ? !words.test(text) : typeof value !== 'number' || !isNumber(text)) return undefined
  const start = at + key.length
  if (!body.startsWith(isText ? `"${text}"` : text, start)) return undefined
  const { id, expect } = call
  // Where a text can be written in two ways, or be two things, what stands in its place need not be it.
  if (body.includes('\\') || (id === expect && id !== undefined) || id === '' || expect === '') return undefined
  const noId = id === undefined
  const aboutNothing = expect === undefined
  const from = isText ? start + 1 : start
  const before = piecesOf(body.slice(0, from), id, expect)
  const after = piecesOf(body.slice(from + text.length), id, expect)
  if (before === undefined || after === undefined) return undefined
  const { begin, first, middle, second, end } = before
  const { begin: next, first: third, middle: then, second: fourth, end: last } = after
  // One function without calls of others: in k6's engine a call costs as much as all that a small one does.
  return (answer, { id: ofId, expect: ofSubject }) => {
    if ((ofId === undefined) !== noId || (ofSubject === undefined) !== aboutNothing) return undefined
    let head = begin
    if (first !== undefined) head += `"${first ? ofId : ofSubject}"${middle}`
    if (second !== undefined) head += `"${second ? ofId : ofSubject}"${end}`
    let tail = next
    if (third !== undefined) tail += `"${third ? ofId : ofSubject}"${then}`
    if (fourth !== undefined) tail += `"${fourth ? ofId : ofSubject}"${last}`
    const stop = answer.length - tail.length
    if (stop <= head.length || answer.slice(0, head.length) !== head || answer.slice(stop) !== tail) return undefined
    const found = answer.slice(head.length, stop)
    return (isText ? words.test(found) : isNumber(found)) ? found : undefined
  }
}
