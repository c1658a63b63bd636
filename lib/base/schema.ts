/** Reads a user's JSON file against a schema; every fault is one sentence with file, key, what was expected and what was found. */
import { type BaseIssue, type BaseSchema, type InferOutput, safeParse } from 'valibot'
import { UsageError } from './errors.ts'
import { didYouMean } from './nearest.ts'
import { redact } from './redact.ts'

type AnySchema = BaseSchema<unknown, unknown, BaseIssue<unknown>>

/** Node quotes the text around the fault, and a secret may stand there. */
const reasonOf = ({ message }: Error): string =>
  message.replace(/, (\.\.\.)?".*$/s, '').replace(/^Unexpected token.*/s, 'unexpected character')

/** The first key that stands twice in its object, as keys from the top: JSON keeps only the last and forgets what the other said. */
function repeated(json: string): string[] | undefined {
  const open: { known: Set<string>; key: string }[] = []
  let last = ''
  for (const [token] of json.matchAll(/"(?:[^"\\]+|\\.)*"|[{}:]/g)) {
    const here = open.at(-1)
    if (token === '{') open.push({ known: new Set(), key: '' })
    else if (token === '}') open.pop()
    else if (token !== ':') last = token
    else if (here !== undefined) {
      here.key = JSON.parse(last) as string
      if (here.known.has(here.key)) return open.map(({ key }) => key)
      here.known.add(here.key)
    }
  }
  return undefined
}

export function parseJson(written: string, file: string): unknown {
  // An editor's byte order mark is no part of the JSON.
  const json = written.replace(/^\ufeff/, '')
  try {
    const data = JSON.parse(json) as unknown
    const twice = repeated(json)
    if (twice !== undefined) throw new UsageError(`${file}: ${twice.join('.')}: stands twice; JSON would forget the first`)
    return data
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${file}: expected JSON, found something else: ${reasonOf(error as Error)}`)
  }
}

const SECRETS = ['password', 'client_secret']

function show(value: unknown, key: string): string {
  if (Array.isArray(value)) return 'a list'
  if (value !== null && typeof value === 'object') return 'an object'
  if (SECRETS.includes(key)) return `a ${typeof value}`
  // A URL may carry a password or a token.
  const json =
    typeof value === 'string'
      ? JSON.stringify(redact(value.replace(/\/\/.*@/s, '//…@').replace(/(\/\/[^?#]*[?#]).*/s, '$1…')))
      : String(value)
  return json.length > 60 ? `${json.slice(0, 57)}…` : json
}

interface Fault {
  issue: BaseIssue<unknown>
  /** From the top of the file. */
  path: readonly string[]
}

/** The issue that went deepest: the one nearest to what the author meant, where alternatives were tried. */
function deepest(issue: BaseIssue<unknown>, above: readonly string[] = []): Fault {
  const path = [...above, ...(issue.path ?? []).map(({ key }) => String(key))]
  return (issue.issues ?? [])
    .map((inner) => deepest(inner, path))
    .reduce((a, b) => (b.path.length > a.path.length ? b : a), { issue, path })
}

/** What was expected and what was found, in words: the schema's own where it has some. */
function sentence({ expected, message, input }: BaseIssue<unknown>, key: string): string {
  const found = `found ${show(input, key)}`
  if (!message.startsWith('Invalid') || expected === null) return `${message}, ${found}`
  const words = [...expected.matchAll(/"([^"]*)"/g)].map(([, word = '']) => word)
  if (words.length === 0)
    return `expected ${expected.replace('Object', 'an object').replace('Array', 'a list').replace(/[()]/g, '').replace(/ \| /g, ' or ')}, ${found}`
  const near = typeof input === 'string' ? didYouMean(input, words) : ''
  return `expected one of ${words.map((word) => JSON.stringify(word)).join(', ')}, ${found}${near}`
}

/** Names that schemas pass over, since a copy of them could do harm: what stands under them would be lost without a word. */
const NO_NAMES = ['__proto__', 'prototype', 'constructor']

/** Where one of them stands, as keys from the top. */
function noName(data: unknown): string[] | undefined {
  if (data === null || typeof data !== 'object') return undefined
  for (const [key, value] of Object.entries(data)) {
    const below = NO_NAMES.includes(key) ? [] : noName(value)
    if (below !== undefined) return [key, ...below]
  }
  return undefined
}

/** @throws UsageError naming the first fault */
export function check<S extends AnySchema>(schema: S, data: unknown, file: string): InferOutput<S> {
  const result = safeParse(schema, data)
  if (result.success) {
    const unnamed = noName(data)
    if (unnamed === undefined) return result.output
    throw new UsageError(`${file}: ${unnamed.join('.')}: nothing can have this name`)
  }
  const { issue, path } = deepest(result.issues[0])
  const where = [file, ...(path.length > 0 ? [path.join('.')] : [])].join(': ')
  const last = path.at(-1) ?? ''
  if (issue.expected === 'never' && path.length > 0) {
    const known = knownKeys(schema, path.slice(0, -1))
    throw new UsageError(`${where}: unknown key${didYouMean(last, known)}; known here: ${known.join(', ')}`)
  }
  if (issue.received === 'undefined') throw new UsageError(`${where}: missing`)
  throw new UsageError(`${where}: ${sentence(issue, last)}`)
}

/** Keys that an object at this path may have, read off the schema itself. */
function knownKeys(schema: unknown, path: readonly string[]): string[] {
  let here = schema as {
    entries?: Record<string, unknown>
    value?: unknown
    wrapped?: unknown
    options?: unknown[]
    pipe?: unknown[]
  }
  const open = () => {
    for (;;) {
      const inner = here.wrapped ?? here.options?.find((option) => (option as { type?: string }).type?.includes('object'))
      if (inner === undefined) return
      here = inner as typeof here
    }
  }
  open()
  for (const step of path) {
    here = (here.entries?.[step] ?? here.value ?? {}) as typeof here
    open()
  }
  return Object.keys(here.entries ?? {}).filter((name) => name !== '$schema')
}
