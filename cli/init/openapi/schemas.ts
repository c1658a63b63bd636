/** Schemas of an OpenAPI document as a target file holds them: what a check reads of them, and only those that are referred to. */
import { isObject } from '../../../lib/base/json.ts'
import { circleIn, mapSchema } from '../../../lib/described/json-schema.ts'
import { TYPES } from '../../../lib/described/matchers.ts'
import { followed, type Json, lookUp } from './document.ts'

/** Says of one operation why it, or its schema, cannot be used; the others can. */
export class Unusable extends Error {}

/** What people read; a check does not. */
const WORDS = ['title', 'description', 'example', 'examples', 'default', 'xml', 'externalDocs', 'deprecated', 'discriminator']
const OWN_PLACE = ['$id', '$schema', '$comment', 'readOnly', 'writeOnly']

const isExpression = (pattern: unknown): boolean => {
  try {
    return typeof pattern === 'string' && new RegExp(pattern, 'u') !== undefined
  } catch {
    return false
  }
}

/** Keywords whose value is none that they could have are no promise of anything. */
const SOUND: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (type) => [type].flat().every((one) => TYPES.includes(one as string)),
  pattern: isExpression,
  enum: Array.isArray,
  properties: isObject,
  patternProperties: (value) => isObject(value) && Object.keys(value).every(isExpression),
  ...Object.fromEntries(
    ['allOf', 'anyOf', 'oneOf'].map((key) => [key, (value: unknown) => Array.isArray(value) && value.length > 0]),
  ),
  ...Object.fromEntries(
    ['minLength', 'maxLength', 'minItems', 'maxItems', 'minimum', 'maximum', 'multipleOf', 'minProperties', 'maxProperties'].map(
      (key) => [key, (value: unknown) => typeof value === 'number'],
    ),
  ),
}

/** `required` of an answer: what is only ever written is not in it. */
function requiredIn({ required, properties }: Json): string[] {
  if (!Array.isArray(required)) return []
  const members = isObject(properties) ? properties : {}
  return required.filter((name) => typeof name === 'string' && !(isObject(members[name]) && members[name].writeOnly === true))
}

/** Whether a schema says anything of a value. */
export const says = (schema: unknown): boolean => isObject(schema) && Object.keys(schema).length > 0

/** Names that a target file refuses. */
const NO_NAMES = ['__proto__', 'prototype', 'constructor']

/** A schema with all that it refers to, as long JSON, may be: each VU holds that of each endpoint. */
const MOST_BYTES = 32_768
/** Levels of references of a longer one that are looked at, as many as fit. */
const LEVELS = [4, 3, 2, 1, 0]

const PLACE = '#/components/schemas/'

interface Component {
  schema: unknown
  bytes: number
  /** Names of those that it refers to itself. */
  refers: ReadonlySet<string>
  /** Why nothing can be made of it. */
  fault?: string
}

export class Components {
  readonly #root: Json
  readonly #names = new Map<string, string>()
  readonly #taken = new Set<string>()
  readonly #known = new Map<string, Component>()
  readonly #waiting: [reference: string, name: string][] = []
  /** What `components.schemas` of the target file is to hold. */
  readonly schemas: Record<string, unknown> = {}

  constructor(root: Json) {
    this.#root = root
  }

