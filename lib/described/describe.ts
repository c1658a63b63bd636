/** From what a target file says of its own endpoints to descriptions that a run can use: files read, ranges expanded, names checked. */
import { csvParseRows } from 'd3-dsv'
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import { seeded } from '../base/random.ts'
import { expandValues, sizeOfRange } from '../base/value-range.ts'
import { checkPlaceholder, seedOf, type ValueSources } from './draws.ts'
import { type Described, echoesOf, placeholdersSent } from './endpoint.ts'
import { checkOf, type Varying, weaknessesOf } from './expectation.ts'
import { readPath, valueAt } from './json-path.ts'
import { type Dialect, type Schema, selfContained } from './json-schema.ts'
import { refusalsOf } from './refusals.ts'
import type { DescribedFile } from './schema.ts'
import { placeholdersIn, wholePlaceholder, withBraces } from './template.ts'

/** Values of a list that a run takes, chosen by SEED: every VU keeps them. */
export const MOST_VALUES = 1000

/** Names that an endpoint can have: they are tags, keys and words of selectors. */
export const NAME = /^[a-z][\w-]*$/i

export interface Surroundings {
  /** Path of the target file, for errors. */
  file: string
  seed: number
  /** Whether the target has an authorization. */
  authorized: boolean
  /** Whether the run has a token whose time is over. */
  expired: boolean
  /** Values for all endpoints of the file. */
  values: NonNullable<DescribedFile['values']>
  /** The whole file, which references lead into. */
  document: unknown
  dialect: Dialect
  /** Reads a file beside the target file. @throws UsageError where it cannot */
  read(path: string, where: string): string
}

const DEFAULT_STATUS: Readonly<Record<string, readonly number[]>> = { POST: [200, 201], DELETE: [200, 204] }

function parse(text: string, file: string, where: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new UsageError(`${where}: ${file}: expected JSON, found something else`)
  }
}

function column(rows: readonly (readonly string[])[], name: string | undefined, file: string, where: string): unknown[] {
  const [head = [], ...rest] = rows
  if (name === undefined) {
    if (head.length === 1) return rows.map(([value]) => value)
    throw new UsageError(`${where}.column: missing; ${file} has the columns ${head.join(', ')}`)
  }
  const at = head.indexOf(name)
  if (at < 0)
    throw new UsageError(
      `${where}.column: ${file} has no column ${JSON.stringify(name)}${didYouMean(name, head)}; it has ${head.join(', ')}`,
    )
  return rest
    .filter((row) => row.length > 1 || row[0] !== '')
    .map((row, i) => {
      const value = row[at]
      if (value === undefined) throw new UsageError(`${where}: ${file}: line ${i + 2} has no column ${JSON.stringify(name)}`)
      return value
    })
}

function fromFile(
  source: { file: string; column?: string | undefined; path?: string | undefined },
  where: string,
  { read }: Surroundings,
): unknown[] {
  const { file } = source
  const text = read(file, where)
  if (/\.json$/i.test(file)) {
    const json = parse(text, file, where)
    const list = source.path === undefined ? json : valueAt(json, readPath(source.path, `${where}.path`))
    if (!Array.isArray(list))
      throw new UsageError(
        `${where}: ${file}: expected a list${source.path === undefined ? '' : ` at ${source.path}`}, found ${list === undefined ? 'nothing' : typeof list}; say where it is with "path"`,
      )
    if (source.column === undefined) return list
    const at = readPath(source.column, `${where}.column`)
    return list.map((item, i) => {
      const value = valueAt(item, at)
      if (value === undefined) throw new UsageError(`${where}: ${file}: item ${i} has no ${source.column}`)
      return value
    })
  }
  if (/\.csv$/i.test(file)) return column(csvParseRows(text.replace(/^\ufeff/, '')), source.column, file, where)
  return text.split(/\r?\n/).filter((line) => line !== '')
}

type Written = NonNullable<DescribedFile['values']>

function sourcesOf(
  values: Written,
  name: string,
  where: string,
  around: Surroundings,
): Record<string, readonly unknown[] | string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, source]) => {
      const here = `${where}.${key}`
      if (typeof source === 'string') {
        if (wholePlaceholder(source) !== undefined) {
          checkPlaceholder(wholePlaceholder(source) as string, {}, [], here)
          return [key, source]
        }
        if (sizeOfRange(source) > 1_000_000)
          throw new UsageError(`${here}: expected at most 1,000,000 values, found ${sizeOfRange(source)}`)
        return [key, few(expandValues({ [key]: source })[key] ?? [], name, key, here, around)]
      }
      const list = Array.isArray(source) ? source : fromFile(source as { file: string }, here, around)
      return [key, few(list, name, key, here, around)]
    }),
  )
}

