/** Reads a user's JSON file against a schema; every fault is one sentence with file, key, what was expected and what was found. */
import { type BaseIssue, type BaseSchema, type InferOutput, safeParse } from 'valibot'
import { UsageError } from './errors.ts'
import { didYouMean } from './nearest.ts'

type AnySchema = BaseSchema<unknown, unknown, BaseIssue<unknown>>

export function parseJson(written: string, file: string): unknown {
  try {
    return JSON.parse(written)
  } catch (error) {
    throw new UsageError(`${file}: expected JSON, found something else: ${(error as Error).message}`)
  }
}

function show(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value)
  return json.length > 60 ? `${json.slice(0, 57)}…` : json
}

/** The issue that went deepest: the one nearest to what the author meant, where alternatives were tried. */
function deepest(issue: BaseIssue<unknown>): BaseIssue<unknown> {
  const inner = (issue.issues ?? []).map(deepest)
  return inner.reduce((a, b) => ((b.path?.length ?? 0) > (a.path?.length ?? 0) ? b : a), issue)
}

/** @throws UsageError naming the first fault */
export function check<S extends AnySchema>(schema: S, data: unknown, file: string): InferOutput<S> {
  const result = safeParse(schema, data)
  if (result.success) return result.output
  const issue = deepest(result.issues[0])
  const path = issue.path ?? []
  const key = path.map(({ key }) => String(key)).join('.') || 'the file'
  const last = path.at(-1)
  if (issue.expected === 'never' && last !== undefined) {
    const known = knownKeys(
      schema,
      path.slice(0, -1).map(({ key }) => String(key)),
    )
    const name = String(last.key)
    throw new UsageError(`${file}: ${key}: unknown key${didYouMean(name, known)}; known here: ${known.join(', ')}`)
  }
  if (issue.received === 'undefined') throw new UsageError(`${file}: ${key}: missing`)
  throw new UsageError(`${file}: ${key}: ${issue.message}, found ${show(issue.input)}`)
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
