/** Reads back the `summary.json` that the script wrote; anything doubtful about it is a problem, never a default. */
import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { type RunSummary, SUMMARY_SCHEMA } from '../lib/summary/model.ts'

const count = v.pipe(v.number(), v.finite())
const gateSchema = v.object({
  window: v.string(),
  endpoint: v.string(),
  key: v.string(),
  kind: v.picklist(['limit', 'evidence', 'load', 'script']),
  metric: v.string(),
  expression: v.string(),
  limit: count,
  unit: v.picklist(['ms', 'share', 'count', 'rps', 'bytes', '']),
  bound: v.picklist(['max', 'min']),
  of: v.exactOptional(count),
  late: v.exactOptional(
    v.object({
      metric: v.string(),
      expression: v.string(),
      limit: v.string(),
      ms: count,
      share: count,
      ok: v.boolean(),
      measured: v.nullable(count),
    }),
  ),
  why: v.string(),
  ok: v.boolean(),
  measured: v.nullable(count),
  samples: v.nullable(count),
})
const latencySchema = v.nullable(v.object({ p50: count, p95: count, p99: count, max: count }))
const windowSchema = v.object({
  name: v.string(),
  model: v.picklist(['open', 'closed']),
  gated: v.boolean(),
  start: count,
  duration: count,
  planned: v.exactOptional(v.record(v.string(), count)),
  total: v.exactOptional(v.object({ sent: count, errors: count, shed: count, rps: count, latency: latencySchema })),
})
const endpointSchema = v.object({
  window: v.string(),
  endpoint: v.string(),
  sent: count,
  ok: count,
  shed: count,
  not_sent: v.exactOptional(count),
  failures: v.record(v.string(), count),
  rpc_codes: v.exactOptional(v.record(v.string(), count)),
  latency: latencySchema,
})
const summarySchema = v.object({
  schema: v.literal(SUMMARY_SCHEMA),
  script: v.string(),
  description: v.string(),
  profile: v.string(),
  target: v.object({
    name: v.string(),
    base_url: v.string(),
    elsewhere: v.exactOptional(v.array(v.object({ base_url: v.string(), endpoints: v.array(v.string()) }))),
  }),
  thresholds: v.string(),
  seed: count,
  instances: count,
  finished_at: v.string(),
  duration_s: count,
  windows: v.array(windowSchema),
  endpoints: v.array(endpointSchema),
  gates: v.array(gateSchema),
  figures: v.record(v.string(), v.object({ unit: v.string(), values: v.record(v.string(), count) })),
  not_tested: v.array(v.string()),
  checked_weakly: v.exactOptional(v.array(v.string())),
  advice: v.exactOptional(v.array(v.string())),
  settings: v.record(v.string(), v.union([v.string(), count, v.boolean()])),
  totals: v.object({ sent: count, dropped: count, script_errors: count, iterations: count, vus_max: count }),
  sending_p99_ms: count,
  ok: v.boolean(),
})

/** What came of reading it. */
export type SummaryFile = { summary: RunSummary } | { problem: string }

export function parseSummary(text: string): SummaryFile {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return { problem: 'is not whole JSON' }
  }
  const parsed = v.safeParse(summarySchema, data)
  if (parsed.success) return { summary: parsed.output satisfies RunSummary }
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
