/** What recorded answers have in common: status, type, members of a stable type, and what they repeat of the request. Pure. */
import { isObject } from '../../../lib/base/json.ts'
import type { DescribedFile } from '../../../lib/described/schema.ts'
import { isJson, step } from '../openapi/expectation.ts'
import type { Recorded } from './recorded.ts'

type Expect = NonNullable<DescribedFile['expect']>

/** Members of an answer that are held to their type. */
const MOST_MEMBERS = 30
const WRAPPERS = ['data', 'result', 'item']

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

/** The type that all values have; undefined where they differ, or are null. */
function stableType(values: readonly unknown[]): string | undefined {
  const types = [...new Set(values.map(typeOf))]
  if (types.length === 1 && types[0] !== 'null' && types[0] !== 'undefined') return types[0]
  return types.length === 2 && types.includes('integer') && types.includes('number') ? 'number' : undefined
}

function parsed(entries: readonly Recorded[]): unknown[] | undefined {
  try {
    return entries.map(({ text }) => JSON.parse(text ?? '') as unknown)
  } catch {
    return undefined
  }
}

/** Types of the members that all of these objects have, by path. */
function memberTypes(objects: readonly unknown[], before: string): Record<string, { type: string }> {
  const [first] = objects
  if (!objects.every(isObject) || !isObject(first)) return {}
  return Object.fromEntries(
    Object.keys(first)
      .filter((name) => name !== '' && !/["\\]/.test(name))
      .flatMap((name) => {
        const type = objects.every((one) => Object.hasOwn(one as object, name))
          ? stableType(objects.map((one) => (one as Record<string, unknown>)[name]))
          : undefined
        return type === undefined ? [] : [[(before + step(name)).replace(/^\./, ''), { type }] as const]
      })
      .slice(0, MOST_MEMBERS),
  )
}

/** Where answers repeat a value that was sent, in every one of them. */
function echoesOf(bodies: readonly unknown[], sent: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  const candidates = (name: string): string[] => {
    const [first] = bodies
    if (!isObject(first)) return []
    const at = (object: Readonly<Record<string, unknown>>, before: string) =>
      Object.keys(object)
        .filter((key) => key !== '' && !/["\\]/.test(key) && isScalar(object[key]))
        .map((key) => ({ key, path: (before + step(key)).replace(/^\./, '') }))
    const inner = WRAPPERS.flatMap((wrapper) => (isObject(first[wrapper]) ? at(first[wrapper], wrapper) : []))
    const values = sent.get(name) ?? []
    const varies = new Set(values).size > 1
    return (
      [...at(first, ''), ...inner]
        .filter(({ path }) => bodies.every((body, i) => valueIn(body, path) === values[i]))
        // With one value only, what is equal may be so by chance: its name must say so too.
        .filter(({ key }) => varies || /^(id|uuid|key|slug|code|name)$/i.test(key) || key.toLowerCase() === name.toLowerCase())
        .map(({ path }) => path)
    )
  }
  const found: Record<string, string> = {}
  for (const name of sent.keys()) for (const path of candidates(name)) found[path] ??= name
  return found
}

/** As text, which is what was sent. Paths here have one or two steps. */
function valueIn(body: unknown, path: string): string | undefined {
  const steps = path.startsWith('[') ? [JSON.parse(path.slice(1, -1)) as string] : path.split(/\.|(?=\[")/)
  const value = steps.reduce<unknown>(
    (here, name) => (isObject(here) ? here[name.startsWith('["') ? (JSON.parse(name.slice(1, -1)) as string) : name] : undefined),
    body,
  )
  return isScalar(value) ? String(value) : undefined
}

/**
 * @param sent by placeholder, the value in each of the requests
 */
export function expectationOf(
  entries: readonly Recorded[],
  sent: ReadonlyMap<string, readonly string[]>,
): { expect: Expect; unknown?: string } {
  const status = [...new Set(entries.map((one) => one.status))].sort((a, b) => a - b)
  const types = [...new Set(entries.map(({ type }) => type))]
  const [type = ''] = types
  const expect: Expect = { status, ...(types.length === 1 && type !== '' ? { type } : {}) }
  if (status.every((code) => code === 204 || code === 205 || code > 299)) return { expect }
  const withBody = entries.filter(({ text }) => text !== undefined && text !== '')
  if (withBody.length < entries.length || types.length > 1)
    return { expect, unknown: 'what its answers carry (the recording has not all of them)' }
  if (!isJson(type)) {
    const html = type === 'text/html' && withBody.every(({ text = '' }) => /<\/html>\s*$/i.test(text))
    return { expect: html ? { ...expect, contains: ['</html>'] } : expect, unknown: 'what its answers carry, beside their type' }
  }
  const bodies = parsed(withBody)
  if (bodies === undefined) return { expect, unknown: 'what its answers carry: not all that were recorded are JSON' }
  const echoes = Object.fromEntries(Object.entries(echoesOf(bodies, sent)).map(([path, name]) => [path, `{${name}}`]))
  const whole = stableType(bodies)
  const lists = bodies.every(Array.isArray) ? (bodies as unknown[][]) : undefined
  const items = lists?.every((one) => one.length > 0) ? memberTypes(lists.flat(), '[*]') : {}
  const json = {
    ...(whole === 'object' || whole === undefined ? {} : { $: { type: whole } }),
    ...items,
    ...memberTypes(bodies, ''),
    ...echoes,
  }
  return Object.keys(json).length === 0 ? { expect, unknown: 'what its answers carry' } : { expect: { ...expect, json } }
}
