/**
 * JSON Schema, draft 2020-12, and the dialect of OpenAPI 3.0. Validation is @cfworker/json-schema's: alive, MIT, small, and without `eval`,
 * which k6's engine would run slowly.
 */
import { isObject } from '../base/json.ts'
import './url-for-references.ts'
import { type Schema as LibrarySchema, Validator as LibraryValidator } from '@cfworker/json-schema'
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import { TYPES } from './matchers.ts'

export type Schema = Readonly<Record<string, unknown>> | boolean

/** Validates with one schema, made once. */
export class Validator {
  readonly #validator: LibraryValidator

  /** @param schema self-contained, as `selfContained` makes it */
  constructor(schema: Schema) {
    this.#validator = new LibraryValidator(schema as LibrarySchema, '2020-12')
  }

  /** Where and what, such as `/lines/0/sku: Instance type "number" is invalid. Expected "string".`; undefined for what keeps the schema. */
  firstFault(value: unknown): string | undefined {
    const { valid, errors } = this.#validator.validate(value)
    if (valid) return undefined
    // The last is the innermost: the others say only that something below them is wrong.
    const fault = errors.at(-1)
    return `${fault?.instanceLocation.replace(/^#/, '') || '/'}: ${fault?.error ?? 'is not valid'}`
  }
}

/** Keywords that hold schemas: one (or, in older drafts, a list of them), and one by name. Under any other keyword stand values. */
const HOLDS_SCHEMAS = [
  ...[
    'items',
    'additionalItems',
    'prefixItems',
    'contains',
    'additionalProperties',
    'propertyNames',
    'not',
    'if',
    'then',
    'else',
  ],
  ...['allOf', 'anyOf', 'oneOf', 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
]
const HOLDS_NAMED_SCHEMAS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']

/** A schema of which every schema in it, and then it itself, has been changed. What members are called is no keyword. */
export function mapSchema(
  schema: unknown,
  change: (schema: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): unknown {
  const map = (part: unknown): unknown => (Array.isArray(part) ? part.map(map) : mapSchema(part, change))
  const inside = (key: string, value: unknown): unknown => {
    if (HOLDS_SCHEMAS.includes(key)) return map(value)
    if (!HOLDS_NAMED_SCHEMAS.includes(key) || !isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, map(part)]))
  }
  if (!isObject(schema)) return schema
  return change(Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inside(key, value)])))
}

const isName = (value: unknown): boolean => typeof value === 'string'

/** What these keywords take: with anything else the validation passes over them, or throws at each answer. */
const TAKES: Readonly<Record<string, readonly [expected: string, accepts: (value: unknown) => boolean]>> = {
  required: ['a list of names of members', (value) => Array.isArray(value) && value.every(isName)],
  enum: ['a list of values', Array.isArray],
  type: [`${TYPES.join(', ')}, or a list of these`, (value) => [value].flat().every((one) => TYPES.includes(one as string))],
}

/** @throws UsageError for a keyword with a value that it cannot have */
function checkKeywords(schema: Readonly<Record<string, unknown>>, where: string): void {
  for (const [keyword, [expected, accepts]] of Object.entries(TAKES))
    if (Object.hasOwn(schema, keyword) && !accepts(schema[keyword]))
      throw new UsageError(`${where}: ${keyword}: expected ${expected}, found ${JSON.stringify(schema[keyword])}`)
}

/** OpenAPI 3.0 as 2020-12: `nullable`, and exclusive bounds that are flags. */
const modern = (schema: unknown): unknown =>
  mapSchema(schema, ({ nullable, exclusiveMinimum, exclusiveMaximum, minimum, maximum, ...rest }) => {
    const made: Record<string, unknown> = { ...rest }
    const bound = (name: 'minimum' | 'maximum', exclusive: string, limit: unknown, flag: unknown): void => {
      if (limit !== undefined) made[flag === true ? exclusive : name] = limit
      if (typeof flag === 'number') made[exclusive] = flag
    }
    bound('minimum', 'exclusiveMinimum', minimum, exclusiveMinimum)
    bound('maximum', 'exclusiveMaximum', maximum, exclusiveMaximum)
    if (nullable !== true) return made
    if (Array.isArray(made.enum) && !made.enum.includes(null)) made.enum = [...made.enum, null]
    if (typeof made.type === 'string') return { ...made, type: [made.type, 'null'] }
    return { anyOf: [made, { type: 'null' }] }
  })

