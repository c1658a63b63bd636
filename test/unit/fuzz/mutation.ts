/** A JSON file with something wrong in it, as people and merges make them. */
import fc from 'fast-check'
import { limitsSchema, metricLimitsSchema } from '../../../lib/gates/thresholds.ts'
import { METRICS } from '../../../lib/metrics/list.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export interface Mutation {
  how: 'rename' | 'typo' | 'value' | 'remove' | 'add' | 'twice'
  /** Which of the keys, by its number. */
  pick: number
  name: string
  value: Json
}

/** Names that JavaScript objects have without being asked. */
const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty']
const KNOWN = [limitsSchema.entries, metricLimitsSchema.entries, METRICS].flatMap(Object.keys)
const name = fc.oneof(
  fc.constantFrom(...KNOWN),
  fc.constantFrom(...INHERITED, '', '*', 'run', 'why'),
  fc.stringMatching(/^[a-z_0-9]{1,12}$/),
  fc.string(),
)
const value = fc.oneof(
  fc.constantFrom<Json>(null, true, '', [], {}, -1, 0, 1e-9, 0.5, 1, 1.5, 50, 1e21, Number.MIN_VALUE, '50', 'so'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number): Json => number),
  fc.jsonValue({ maxDepth: 2 }).map((json) => json as Json),
)
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  how: fc.constantFrom('rename', 'typo', 'value', 'remove', 'add', 'twice'),
  pick: fc.nat(),
  name,
  value,
})

interface Place {
  object: { [key: string]: Json }
  key: string
  path: string[]
}

function placesOf(json: Json, path: string[] = []): Place[] {
  if (json === null || typeof json !== 'object') return []
  // A list has keys too: its places.
  const object = json as { [key: string]: Json }
  return Object.keys(object).flatMap((key) => [
    { object, key, path: [...path, key] },
    ...placesOf(object[key] ?? null, [...path, key]),
  ])
}

/** `JSON.parse` makes `__proto__` a key like any other; an assignment would not. */
function set(object: object, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}

const typoOf = (word: string, at: number): string => word.slice(0, at % word.length) + word.slice((at % word.length) + 1)

export interface Mutated {
  text: string
  /** Where it was changed: the keys from the top, the last one as it was and as it is now. */
  path: string[]
}

/** @returns undefined where nothing would change */
export function mutate(text: string, { how, pick, name, value }: Mutation): Mutated | undefined {
  const json = JSON.parse(text) as Json
  const places = placesOf(json)
  const place = places[pick % places.length]
  if (place === undefined) return undefined
  const { object, key, path } = place
  switch (how) {
    case 'rename':
    case 'typo': {
      const other = how === 'rename' ? name : typoOf(key, pick)
      if (Object.hasOwn(object, other)) return undefined
      const kept = object[key] ?? null
      delete object[key]
      set(object, other, kept)
      return { text: JSON.stringify(json), path: [...path, other] }
    }
    case 'value':
      set(object, key, value)
      return { text: JSON.stringify(json), path }
    case 'remove':
      delete object[key]
      return { text: JSON.stringify(json), path }
    case 'add':
      if (Object.hasOwn(object, name)) return undefined
      set(object, name, value)
      return { text: JSON.stringify(json), path: [...path, name] }
    case 'twice': {
      // Only text can say it.
      const mark = `"twice":${JSON.stringify(`mark-${pick}`)}`
      set(object, 'twice', `mark-${pick}`)
      return { text: JSON.stringify(json).replace(mark, () => `${JSON.stringify(key)}:${JSON.stringify(value)}`), path }
    }
  }
}