function few(list: readonly unknown[], name: string, key: string, where: string, { seed }: Surroundings): readonly unknown[] {
  if (list.length === 0) throw new UsageError(`${where}: expected at least one value, found none`)
  return list.length <= MOST_VALUES
    ? list
    : seeded(seedOf(seed, name, key))
        .shuffle(list)
        .slice(0, MOST_VALUES)
}

/** Times, and names that all requests of a run share. */
const UNTOLD = ['now', 'vu', 'run']
const isTold = (placeholder: string): boolean => !UNTOLD.includes(placeholder.split(':')[0] as string)

/** A generator that makes one value only, however often. */
const isConstant = (placeholder: string): boolean => /^(int:(-?\d+)\.\.\2|choice:([^|]*)(\|\3)*)$/.test(placeholder)

function varyingIn(described: Described, taken: readonly string[]): Varying {
  const { values } = described
  const changes = (placeholder: string): boolean => {
    const source = Object.hasOwn(values, placeholder) ? values[placeholder] : undefined
    // 7 and "7" are sent alike.
    if (typeof source === 'object')
      return new Set(source.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)))).size > 1
    const generator = wholePlaceholder(source ?? '') ?? placeholder
    if (isConstant(generator)) return false
    return taken.includes(placeholder) || (isTold(generator) && (source === undefined || wholePlaceholder(source) !== undefined))
  }
  const echoed = echoesOf(described)
  const inPath = placeholdersIn([described.path]).filter(isTold)
  return {
    sent: placeholdersSent(described).filter(isTold),
    subject: inPath.at(-1),
    changes,
    meant: (placeholder) =>
      Object.hasOwn(values, placeholder) || taken.includes(placeholder) || !Object.hasOwn(echoed, placeholder)
        ? [placeholder]
        : placeholdersIn([echoed[placeholder]]),
  }
}

/** An endpoint of the gateway's own, or of a script's. */
export interface Description {
  described: Described
  /** The endpoint that it is asked for without a right to. */
  refuses?: string
  /** What its expectation cannot see; empty where it is strong, or where the file says why it is weak. */
  weak: string[]
}

/**
 * Describes the endpoints of a target file's own.
 * @throws UsageError with file, key, what was expected and what was found
 */
export function describe(endpoints: Readonly<Record<string, DescribedFile>>, around: Surroundings): Description[] {
  const { file, seed, authorized, document, dialect } = around
  const shared = `${file}: values`
  const takers = Object.entries(endpoints).flatMap(([name, { take = {} }]) =>
    Object.keys(take).map((taken) => [taken, name] as const),
  )
  return Object.entries(endpoints).flatMap(([name, written]) => {
    const where = `${file}: endpoints.${name}`
    const { method, query, headers, body, values = {}, expect = {}, take = {} } = written
    const path = withBraces(written.path)
    const sent = placeholdersSent({ path, query, headers, body })
    const wanted = [...sent, ...placeholdersIn([expect.json ?? {}, expect.contains ?? [], expect.headers ?? {}])]
    // Only what this endpoint names: values that others share are not kept by its VUs.
    const named = Object.fromEntries(Object.entries(around.values).filter(([key]) => wanted.includes(key)))
    const sources: ValueSources = {
      ...sourcesOf(named, name, shared, around),
      ...sourcesOf(values, name, `${where}.values`, around),
    }
    const taken = takers.map(([key]) => key)
    for (const placeholder of sent) checkPlaceholder(placeholder, sources, taken, where)
    const echoed = Object.keys(echoesOf({ body, query }))
    for (const placeholder of wanted.slice(sent.length))
      checkPlaceholder(placeholder, sources, [...taken, ...echoed], `${where}.expect`)
    for (const [key, at] of Object.entries(take)) readPath(at, `${where}.take.${key}`)
    const { schema, status, ...rest } = expect
    const described: Described = {
      name,
      method,
      path,
      ...(written.base_url === undefined ? {} : { base_url: written.base_url }),
      ...(written.route === undefined ? {} : { counted_as: written.route }),
      ...(query === undefined ? {} : { query }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      auth: written.auth ?? authorized,
      status: status ?? DEFAULT_STATUS[method] ?? [200],
      values: sources,
      expect: {
        ...rest,
        ...(schema === undefined
          ? {}
          : { schema: selfContained(schema as Schema | string, document, dialect, `${where}.expect.schema`) }),
      },
      take,
      seed,
    }
    // Finds what no check can be made of, before any load.
    checkOf(described.expect, `${where}.expect`)
    const weak = written.weak === undefined ? weaknessesOf(described.expect, varyingIn(described, taken)) : []
    const refusals = authorized ? refusalsOf(described, written.refused, around.expired, where) : []
    return [{ described, weak }, ...refusals.map((refusal): Description => ({ described: refusal, refuses: name, weak: [] }))]
  })
}
