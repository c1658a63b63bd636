/** Paths of a recording put together to templates: what is an id in one request is a placeholder for all. Pure. */
import type { Recorded } from './recorded.ts'

/** Numbers, UUIDs, hashes, ULIDs and the like: no word that a route is called by. */
export function isId(segment: string): boolean {
  if (/^\d+$/.test(segment)) return true
  if (/^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i.test(segment)) return true
  if (/^[\da-f]{16,}$/i.test(segment)) return true
  if (/^v\d+(\.\d+)*$/i.test(segment)) return false
  // Letters and digits in turn, and long, or a word with a number behind it: r-0042, ord_9f3k2.
  return (/^[\w-]{12,}$/.test(segment) && /\d/.test(segment) && /[a-z]/i.test(segment)) || /^[a-z]{1,12}[-_]\d+$/i.test(segment)
}

/** Segments as they were written, decoded. */
export function segmentsOf({ url }: Pick<Recorded, 'url'>): string[] {
  return url.pathname
    .split('/')
    .slice(1)
    .map((segment) => {
      try {
        return decodeURIComponent(segment)
      } catch {
        return segment
      }
    })
}

const singular = (word: string): string =>
  word.replace(/ies$/, 'y').replace(/(ss|us)$|(ch|sh|x)es$|s$/, (_, kept = '', es = '') => kept + es)

export interface Template {
  /** With braces: `/orders/{order_id}`. */
  path: string
  /** Which segment each placeholder is. */
  places: readonly { name: string; at: number }[]
}

export function templateOf(segments: readonly string[]): Template {
  const places: { name: string; at: number }[] = []
  const names = new Set<string>()
  const path = segments.map((segment, at) => {
    if (!isId(segment)) return encodeURI(segment)
    const before = segments.slice(0, at).findLast((other) => !isId(other) && /^[a-z]/i.test(other)) ?? ''
    const word = singular(
      before
        .toLowerCase()
        .replace(/\W+/g, '_')
        .replace(/^[\d_]+|_+$/g, ''),
    )
    const first = word === '' ? 'id' : `${word}_id`
    let name = first
    for (let i = 2; names.has(name); i++) name = `${first}_${i}`
    names.add(name)
    places.push({ name, at })
    return `{${name}}`
  })
  return { path: `/${path.join('/')}`, places }
}

/** Something of a request that may differ from one to the next: a part of its path, a parameter. */
export interface Dimension {
  name: string
  of(one: Recorded): string
}

export interface Spread {
  /** What is always sent so. */
  fixed: ReadonlyMap<string, string>
  /** What varies, with the values that it may take. */
  free: ReadonlyMap<string, readonly string[]>
  /** Those of the requests that these values can make. */
  kept: Recorded[]
}

/**
 * Values that vary independently, since they are drawn so: where only some combinations were recorded, all but one part are held to what
 * was most frequent with it, or requests would be made up that nobody has ever seen answered.
 */
export function spread(entries: readonly Recorded[], dimensions: readonly Dimension[]): Spread {
  const distinct = (of: (one: Recorded) => string, among: readonly Recorded[]): string[] => [...new Set(among.map(of))]
  const combination = (names: readonly Dimension[]) => (one: Recorded) => JSON.stringify(names.map((name) => name.of(one)))
  const varying = dimensions.filter(({ of }) => distinct(of, entries).length > 1)
  const product = varying.reduce((count, { of }) => count * distinct(of, entries).length, 1)
  if (product === distinct(combination(varying), entries).length)
    return {
      fixed: new Map(
        dimensions.filter((one) => !varying.includes(one)).map(({ name, of }) => [name, of(entries[0] as Recorded)]),
      ),
      free: new Map(varying.map(({ name, of }) => [name, distinct(of, entries)])),
      kept: [...entries],
    }
  // The part that varies most while the others stand still.
  let best: { kept: Recorded[]; values: number } = { kept: [], values: 0 }
  for (const one of varying) {
    const rest = combination(varying.filter((other) => other !== one))
    const groups = groupBy(entries, rest)
    for (const group of groups.values()) {
      const values = distinct(one.of, group).length
      if (values > best.values || (values === best.values && group.length > best.kept.length)) best = { kept: group, values }
    }
  }
  return spread(best.kept, dimensions)
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return groups
}
