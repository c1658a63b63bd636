/**
 * The quick check: strings decide whether an answer has the shape of one that was read and found right. (k6's engine: 2 µs, where reading and
 * checking a pong takes 8, a page 1,000.) It can only say yes: whatever it does not take is read.
 */
/**
 * Whether a free member may have this value: the text between its quotes, or a number, as it is written.
 * @param about what the call is about
 */
export type Test = (value: string, about: string) => boolean

/** How valid answers of one endpoint differ; without a name here, they are the same text but for the id and the subject that was asked about. */
export interface Variety {
  /**
   * Members that may have another value in each answer; true: any word or number, as in the answer that was read. A test of a text must
   * take nothing that could end it, such as a quote. Tests come in this order, when all else is right: only the last may remember.
   */
  free?: Readonly<Record<string, Test | true>>
  /** One shape for each of these; told what the call is about. */
  by?: (about: string) => string
  /** What was asked about stands in answers as it is, not in quotes. */
  bare?: true
  /** Whether the next answer is read whatever it looks like. */
  due?(): boolean
  /** Instead of shapes: whether the answer is, to the letter, one that was read. To read it again would find the same: chance reads none of these. */
  known?(body: string, expect: string, headers: Readonly<Record<string, string>>): boolean
  /** Beside `known`: whether the answer, which is none of those, looks like them. */
  alike?(body: string, expect: string, headers: Readonly<Record<string, string>>): boolean
}

/** Answers that each VU reads first, of each endpoint. */
export const READ_FIRST = 3
/** After that one in so many of those that are not known to the letter is read whatever its shape, by chance: a gateway cannot know which. */
export const READ_ONE_IN = 50
/** Shapes that are made without having been of use: where no answer is like another, making them only costs. */
const MOST_MADE = 8

/** Ids and times: nothing that ends a string or is written in more than one way. */
const WORD = '^[\\w.:+-]+$'
// Made when first asked for: the first regular expression that a VU makes costs it 17 KB, and many a VU checks by none.
let words: RegExp | undefined
export const isWord = (value: string): boolean => {
  words ??= new RegExp(WORD)
  return words.test(value)
}

/** A number as JSON.stringify writes it; written otherwise it may be one too, but then it must be read. */
function isNumber(value: string): boolean {
  const number = +value
  return number - number === 0 && `${number}` === value
}

/** Texts around the places of the id and of what the call is about. */
interface Pieces {
  begin: string
  /** Whether the id stands there, not what the call is about. */
  first?: boolean
  middle: string
  second?: boolean
  end: string
}

/** @returns undefined where there are more than two such places */
function piecesOf(text: string, id: string | undefined, subject: string | undefined, quote: string): Pieces | undefined {
  const between: string[] = []
  const ids: boolean[] = []
  const parts = (whole: string, name: string | undefined, mark: string): string[] =>
    name === undefined || name === ''
      ? [whole]
      : whole.split(`${mark}${name}${mark}`).map((part, i, all) => (i > 0 ? mark : '') + part + (i < all.length - 1 ? mark : ''))
  parts(text, id, '"').forEach((part, i) => {
    if (i > 0) ids.push(true)
    parts(part, subject, quote).forEach((piece, k) => {
      if (k > 0) ids.push(false)
      between.push(piece)
    })
  })
  const [begin = '', middle = '', end = ''] = between
  const [first, second] = ids
  if (ids.length > 2) return undefined
  return { begin, middle, end, ...(first === undefined ? {} : { first }), ...(second === undefined ? {} : { second }) }
}

