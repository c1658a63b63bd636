/** What could be wrong with an answer: real ones, broken one thing at a time. Pure. */
import { isObject } from '../../lib/base/json.ts'

export interface Body {
  body: string
  headers: Readonly<Record<string, string>>
}

export interface Breakage {
  /** In words, as in "would not notice: …". */
  what: string
  broken: Body
}

const HTML = '<!doctype html><html><head><title>Error</title></head><body><h1>It works!</h1></body></html>'
/** Members that are broken one by one. */
const MOST_MEMBERS = 25

type Json = { [name: string]: unknown }
const isScalar = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Path = readonly (string | number)[]
const inWords = (path: Path): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('')

/** A copy with the value at a path changed; `undefined` takes the member away. */
function changed(json: unknown, [step, ...rest]: Path, to: (value: unknown) => unknown): unknown {
  if (step === undefined) return to(json)
  if (Array.isArray(json)) return json.map((item, i) => (i === step ? changed(item, rest, to) : item))
  const entries = Object.entries(json as Json).map(
    ([name, value]) => [name, name === step ? changed(value, rest, to) : value] as const,
  )
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** Another value of the same type. */
const another = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1
  const text = String(value)
  // The last letter or digit turns into another one, so that a UUID stays one.
  return text.replace(/[a-z\d](?=[^a-z\d]*$)/i, (last) =>
    /[0-8]/.test(last) ? String(Number(last) + 1) : last === 'a' ? 'b' : 'a',
  )
}

const otherType = (value: unknown): unknown => {
  if (typeof value === 'string') return 12345
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}!`
  return Array.isArray(value) ? {} : value === null ? undefined : []
}

/** Paths of members, those of the thing that an answer wraps, or of a list's first item, with them. */
function members(json: unknown, above: Path = []): Path[] {
  if (above.length > 2) return []
  if (Array.isArray(json)) return json.length === 0 ? [] : members(json[0], [...above, 0])
  if (!isObject(json)) return []
  return Object.entries(json).flatMap(([name, value]) => [
    [...above, name],
    ...(isObject(value) || Array.isArray(value) ? members(value, [...above, name]) : []),
  ])
}

const at = (json: unknown, path: Path): unknown =>
  path.reduce<unknown>((here, step) => (here as Record<string | number, unknown>)[step], json)

/** Members that repeat something of the request, and where there are none those that are called ids. */
function ids(json: unknown, paths: readonly Path[], sent: readonly string[]): Path[] {
  const scalars = paths.filter((path) => isScalar(at(json, path)))
  const echoes = scalars.filter((path) => sent.includes(String(at(json, path))))
  return echoes.length > 0 ? echoes : scalars.filter((path) => /(^|_)(id|uuid)$/i.test(String(path.at(-1)))).slice(0, 1)
}

function ofJson(json: unknown, real: Body, sent: readonly string[]): Breakage[] {
  const all = members(json)
  const paths = all.toSorted((a, b) => a.length - b.length).slice(0, MOST_MEMBERS)
  const broken = (what: string, value: unknown): Breakage => ({ what, broken: { ...real, body: JSON.stringify(value) } })
  const lists = [...(Array.isArray(json) ? [[]] : []), ...paths].filter((path) => {
    const value = at(json, path)
    return Array.isArray(value) && value.length > 0
  })
  const named = (what: string, path: Path): string => `${what}${path.length === 0 ? '' : ` at ${inWords(path)}`}`
  const breakages = [
    ...ids(json, all, sent).map((path) => broken(`another ${inWords(path)}`, changed(json, path, another))),
    ...paths
      .filter((path) => typeof path.at(-1) === 'string')
      .map((path) =>
        broken(
          `no ${inWords(path)}`,
          changed(json, path, () => undefined),
        ),
      ),
    ...paths
      .filter((path) => otherType(at(json, path)) !== undefined)
      .map((path) => broken(`another type of ${inWords(path)}`, changed(json, path, otherType))),
    ...lists.flatMap((path) => [
      broken(
        named('an empty list', path),
        changed(json, path, () => []),
      ),
      broken(
        named('{} as the last item of the list', path),
        changed(json, path, (list) => [...(list as unknown[]), {}]),
      ),
    ]),
    broken('{} in its place', {}),
    // Some gateways say so under the status of success.
    ...(sent.length === 0
      ? []
      : [broken('an error that repeats the request', { error: `nothing found for ${sent.join(', ')}` })]),
  ]
  return breakages.filter((breakage) => breakage.broken.body !== real.body)
}

/**
 * @param sent values of the request, as text
 * @param other the answer to another request of the same endpoint
 */
export function breakagesOf(real: Body, sent: readonly string[], other: Body | undefined): Breakage[] {
  const { body } = real
  // Nothing was promised in it, and nothing came.
  if (body === '') return []
  const json = parse(body)
  return [
    ...(json === undefined ? [{ what: 'an empty body', broken: { ...real, body: '' } }] : ofJson(json, real, sent)),
    ...(other === undefined || other.body === body ? [] : [{ what: 'the answer to another request', broken: other }]),
    { what: 'half of it', broken: { ...real, body: body.slice(0, Math.floor(body.length / 2)) } },
    { what: 'a page of HTML', broken: { body: HTML, headers: { ...real.headers, 'Content-Type': 'text/html; charset=utf-8' } } },
  ].filter(({ broken }) => broken.body !== body || broken.headers !== real.headers)
}
