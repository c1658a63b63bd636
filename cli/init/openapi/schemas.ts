/** Schemas of an OpenAPI document as a target file holds them: what a check reads of them, and only those that are referred to. */
import { mapSchema } from '../../../lib/described/json-schema.ts'
import { followed, isObject, type Json, lookUp } from './document.ts'

/** Says of one operation why it, or its schema, cannot be used; the others can. */
export class Unusable extends Error {}

/** What people read; a check does not. */
const WORDS = ['title', 'description', 'example', 'examples', 'default', 'xml', 'externalDocs', 'deprecated', 'discriminator']
const OWN_PLACE = ['$id', '$schema', '$comment', 'readOnly', 'writeOnly']
const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']

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

export class Components {
  readonly #root: Json
  readonly #names = new Map<string, string>()
  /** What `components.schemas` of the target file is to hold. */
  readonly schemas: Record<string, unknown> = {}

  constructor(root: Json) {
    this.#root = root
  }

  /**
   * A schema with its references led into the target file; one that is a reference and nothing else as the text of it.
   * @throws Unusable for a reference that leads nowhere
   */
  take(schema: unknown): Json | boolean | string {
    if (typeof schema === 'boolean') return schema
    if (!isObject(schema)) throw new Unusable(`expected a schema, found ${JSON.stringify(schema) ?? 'nothing'}`)
    const taken = this.#rewritten(schema)
    const keys = Object.keys(taken)
    return keys.length === 1 && typeof taken.$ref === 'string' ? taken.$ref : taken
  }

  #rewritten(schema: Json): Json {
    // From the inside out: what is only written must still be told apart when the list of what is required is read.
    const required = mapSchema(schema, (own) => ({ ...own, required: requiredIn(own) }))
    return mapSchema(required, (own) => {
      const made: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(own)) {
        if (WORDS.includes(key) || OWN_PLACE.includes(key) || key.startsWith('x-') || key === 'required') continue
        if (SOUND[key]?.(value) === false) continue
        made[key] = key === '$ref' && typeof value === 'string' ? this.#need(value) : value
      }
      if (Array.isArray(own.required) && own.required.length > 0) made.required = own.required
      return made
    }) as Json
  }

  #need(reference: string): string {
    let name = this.#names.get(reference)
    if (name === undefined) {
      const found = lookUp(this.#root, reference)
      if (!isObject(found) && typeof found !== 'boolean') throw new Unusable(`${reference} leads nowhere`)
      const wanted = (reference.split('/').at(-1) ?? '').replace(/%[\da-f]{2}|~[01]|[^\w.-]/gi, '_') || 'schema'
      name = wanted
      for (let i = 2; Object.hasOwn(this.schemas, name) || name in Object.prototype; i++) name = `${wanted}_${i}`
      this.#names.set(reference, name)
      // There before it is done: it may refer to itself.
      this.schemas[name] = true
      try {
        this.schemas[name] = typeof found === 'boolean' ? found : this.#rewritten(found)
      } catch (error) {
        delete this.schemas[name]
        this.#names.delete(reference)
        throw error
      }
    }
    return `#/components/schemas/${name}`
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
