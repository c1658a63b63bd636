/** Reads verdict and summary of a run back, of this version or an older one: all that it takes to list runs and to compare them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { messageOf } from '../base/errors.ts'
import { parseSummary } from './summary-file.ts'
import { parseVerdict, VERDICT_SCHEMA, type Verdict } from './verdict-model.ts'

/** By schema; a version that is older than the one of today gets a reader of its own here that makes it new. */
const VERDICTS: Record<string, (text: string) => Verdict> = { [VERDICT_SCHEMA]: parseVerdict }

export function read(folder: string, name: string): string | undefined {
  const file = join(folder, name)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** @throws with the reason, as the end of the sentence "the file …" */
export function bySchema<T>(text: string, readers: Readonly<Record<string, (text: string) => T>>): T {
  let schema: unknown
  try {
    schema = (JSON.parse(text) as { schema?: unknown } | null)?.schema
  } catch {
    throw new Error('is not whole JSON')
  }
  const reader = typeof schema === 'string' && Object.hasOwn(readers, schema) ? readers[schema] : undefined
  if (reader !== undefined)
    try {
      return reader(text)
    } catch (error) {
      throw new Error(`is not what ${schema} says (${messageOf(error)})`)
    }
  throw new Error(
    typeof schema === 'string'
      ? `is of schema ${schema}, which this version does not know (it knows ${Object.keys(readers).join(', ')})`
      : 'does not say its schema',
  )
}

export interface ReadRun {
  folder: string
  verdict: Verdict
  summary: RunSummary | undefined
  /** What of the folder could not be read, and why. */
  problems: string[]
}

/** @throws UsageError when the folder holds no verdict that can be read */
export function readRun(folder: string): ReadRun {
  const written = read(folder, 'verdict.json')
  if (written === undefined) throw new UsageError(`${folder} holds no results: there is no verdict.json in it`)
  let verdict: Verdict
  try {
    verdict = bySchema(written, VERDICTS)
  } catch (error) {
    throw new UsageError(`${join(folder, 'verdict.json')} ${messageOf(error)}`)
  }
  const text = read(folder, 'summary.json')
  const parsed = text === undefined ? undefined : parseSummary(text)
  return {
    folder,
    verdict,
    summary: parsed && 'summary' in parsed ? parsed.summary : undefined,
    problems: parsed && 'problem' in parsed ? [`summary.json ${parsed.problem}`] : [],
  }
}
