/** What a valid answer to an operation is, as far as the document says it. */
import { isObject } from '../../../lib/base/json.ts'
import type { DescribedFile } from '../../../lib/described/schema.ts'
import { followed, type Json } from './document.ts'
import { type Components, membersOf, says, typeOf, Unusable } from './schemas.ts'

type Expect = NonNullable<DescribedFile['expect']>

export const isJson = (type: string): boolean => /^[^;]*[/+]json\b/i.test(type)
const isAny = (type: string): boolean => type.includes('*')
export const mediaTypeOf = (written: string): string => written.split(';')[0]?.trim().toLowerCase() ?? ''

interface Right {
  status: number[]
  /** As the document writes it; empty where no body is promised. */
  type: string
  schema: unknown
  /** Whether another type could come as well. */
  choice: boolean
}

/** Statuses of success that the document names, and what comes with the first that has a body. */
export function validAnswer(root: Json, responses: unknown): Right {
  const all = Object.entries(isObject(responses) ? responses : {})
  const successes = all.filter(([code]) => /^2\d\d$/.test(code)).sort(([a], [b]) => Number(a) - Number(b))
  const [, any] = all.find(([code]) => /^2xx$/i.test(code)) ?? all.find(([code]) => code === 'default') ?? []
  const of = (response: unknown): [type: string, media: Json][] => {
    const content = followed(root, response)?.content
    return Object.entries(isObject(content) ? content : {}).map(([type, media]) => [type, isObject(media) ? media : {}])
  }
  const rank = ([type]: [string, Json]): number => (isJson(type) ? 0 : isAny(type) ? 1 : 2)
  const bodies = successes.map(([code, response]) => ({ code: Number(code), content: of(response) }))
  const withBody = bodies.find(({ content }) => content.length > 0)
  const content = (withBody?.content ?? (successes.length === 0 ? of(any) : [])).toSorted((a, b) => rank(a) - rank(b))
  const [type, media] = content[0] ?? ['', {}]
  const alike = (other: (typeof bodies)[number]): boolean =>
    JSON.stringify(other.content) === JSON.stringify(withBody?.content ?? [])
  return {
    // An answer without the body that is looked at would break what is said of it.
    status: bodies.filter(alike).map(({ code }) => code),
    type,
    schema: media.schema,
    choice: content.length > 1,
  }
}

/** Members that an answer may wrap a thing in. */
const WRAPPERS = ['data', 'result', 'item']
const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z\d]/g, '')
const SCALARS = ['string', 'integer', 'number', 'boolean']

const alike = (sent: Json, member: Json): boolean => {
  const [a, b] = [typeOf(sent), typeOf(member)]
  if (b !== undefined && !SCALARS.includes(b)) return false
  const number = (type: string | undefined) => type === 'integer' || type === 'number'
  return a === undefined || b === undefined || a === b || (number(a) && number(b)) || a === 'string' || b === 'string'
}

/**
 * Where an answer repeats a path parameter: a member of the same name, or `id` for the id that the path ends with.
 * @param last whether the path ends with it
 */
export function echoOf(
  root: Json,
  schema: unknown,
  parameter: { name: string; schema: Json },
  last: boolean,
): string | undefined {
  const wanted = plainName(parameter.name)
  const inside = (members: Record<string, Json> | undefined, before: string): string | undefined => {
    const names = Object.keys(members ?? {}).filter((name) => alike(parameter.schema, members?.[name] ?? {}))
    const same = names.find((name) => plainName(name) === wanted)
    const id = last && /id$/.test(wanted) ? names.find((name) => plainName(name) === 'id') : undefined
    const found = same ?? id
    return found === undefined ? undefined : before + step(found)
  }
  const members = membersOf(root, schema)
  const direct = inside(members, '')
  if (direct !== undefined) return direct.replace(/^\./, '')
  for (const wrapper of WRAPPERS) {
    const found = members?.[wrapper] === undefined ? undefined : inside(membersOf(root, members[wrapper]), wrapper)
    if (found !== undefined) return found
  }
  return undefined
}

/** A member's name as a step of a path in JSON. */
export const step = (name: string): string => (/^[^.[\]"]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)

/** Members of the body that the answer repeats: both have them, and as the same scalar. */
export function echoedMembers(root: Json, body: unknown, schema: unknown): string[] {
  const members = membersOf(root, schema) ?? {}
  return Object.entries(isObject(body) ? body : {}).flatMap(([name, value]) => {
    const type = typeOf(members[name])
    const fits = type === 'integer' || type === 'number' ? typeof value === 'number' : type === typeof value
    // What a server makes of it is its own: an id, a time.
    const own = plainName(name) === 'id' || members[name]?.readOnly === true || members[name]?.writeOnly === true
    return fits && !own && SCALARS.includes(type ?? '') && /^[a-z_]\w*$/i.test(name) ? [name] : []
  })
}

const UNKNOWN = 'what its answers carry, beside their type'

/**
 * @param echoes by path in the answer: the placeholder that was sent
 * @returns what it cannot say goes to `unknown`
 */
export function expectationOf(
  right: Right,
  components: Components,
  echoes: Readonly<Record<string, string>>,
): { expect: Expect; unknown?: string } {
  const { status, type, schema } = right
  const expect: Expect = {
    ...(status.length === 0 ? {} : { status }),
    ...(type === '' || isAny(type) ? {} : { type: mediaTypeOf(type) }),
  }
  const json = Object.fromEntries(Object.entries(echoes).map(([path, name]) => [path, `{${name}}`]))
  const checked = isJson(type) || isAny(type)
  const bodiless = type === '' && status.every((code) => code === 204 || code === 205)
  let unknown: string | undefined
  if (type === '') unknown = bodiless && status.length > 0 ? undefined : 'what its answers carry'
  else if (!checked || !says(schema)) unknown = UNKNOWN
  if (unknown !== undefined || !checked || type === '') return { expect, ...(unknown === undefined ? {} : { unknown }) }
  try {
    const { schema: taken, cut } = components.take(schema)
    // Of what people read nothing is left.
    if (isObject(taken) && !says(taken)) return { expect, unknown: UNKNOWN }
    return {
      expect: { ...expect, ...(Object.keys(json).length === 0 ? {} : { json }), schema: taken },
      ...(cut === undefined
        ? {}
        : { unknown: `the whole of its schema, which is too long for a load: it is looked at ${cut + 1} levels deep` }),
    }
  } catch (error) {
    if (!(error instanceof Unusable)) throw error
    return { expect, unknown: `the schema of its answers: ${error.message}` }
  }
}
