/** Reads back the `benchmarks.json` of a run. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { UsageError } from '../../lib/base/errors.ts'
import { BENCHMARKS_SCHEMA, type BenchmarksFile } from '../../lib/benchmarks/benchmarks.ts'
import { BENCHMARKS } from '../../lib/metrics/figures.ts'
import { messageOf } from '../base/errors.ts'
import { findResults, resultsIn } from '../results/find-results.ts'

export const BENCHMARKS_FILE = 'benchmarks.json'

const figure = v.exactOptional(v.object({ median: v.number(), min: v.number(), max: v.number() }))
const resultSchema = v.object({
  operations: v.number(),
  per_second: figure,
  p50_ms: figure,
  p95_ms: figure,
  p99_ms: figure,
  cpu_ms: figure,
  memory_bytes: figure,
})
const fileSchema = v.object({
  schema: v.literal(BENCHMARKS_SCHEMA),
  finished_at: v.string(),
  profile: v.string(),
  size: v.record(v.string(), v.number()),
  rounds: v.number(),
  benchmarks: v.object(Object.fromEntries(BENCHMARKS.map((name) => [name, v.exactOptional(resultSchema)]))),
})

export interface FoundBenchmarks {
  file: string
  content: BenchmarksFile
}

/** @throws UsageError that names the file, what was expected and what was found */
export function parseBenchmarks(text: string, file: string): BenchmarksFile {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${file}: expected JSON: ${messageOf(error)}`)
  }
  const parsed = v.safeParse(fileSchema, data)
  if (parsed.success) return parsed.output as BenchmarksFile
  const [issue] = parsed.issues
  throw new UsageError(`${file}: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`)
}

/** The latest run that has benchmarks. */
function latest(parent: string): string {
  const found = resultsIn(resolve(parent)).find((folder) => existsSync(join(folder, BENCHMARKS_FILE)))
  if (found === undefined)
    throw new UsageError(`${resolve(parent)} holds no ${BENCHMARKS_FILE} yet: loadgate run benchmarks makes one`)
  return join(found, BENCHMARKS_FILE)
}

/** @param written a file, a run as `findResults` takes it, or nothing for the latest that has benchmarks */
export function findBenchmarks(written: string | undefined, parent: string): FoundBenchmarks {
  const isFile = written !== undefined && existsSync(written) && statSync(written).isFile()
  const file = isFile
    ? resolve(written)
    : written === undefined
      ? latest(parent)
      : join(findResults(written, parent), BENCHMARKS_FILE)
  if (!existsSync(file)) throw new UsageError(`${file}: no such file; only runs of benchmarks have one`)
  return { file, content: parseBenchmarks(readFileSync(file, 'utf8'), file) }
}
