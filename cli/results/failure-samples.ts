/** Examples of failures: lines `loadgate failure {…}` that the script writes to k6's log, secrets already taken out. */
import * as v from 'valibot'
import { classToday } from '../../lib/base/outcome.ts'

const sampleSchema = v.object({
  window: v.string(),
  endpoint: v.string(),
  class: v.string(),
  status: v.number(),
  /** End of the sentence "the answer …". */
  why: v.string(),
  body: v.string(),
  /** What it answered; absent where k6 does not say. */
  request: v.exactOptional(
    v.object({
      method: v.string(),
      url: v.string(),
      /** Milliseconds that the answer took. */
      ms: v.number(),
      /** Names of headers that carried a secret. */
      headers: v.exactOptional(v.array(v.string())),
      type: v.exactOptional(v.string()),
      body: v.exactOptional(v.string()),
    }),
  ),
  /** ISO 8601, when it was seen. */
  at: v.exactOptional(v.string()),
})
export type FailureSample = v.InferOutput<typeof sampleSchema>

export interface FailureGroup {
  class: string
  samples: FailureSample[]
}

const SAMPLES = 5
/** Only where the script itself has written it: what a gateway says stands within a line, or is set in. */
const LINE = /^(?:(\S+) )?WARNING loadgate failure (\{.*\})\s*$/gm

/**
 * Up to five different ones of each class, the classes in the order in which they first appeared.
 * @param log k6.log
 */
export function failureSamples(log: string): FailureGroup[] {
  const groups = new Map<string, FailureSample[]>()
  for (const [, at, json = ''] of log.matchAll(LINE)) {
    const read = readSample(json)
    if (read === undefined) continue
    const sample = at === undefined ? read : { ...read, at }
    const group = groups.get(sample.class) ?? []
    groups.set(sample.class, group)
    const same = (other: FailureSample): boolean =>
      other.endpoint === sample.endpoint && other.status === sample.status && other.why === sample.why
    if (group.length < SAMPLES && !group.some(same)) group.push(sample)
  }
  return [...groups].map(([name, samples]) => ({ class: name, samples }))
}

function readSample(json: string): FailureSample | undefined {
  try {
    const parsed = v.safeParse(sampleSchema, JSON.parse(json))
    return parsed.success ? { ...parsed.output, class: classToday(parsed.output.class) } : undefined
  } catch {
    return undefined
  }
}
