/**
 * Right answers of one method are alike but for the request's id, what it is about, and one member of the result: a time, a new id. Once
 * one of them was read, strings decide whether another one is right. (k6's engine: 2 µs, where parsing and judging take 8.)
 */
import type { Call } from './endpoint.ts'

/**
 * The free member's value, as it is written, in an answer to this call that is else like the one the frame was made of; undefined for
 * any other answer.
 */
export type Frame = (body: string, call: Call) => string | undefined

// Made when first asked for: the first regular expression that a VU makes costs it 17 KB, and many a VU sends no JSON-RPC.
let word: RegExp | undefined

/** Ids and times: nothing that ends a string or is written in more than one way. */
function isWord(text: string): boolean {
  word ??= /^[\w.:+-]+$/
  return word.test(text)
}

/** A number as JSON.stringify writes it; written otherwise it may be one too, but then it must be read. */
function isNumber(text: string): boolean {
  const number = +text
  return number - number === 0 && `${number}` === text
}

type Texts = (id: string, subject: string) => string

/** A text in which the id and what the call is about may have other values; undefined where it has more than two places for them. */
function textsLike(text: string, id: string, subject: string | undefined): Texts | undefined {
  const pieces: string[] = []
  const ids: boolean[] = []
  text.split(quoted(id)).forEach((between, i) => {
    if (i > 0) ids.push(true)
    const [first = '', ...others] = subject === undefined ? [between] : between.split(quoted(subject))
    pieces.push(first)
    for (const other of others) {
      ids.push(false)
      pieces.push(other)
    }
  })
  const [begin = '', middle = '', end = ''] = pieces
  const [one, two] = ids
  if (one === undefined) return () => begin
  if (two === undefined) return (ofId, ofSubject) => begin + (one ? ofId : ofSubject) + middle
  if (ids.length > 2) return undefined
  return (ofId, ofSubject) => begin + (one ? ofId : ofSubject) + middle + (two ? ofId : ofSubject) + end
}

const quoted = (text: string): string => `"${text}"`

/**
 * @param body of an answer to `call` that was judged right, and whose judge compares with the call's `id` and `expect` and nothing else
 * @param free member of the result that may have any value
 * @param value that it has there
 * @returns undefined where the answer does not show it in the one place and form that strings can find again
 */
export function frameOf(body: string, call: Call, free: string, value: unknown): Frame | undefined {
  const key = `"${free}":`
  const at = body.indexOf(key)
  if (at < 0 || body.indexOf(key, at + 1) >= 0) return undefined
  const isText = typeof value === 'string'
  const text = isText ? value : JSON.stringify(value)
  if (isText ? !isWord(text) : typeof value !== 'number' || !isNumber(text)) return undefined
  const start = at + key.length
  if (!body.startsWith(isText ? quoted(text) : text, start)) return undefined
  const { id = '', expect } = call
  // Where a text can be written in two ways, or be two things, what stands in its place need not be it.
  if (body.includes('\\') || id === expect || id === '' || expect === '') return undefined
  const aboutNothing = expect === undefined
  const from = isText ? start + 1 : start
  const heads = textsLike(body.slice(0, from), id, expect)
  const tails = textsLike(body.slice(from + text.length), id, expect)
  if (heads === undefined || tails === undefined) return undefined
  return (answer, { id: ofId, expect: ofSubject }) => {
    if ((ofSubject === undefined) !== aboutNothing) return undefined
    const ownId = `"${ofId}"`
    const ownSubject = `"${ofSubject}"`
    const head = heads(ownId, ownSubject)
    const tail = tails(ownId, ownSubject)
    const begin = head.length
    const end = answer.length - tail.length
    if (end <= begin || answer.slice(0, begin) !== head || answer.slice(end) !== tail) return undefined
    const found = answer.slice(begin, end)
    return (isText ? isWord(found) : isNumber(found)) ? found : undefined
  }
}
