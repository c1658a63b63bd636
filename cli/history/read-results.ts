/** Reads back what a run has left in its folder, of this version or an older one. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../lib/errors.ts'
import { BOOKS_SCHEMA, type BooksFile, parseBooks } from '../books/books-model.ts'
import { messageOf } from '../errors.ts'
import { GENERATOR_SCHEMA } from '../generator/evidence-model.ts'
import { parseSeries, SERIES_SCHEMA, type SeriesFile } from '../recorder/series-model.ts'
import { failureSamples } from '../report/failure-samples.ts'
import { parseGenerator, type ShownGenerator } from '../report/generator-file.ts'
import type { RunResults } from '../report/html/page.ts'
import { parseSummary } from '../summary-file.ts'
import { parseVerdict, VERDICT_SCHEMA, type Verdict } from '../verdict-model.ts'

export interface ReadResults extends RunResults {
  folder: string
  /** What of the folder could not be read, and why. */
  problems: string[]
}

/** By schema; a version that is older than the one of today gets a reader of its own here that makes it new. */
const VERDICTS: Record<string, (text: string) => Verdict> = { [VERDICT_SCHEMA]: parseVerdict }
const GENERATORS: Record<string, (text: string) => ShownGenerator> = { [GENERATOR_SCHEMA]: parseGenerator }
const BOOKS: Record<string, (text: string) => BooksFile> = { [BOOKS_SCHEMA]: parseBooks }
const SERIES: Record<string, (text: string) => SeriesFile> = { [SERIES_SCHEMA]: parseSeries }

function read(folder: string, name: string): string | undefined {
  const file = join(folder, name)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** @throws with the reason, as the end of the sentence "the file …" */
function bySchema<T>(text: string, readers: Readonly<Record<string, (text: string) => T>>): T {
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

/** @throws UsageError when the folder holds no verdict that can be read; everything else may be missing */
export function readResults(folder: string): ReadResults {
  const written = read(folder, 'verdict.json')
  if (written === undefined) throw new UsageError(`${folder} holds no results: there is no verdict.json in it`)
  let verdict: Verdict
  try {
    verdict = bySchema(written, VERDICTS)
  } catch (error) {
    throw new UsageError(`${join(folder, 'verdict.json')} ${messageOf(error)}`)
  }
  const problems: string[] = []
  const summaryText = read(folder, 'summary.json')
  const parsed = summaryText === undefined ? undefined : parseSummary(summaryText)
  if (parsed && 'problem' in parsed) problems.push(`summary.json ${parsed.problem}`)
  const optional = <T>(name: string, readers: Readonly<Record<string, (text: string) => T>>): T | undefined => {
    const text = read(folder, name)
    try {
      return text === undefined ? undefined : bySchema(text, readers)
    } catch (error) {
      problems.push(`${name} ${messageOf(error)}`)
      return undefined
    }
  }
  return {
    folder,
    verdict,
    summary: parsed && 'summary' in parsed ? parsed.summary : undefined,
    series: optional('series.json', SERIES),
    generator: optional('generator.json', GENERATORS),
    books: optional('books.json', BOOKS),
    failures: failureSamples(read(folder, 'k6.log') ?? ''),
    problems,
  }
}
