/** What to send for a parameter: what the document gives as examples, and where it gives none a guess that is told. */
import { isObject } from '../../../lib/base/json.ts'
import { followed, type Json } from './document.ts'
import { membersOf, typeOf } from './schemas.ts'

export type Scalar = string | number | boolean

export interface Parameter {
  name: string
  in: string
  required: boolean
  schema: Json
  /** As the document has it. */
  written: Json
}

/** Examples of one parameter that are kept. */
const MOST_EXAMPLES = 1000
/** Numbers between two bounds are all sent where there are so few of them. */
const MOST_IN_RANGE = 1000

const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)
const scalars = (values: readonly unknown[]): Scalar[] =>
  [...new Set(values.flatMap((value) => (Array.isArray(value) ? [value.filter(isScalar).join(',')] : value)).filter(isScalar))]
    .filter((value) => value !== '')
    .slice(0, MOST_EXAMPLES)

/** `examples` of OpenAPI: by name, each with its value. */
const named = (root: Json, examples: unknown): unknown[] =>
  isObject(examples) ? Object.values(examples).map((example) => followed(root, example)?.value) : []
const listed = (examples: unknown): unknown[] => (Array.isArray(examples) ? examples : [])

/** Parameters of an operation, its path's with them; of two with one name the operation's. */
export function parametersOf(root: Json, ...lists: readonly unknown[]): Parameter[] {
  const found = new Map<string, Parameter>()
  for (const written of lists.flatMap((list) => (Array.isArray(list) ? list : []))) {
    const parameter = followed(root, written)
    if (parameter === undefined || typeof parameter.name !== 'string' || typeof parameter.in !== 'string') continue
    const [media] = Object.values(isObject(parameter.content) ? parameter.content : {})
    const schema = followed(root, parameter.schema ?? (isObject(media) ? media.schema : undefined)) ?? {}
    found.set(`${parameter.in} ${parameter.name}`, {
      name: parameter.name,
      in: parameter.in,
      required: parameter.required === true || parameter.in === 'path',
      schema,
      written: parameter,
    })
  }
  return [...found.values()]
}

/** What the document itself says may be sent; empty where it says nothing. */
export function examplesOf(root: Json, { schema, written }: Pick<Parameter, 'schema' | 'written'>): Scalar[] {
  const said = scalars([...named(root, written.examples), written.example, ...listed(schema.examples), schema.example])
  if (said.length > 0) return said
  const items = followed(root, schema.items) ?? {}
  const allowed = scalars([...listed(schema.enum), schema.const, ...listed(items.enum)])
  if (allowed.length > 0) return allowed
  return scalars([schema.default])
}

/** Examples of the member that an answer repeats a path parameter in: there is a thing of that id. */
export function examplesInAnswer(root: Json, schema: unknown, member: string): Scalar[] {
  const whole = followed(root, schema) ?? {}
  const items = followed(root, whole.items) ?? {}
  const inside = [whole.example, ...listed(whole.examples), items.example, ...listed(items.examples)].map((example) =>
    isObject(example) ? example[member] : undefined,
  )
  const own = membersOf(root, whole)?.[member] ?? membersOf(root, items)?.[member]
  return scalars([own?.example, ...listed(own?.examples), ...inside])
}

/** Every whole number between two bounds, as a range of a target file; undefined where there are no bounds. */
export function rangeOf(schema: Json): string | undefined {
  if (typeOf(schema) !== 'integer') return undefined
  const bound = (name: 'minimum' | 'maximum', exclusive: 'exclusiveMinimum' | 'exclusiveMaximum', step: number) => {
    const [limit, flag] = [schema[name], schema[exclusive]]
    if (typeof flag === 'number') return flag + step
    return typeof limit === 'number' ? limit + (flag === true ? step : 0) : undefined
  }
  const [from, to] = [bound('minimum', 'exclusiveMinimum', 1), bound('maximum', 'exclusiveMaximum', -1)]
  const usable = from !== undefined && to !== undefined && from >= 0 && to > from && to - from <= MOST_IN_RANGE
  return usable && Number.isInteger(from) && Number.isInteger(to) ? `{${from}..${to}}` : undefined
}

/** Makes a value up that keeps a schema. */
export type MakeUp = (schema: unknown) => unknown

/** The package is loaded when a document is read: every other command would wait for it. */
export async function makerOf(root: Json): Promise<MakeUp> {
  const { sample } = await import('openapi-sampler')
  return (schema) => {
    try {
      return sample((schema ?? {}) as never, { quiet: true, skipReadOnly: true, maxSampleDepth: 8 }, root as object)
    } catch {
      return undefined
    }
  }
}

/** The JSON body that a document gives as an example, or one that is made up by its schema. */
export function bodyOf(root: Json, media: Json, makeUp: MakeUp): unknown {
  const [first] = [media.example, ...named(root, media.examples)].filter((example) => example !== undefined)
  return first ?? makeUp(media.schema)
}