/** Where the one member of this name has its value, without quotes; undefined where it is not in the one place that strings can find. */
function placeOf(body: string, name: string): { from: number; to: number; isText: boolean } | undefined {
  const key = `"${name}":`
  const at = body.indexOf(key)
  if (at < 0 || body.indexOf(key, at + 1) >= 0) return undefined
  const from = at + key.length
  const isText = body[from] === '"'
  const value = (isText ? /^(?:[^"\\]|\\.)*(?=")/ : /^[-+.\deE]+/).exec(body.slice(isText ? from + 1 : from))?.[0]
  if (value === undefined) return undefined
  const begin = isText ? from + 1 : from
  return { from: begin, to: begin + value.length, isText }
}

type Shape = (answer: string, expect: string, id: string | undefined) => boolean

/** @returns undefined where the answer does not show what varies in places that strings can find again */
function shapeOf(body: string, expect: string, id: string | undefined, { free = {}, bare }: Variety): Shape | undefined {
  // Where a text can be two things, what stands in its place need not be it.
  if (id === expect || id === '') return undefined
  const places: { from: number; to: number; test: Test; order: number }[] = []
  for (const name in free) {
    const place = placeOf(body, name)
    if (place === undefined) return undefined
    const { from, to, isText } = place
    const given = free[name] as Test | true
    const test = isText
      ? given === true
        ? isWord
        : given
      : given === true
        ? isNumber
        : (value: string, about: string) => isNumber(value) && given(value, about)
    if (given === true && !test(body.slice(from, to), expect)) return undefined
    places.push({ from, to, test, order: places.length })
  }
  places.sort((one, other) => one.from - other.from)
  const gaps: Pieces[] = []
  for (let i = 0; i <= places.length; i++) {
    const gap = body.slice(places[i - 1]?.to ?? 0, places[i]?.from)
    // Where a quote can be written within a text, what looks like the subject need not be it.
    const pieces = gap.includes('\\') ? undefined : piecesOf(gap, id, expect, bare ? '' : '"')
    if (pieces === undefined) return undefined
    gaps.push(pieces)
  }
  const noId = id === undefined
  const aboutNothing = expect === ''
  const tests = places
    .map(({ test }, at) => ({ test, at, order: places[at]?.order ?? 0 }))
    .sort((one, other) => one.order - other.order)
  return places.length === 1
    ? aroundOne(gaps as [Pieces, Pieces], (places[0] as { test: Test }).test, noId, aboutNothing)
    : aroundSeveral(gaps, tests, noId, aboutNothing)
}

/** One function without calls of others: in k6's engine a call costs as much as all that a small one does. */
function aroundOne([before, after]: readonly [Pieces, Pieces], test: Test, noId: boolean, aboutNothing: boolean): Shape {
  const { begin, first, middle, second, end } = before
  const { begin: next, first: third, middle: then, second: fourth, end: last } = after
  return (answer, ofSubject, ofId) => {
    if ((ofId === undefined) !== noId || (ofSubject === '') !== aboutNothing) return false
    let head = begin
    if (first !== undefined) head += (first ? ofId : ofSubject) + middle
    if (second !== undefined) head += (second ? ofId : ofSubject) + end
    let tail = next
    if (third !== undefined) tail += (third ? ofId : ofSubject) + then
    if (fourth !== undefined) tail += (fourth ? ofId : ofSubject) + last
    const from = head.length
    const stop = answer.length - tail.length
    return stop >= from && answer.startsWith(head) && answer.endsWith(tail) && test(answer.slice(from, stop), ofSubject)
  }
}

/** The same around any number of free members; by number, which is what k6's engine does quickest. */
function aroundSeveral(
  gaps: readonly Pieces[],
  tests: readonly { test: Test; at: number }[],
  noId: boolean,
  aboutNothing: boolean,
): Shape {
  const last = gaps.length - 1
  const values: string[] = []
  return (answer, ofSubject, ofId) => {
    if ((ofId === undefined) !== noId || (ofSubject === '') !== aboutNothing) return false
    let at = 0
    for (let i = 0; i <= last; i++) {
      const { begin, first, middle, second, end } = gaps[i] as Pieces
      let text = begin
      if (first !== undefined) text += (first ? ofId : ofSubject) + middle
      if (second !== undefined) text += (second ? ofId : ofSubject) + end
      if (i === 0) {
        if (last === 0) return answer === text
        if (!answer.startsWith(text)) return false
        at = text.length
        continue
      }
      const stop = i === last ? answer.length - text.length : answer.indexOf(text, at)
      if (stop < at || (i === last && !answer.endsWith(text))) return false
      values[i - 1] = answer.slice(at, stop)
      at = stop + text.length
    }
    for (let i = 0; i < tests.length; i++) {
      const { test, at: which } = tests[i] as (typeof tests)[number]
      if (!test(values[which] as string, ofSubject)) return false
    }
    return true
  }
}

/** The quick check of one VU's answers of one endpoint. */
export interface Quick {
  /** Whether the answer is right without being read. */
  takes(body: string, expect: string, id: string | undefined, headers: Readonly<Record<string, string>>): boolean
  /** An answer that was read and is right. */
  learn(body: string, expect: string, id?: string): void
  /** An answer that was read and is wrong. */
  doubt(): void
}

export function quick(variety: Variety): Quick {
  const { by, known, alike, due } = variety
  const shapes = new Map<string, Shape>()
  let only: Shape | undefined
  let missed = true
  let made = 0
  let first = READ_FIRST
  const answersUntilNext = () => 1 + Math.floor(Math.random() * (2 * READ_ONE_IN - 1))
  /** Answers until one is read. */
  let left = answersUntilNext()
  /** Chance has picked this one. */
  let picked = false
  /** One that chance has picked was wrong: from then on all are read. */
  let doubted = false
  return {
    takes(body, expect, id, headers) {
      picked = false
      if (due?.() === true) return false
      if (first > 0) {
        first--
        return false
      }
      if (known?.(body, expect, headers) === true) return true
      if (doubted) return false
      if (left === 0) {
        picked = true
        left = answersUntilNext()
        return false
      }
      left--
      if (known !== undefined) return alike?.(body, expect, headers) === true
      const shape = by === undefined ? only : shapes.get(by(expect))
      missed = shape === undefined || !shape(body, expect, id)
      if (!missed) made = 0
      return !missed
    },
    learn(body, expect, id) {
      if (known !== undefined || made >= MOST_MADE) return
      if (!missed && (by === undefined || shapes.has(by(expect)))) return
      made++
      missed = false
      const shape = shapeOf(body, expect, id, variety)
      if (by === undefined) only = shape ?? only
      else if (shape !== undefined) shapes.set(by(expect), shape)
    },
    doubt() {
      if (picked) doubted = true
    },
  }
}
