/** Reads back the `summary.json` that the script wrote; anything doubtful about it is a problem, never a default. */
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { type RunSummary, summarySchema } from '../../lib/summary/model.ts'
import { fromFirstSummary } from './first-summary.ts'
import { fromSecondSummary } from './second-summary.ts'

/** What came of reading it. */
export type SummaryFile = { summary: RunSummary } | { problem: string }

export function parseSummary(text: string): SummaryFile {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return { problem: 'is not whole JSON' }
  }
  const parsed = v.safeParse(summarySchema, fromSecondSummary(fromFirstSummary(data)))
  if (parsed.success) return { summary: parsed.output }
  const [issue] = parsed.issues
  return { problem: `is not a summary of this version (${v.getDotPath(issue) ?? 'it'}: ${issue.message})` }
}

/** @param startedAt when the run began: an older summary belongs to another run */
export function readSummary(file: string, script: string, startedAt: Date): SummaryFile {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { problem: code === 'ENOENT' ? 'was not written' : `cannot be read (${message})` }
  }
  const read = parseSummary(text)
  if ('problem' in read) return read
  const { script: found, finished_at } = read.summary
  if (found !== script) return { problem: `is of another script (${found})` }
  if (!(Date.parse(finished_at) >= startedAt.getTime())) return { problem: `is of an earlier run (${finished_at})` }
  return read
}