export const DIALECTS = ['2020-12', 'openapi-3.0'] as const
export type Dialect = (typeof DIALECTS)[number]

const partsOf = (reference: string): string[] =>
  reference
    .slice(2)
    .split('/')
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))

function lookUp(document: unknown, parts: readonly string[]): unknown {
  return parts.reduce<unknown>((here, part) => (isObject(here) && Object.hasOwn(here, part) ? here[part] : undefined), document)
}

/** Keywords whose schemas look at the same value. */
const IN_PLACE = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else']

/**
 * A reference that leads back to itself without going into the value by a step: whoever validates with it never ends.
 * @param at what a reference leads to
 */
export function circleIn(schemas: readonly unknown[], at: (reference: string) => unknown): string | undefined {
  const done = new Set<string>()
  const look = (part: unknown, way: readonly string[]): string | undefined => {
    if (Array.isArray(part)) return first(part, way)
    if (!isObject(part)) return undefined
    const { $ref } = part
    if (typeof $ref === 'string') {
      if (way.includes($ref)) return $ref
      const found = done.has($ref) ? undefined : look(at($ref), [...way, $ref])
      if (found !== undefined) return found
      done.add($ref)
    }
    return first(
      IN_PLACE.map((key) => part[key]),
      way,
    )
  }
  const first = (parts: readonly unknown[], way: readonly string[]): string | undefined => {
    for (const part of parts) {
      const found = look(part, way)
      if (found !== undefined) return found
    }
    return undefined
  }
  let circle: string | undefined
  // Wherever in the value it begins.
  for (const schema of schemas)
    mapSchema(schema, (own) => {
      circle ??= look(own, [])
      return own
    })
  return circle
}

/**
 * A schema with every part of the file that it refers to, and no more: what each VU keeps should be small.
 * @param schema a schema, or a reference such as `#/components/schemas/Order`
 * @param document the file that references lead into
 * @throws UsageError for a reference that leads nowhere in this file
 */
export function selfContained(schema: Schema | string, document: unknown, dialect: Dialect, where: string): Schema {
  const root = typeof schema === 'string' ? { $ref: schema } : schema
  const convert = (part: unknown): unknown => (dialect === 'openapi-3.0' ? modern(part) : part)
  const wanted = new Map<string, unknown>()
  const follow = (part: unknown): void => {
    mapSchema(part, (schema) => {
      checkKeywords(schema, where)
      if (typeof schema.$ref === 'string') need(schema.$ref)
      return schema
    })
  }
  const need = (reference: string): void => {
    if (wanted.has(reference)) return
    if (!reference.startsWith('#/'))
      throw new UsageError(
        `${where}: expected a reference into this file such as #/components/schemas/Order, found ${JSON.stringify(reference)}`,
      )
    const parts = partsOf(reference)
    const found = lookUp(document, parts)
    if (found === undefined) {
      const siblings = lookUp(document, parts.slice(0, -1))
      const near = isObject(siblings) ? didYouMean(parts.at(-1) ?? '', Object.keys(siblings)) : ''
      throw new UsageError(`${where}: ${reference} leads nowhere in this file${near}`)
    }
    wanted.set(reference, found)
    follow(found)
  }
  follow(root)
  const circle = circleIn([root, ...wanted.values()], (reference) => wanted.get(reference))
  if (circle !== undefined) throw new UsageError(`${where}: ${circle} refers to itself, and says nothing of any value`)
  const made = convert(root)
  if (!isObject(made)) return made as boolean
  const whole: Record<string, unknown> = { ...made }
  // Copied once each: copied for each reference, a large document would take minutes.
  const copies = new Set<unknown>()
  for (const [reference, found] of wanted) {
    const parts = partsOf(reference)
    let here = whole
    for (const part of parts.slice(0, -1)) {
      if (!copies.has(here[part])) {
        here[part] = isObject(here[part]) ? { ...(here[part] as object) } : {}
        copies.add(here[part])
      }
      here = here[part] as Record<string, unknown>
    }
    here[parts.at(-1) ?? ''] = convert(found)
  }
  return whole
}
