/** What a value of an answer may be held to: one row an operator. Pure. */

import { UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'
import { didYouMean } from '../base/nearest.ts'
import { type Bindings, holder, valueTemplate } from './template.ts'

/** What is wrong with a value, as the end of "has <path> <value>, …"; undefined where it is right. */
export type Test = (value: unknown, bindings: Bindings) => string | undefined

interface Operator {
  /** What the argument must be, for errors. */
  expected: string
  accepts(argument: unknown): boolean
  make(argument: unknown): Test
}

const isScalar = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value)

const LONGEST_SHOWN = 60
/** A value in an error; a long one is cut. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text
}

/** Equal as JSON: members in any order. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value
/** Of JSON. */
export const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']
/** What is too large for a number is none that JSON could carry on. */
const isOfType = (value: unknown, type: string): boolean => (type === 'number' ? Number.isFinite(value) : typeOf(value) === type)

/**
 * What was sent is sent as text in a URL or from a CSV file, and comes back as JSON: "7" is 7 there. Only for values of this request, and
 * only for texts against numbers and booleans.
 */
const sameValue = (found: unknown, sent: unknown): boolean =>
  equal(found, sent) || (isScalar(found) && isScalar(sent) && String(found) === String(sent))

export function equals(argument: unknown): Test {
  const wanted = valueTemplate(argument)
  const varies = wanted(EMPTY) !== argument
  return (value, bindings) => {
    const due = wanted(bindings)
    return (varies ? sameValue(value, due) : equal(value, due)) ? undefined : `not ${show(due)}`
  }
}
const EMPTY: Bindings = {}

const lengthOf = (value: unknown): number | undefined =>
  typeof value === 'string' || Array.isArray(value) ? value.length : isObject(value) ? Object.keys(value).length : undefined

const whole = {
  expected: 'a whole number, 0 or more',
  accepts: (argument: unknown) => Number.isInteger(argument) && (argument as number) >= 0,
}
const number = { expected: 'a number', accepts: (argument: unknown) => typeof argument === 'number' && Number.isFinite(argument) }
const flag = { expected: 'true or false', accepts: (argument: unknown) => typeof argument === 'boolean' }

/** Of lengths: of a text, a list or an object. */
const length = (holds: (length: number, limit: number) => boolean, words: string, unit: string): Operator => ({
  ...whole,
  make: (argument) => (value) => {
    const found = lengthOf(value)
    return found !== undefined && holds(found, argument as number) ? undefined : `expected ${words} ${argument} ${unit}`
  },
})

function expression(argument: unknown): RegExp | undefined {
  try {
    return new RegExp(argument as string)
  } catch {
    return undefined
  }
}

export const OPERATORS: Readonly<Record<string, Operator>> = {
  equals: { expected: 'a value', accepts: () => true, make: equals },
  one_of: {
    expected: 'a list of values',
    accepts: (argument) => Array.isArray(argument) && argument.length > 0,
    make(argument) {
      const tests = (argument as unknown[]).map(equals)
      return (value, bindings) =>
        tests.some((test) => test(value, bindings) === undefined) ? undefined : `expected one of ${show(argument)}`
    },
  },
  matches: {
    expected: 'a regular expression',
    accepts: (argument) => typeof argument === 'string' && expression(argument) !== undefined,
    make(argument) {
      const wanted = expression(argument) as RegExp
      return (value) => (typeof value === 'string' && wanted.test(value) ? undefined : `expected a text that matches ${argument}`)
    },
  },
  contains: {
    expected: 'a value',
    accepts: () => true,
    make(argument) {
      const wanted = valueTemplate(argument)
      const held = typeof argument === 'string' ? holder(argument) : undefined
      return (value, bindings) => {
        const due = wanted(bindings)
        const has =
          typeof value === 'string'
            ? (held?.(value, bindings).holds ?? value.includes(String(due)))
            : Array.isArray(value) && value.some((item) => sameValue(item, due))
        return has ? undefined : `expected it to contain ${show(due)}`
      }
    },
  },
  type: {
    expected: `one of ${TYPES.join(', ')}`,
    accepts: (argument) => TYPES.includes(argument as string),
    make: (argument) => (value) => (isOfType(value, argument as string) ? undefined : `expected ${argument}`),
  },
  min: {
    ...number,
    make: (limit) => (value) =>
      Number.isFinite(value) && (value as number) >= (limit as number) ? undefined : `expected at least ${limit}`,
  },
  max: {
    ...number,
    make: (limit) => (value) =>
      Number.isFinite(value) && (value as number) <= (limit as number) ? undefined : `expected at most ${limit}`,
  },
  length: length((found, wanted) => found === wanted, 'exactly', 'items or characters'),
  min_length: length((found, limit) => found >= limit, 'at least', 'characters'),
  max_length: length((found, limit) => found <= limit, 'at most', 'characters'),
  min_items: {
    ...whole,
    make: (limit) => (value) =>
      Array.isArray(value) && value.length >= (limit as number) ? undefined : `expected a list of at least ${limit} items`,
  },
  max_items: {
    ...whole,
    make: (limit) => (value) =>
      Array.isArray(value) && value.length <= (limit as number) ? undefined : `expected a list of at most ${limit} items`,
  },
  unique: {
    ...flag,
    make: (wanted) => (value) => {
      if (!wanted) return undefined
      if (!Array.isArray(value)) return 'expected a list'
      return new Set(value.map((item) => JSON.stringify(item))).size === value.length ? undefined : 'has an item twice'
    },
  },
  exists: {
    ...flag,
    make: (wanted) => (value) => ((value !== undefined) === wanted ? undefined : wanted ? 'expected a value' : 'expected none'),
  },
}

/** What a target file holds a value to: the value itself, or an object of operators. */
export type Matcher = unknown

/**
 * @param where file and key, for errors
 * @throws UsageError for an operator that there is not, or one with another argument than it takes
 */
export function testOf(matcher: Matcher, where: string): Test {
  if (!isObject(matcher)) return equals(matcher)
  const names = Object.keys(matcher)
  if (names.length === 0) throw new UsageError(`${where}: expected a value or checks such as {"min_items": 1}, found {}`)
  const tests = names.map((name) => {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
    const known = Object.keys(OPERATORS)
    if (operator === undefined)
      throw new UsageError(
        `${where}: unknown check "${name}"${didYouMean(name, known)}; there are ${known.join(', ')}; for an object with this member: {"equals": …}`,
      )
    const argument = matcher[name]
    if (!operator.accepts(argument))
      throw new UsageError(`${where}.${name}: expected ${operator.expected}, found ${show(argument)}`)
    return operator.make(argument)
  })
  return (value, bindings) => {
    for (const test of tests) {
      const wrong = test(value, bindings)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
}