  /**
   * A schema with its references led into the target file; one that is a reference and nothing else as the text of it.
   * @returns `cut` where it is so long that references are followed some levels only
   * @throws Unusable for a reference that leads nowhere
   */
  take(schema: unknown): { schema: Json | boolean | string; cut?: number } {
    if (typeof schema === 'boolean') return { schema }
    if (!isObject(schema)) throw new Unusable(`expected a schema, found ${JSON.stringify(schema) ?? 'nothing'}`)
    const refers = new Set<string>()
    const taken = this.#rewritten(schema, refers)
    this.#follow()
    const all = this.#reached(refers)
    for (const name of all) {
      const { fault } = this.#known.get(name) ?? {}
      if (fault !== undefined) throw new Unusable(fault)
    }
    const bytes = [...all].reduce((sum, name) => sum + (this.#known.get(name)?.bytes ?? 0), JSON.stringify(taken).length)
    if (bytes > MOST_BYTES) {
      for (const cut of LEVELS) {
        const inlined = this.#inlined(taken, cut, { left: MOST_BYTES })
        if (inlined !== undefined) return { schema: inlined as Json, cut }
      }
      throw new Unusable(`it has ${Math.round(bytes / 1024)} KB`)
    }
    const schemaOf = (name: string): unknown => this.#known.get(name)?.schema
    const circle = circleIn([taken, ...[...all].map(schemaOf)], (reference) => schemaOf(reference.slice(PLACE.length)))
    if (circle !== undefined) throw new Unusable(`${circle} refers to itself, and says nothing of any value`)
    for (const name of all) this.schemas[name] = this.#known.get(name)?.schema
    const keys = Object.keys(taken)
    return { schema: keys.length === 1 && typeof taken.$ref === 'string' ? taken.$ref : taken }
  }

  /** Every component that these lead to. */
  #reached(names: ReadonlySet<string>): Set<string> {
    const reached = new Set(names)
    // What is added on the way is come to as well.
    for (const name of reached) for (const further of this.#known.get(name)?.refers ?? []) reached.add(further)
    return reached
  }

  /** References replaced by what they lead to, and below so many levels by anything; undefined where there is no room. */
  #inlined(schema: unknown, levels: number, room: { left: number }): unknown {
    let full = false
    const made = mapSchema(schema, (own) => {
      if (full || typeof own.$ref !== 'string') return own
      const { $ref, ...rest } = own
      const known = this.#known.get($ref.slice(PLACE.length))
      room.left -= known?.bytes ?? 0
      const part = levels === 0 || room.left < 0 ? {} : this.#inlined(known?.schema, levels - 1, room)
      if (part === undefined || room.left < 0) full = levels > 0
      if (!isObject(part)) return rest
      return Object.keys(rest).length === 0 ? part : { allOf: [part, rest] }
    })
    return full || (levels === 0 && JSON.stringify(made).length > MOST_BYTES) ? undefined : made
  }

  #rewritten(schema: Json, refers: Set<string>): Json {
    // From the inside out: what is only written must still be told apart when the list of what is required is read.
    const required = mapSchema(schema, (own) => ({ ...own, required: requiredIn(own) }))
    return mapSchema(required, (own) => {
      const made: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(own)) {
        if (WORDS.includes(key) || OWN_PLACE.includes(key) || key.startsWith('x-') || key === 'required') continue
        if (Object.hasOwn(SOUND, key) && SOUND[key]?.(value) === false) continue
        if (key === 'properties')
          for (const name of NO_NAMES)
            if (Object.hasOwn(value as object, name))
              throw new Unusable(`a member is called ${name}, which no target file may hold`)
        made[key] = key === '$ref' && typeof value === 'string' ? this.#need(value, refers) : value
      }
      if (Array.isArray(own.required) && own.required.length > 0) made.required = own.required
      return made
    }) as Json
  }

  #need(reference: string, refers: Set<string>): string {
    let name = this.#names.get(reference)
    if (name === undefined) {
      const wanted = (reference.split('/').at(-1) ?? '').replace(/%[\da-f]{2}|~[01]|[^\w.-]/gi, '_') || 'schema'
      name = wanted
      for (let i = 2; this.#taken.has(name) || name in Object.prototype || NO_NAMES.includes(name); i++) name = `${wanted}_${i}`
      this.#names.set(reference, name)
      this.#taken.add(name)
      this.#waiting.push([reference, name])
    }
    refers.add(name)
    return PLACE + name
  }

  /** One after another, not one in another: a chain of a thousand references is no deeper than one of two. */
  #follow(): void {
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const [reference, name] = next
      const refers = new Set<string>()
      try {
        const found = lookUp(this.#root, reference)
        if (!isObject(found) && typeof found !== 'boolean') throw new Unusable(`${reference} leads nowhere`)
        const schema = typeof found === 'boolean' ? found : this.#rewritten(found, refers)
        this.#known.set(name, { schema, bytes: JSON.stringify(schema).length, refers })
      } catch (error) {
        if (!(error instanceof Unusable)) throw error
        this.#known.set(name, { schema: true, bytes: 0, refers, fault: error.message })
      }
    }
  }
}

/** Members of an object schema, those of `allOf` and of references with them; undefined for any other. */
export function membersOf(root: Json, schema: unknown, depth = 0): Record<string, Json> | undefined {
  const own = followed(root, schema)
  if (own === undefined || depth > 10) return undefined
  const parts = (Array.isArray(own.allOf) ? own.allOf : []).map((part) => membersOf(root, part, depth + 1))
  const members = isObject(own.properties) ? own.properties : undefined
  if (members === undefined && parts.every((part) => part === undefined)) return undefined
  const all: Record<string, Json> = Object.assign({}, ...parts)
  for (const [name, member] of Object.entries(members ?? {})) all[name] = followed(root, member) ?? {}
  return all
}

/** The one type of a schema, null apart; undefined where there are several or none. */
export function typeOf(schema: Json | undefined): string | undefined {
  const types = [schema?.type].flat().filter((type) => type !== 'null')
  const [first] = types
  if (types.length === 1 && typeof first === 'string') return first
  // FastAPI writes what may be null so.
  const choices = [schema?.anyOf, schema?.oneOf].flatMap((list) => (Array.isArray(list) ? list.filter(isObject) : []))
  const others = choices.filter(({ type }) => type !== 'null')
  return others.length === 1 ? typeOf(others[0]) : undefined
}
