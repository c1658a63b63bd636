/** `verdict.json`: what the run means, for people and for programs that read it back. */
import * as v from 'valibot'
import type { EXIT } from '../base/errors.ts'

/** Raised when a reader of the old shape would misread the new. */
export const VERDICT_SCHEMA = 'loadgate.verdict/1'

export type VerdictName = keyof typeof EXIT

const exampleSchema = v.object({
  /** `GET http://…`; absent where it is not known. */
  request: v.exactOptional(v.string()),
  /** Milliseconds that the answer took. */
  ms: v.exactOptional(v.number()),
  /** The request as a command, secrets as variables. */
  curl: v.exactOptional(v.string()),
  /** 0 where no answer came. */
  status: v.number(),
  /** End of the sentence "the answer …". */
  why: v.string(),
  /** The beginning of it. */
  body: v.string(),
  /** ISO 8601. */
  at: v.exactOptional(v.string()),
})
export type Example = v.InferOutput<typeof exampleSchema>

const reasonSchema = v.object({
  /** Stable name for programs. */
  code: v.string(),
  /** What is so. */
  sentence: v.string(),
  /** What to do next. */
  advice: v.string(),
  /** One request that shows it. */
  example: v.exactOptional(exampleSchema),
  /** Gates that are red by it, those of one kind together. */
  gates: v.exactOptional(v.array(v.string())),
})
export type Reason = v.InferOutput<typeof reasonSchema>

const countSchema = v.object({ total: v.number(), red: v.number() })
const machineSchema = v.object({
  cpus: v.number(),
  model: v.string(),
  memory_bytes: v.number(),
  os: v.string(),
  node: v.string(),
})
export type Machine = v.InferOutput<typeof machineSchema>

export const verdictSchema = v.object({
  schema: v.literal(VERDICT_SCHEMA),
  verdict: v.picklist(['pass', 'fail', 'invalid', 'usage']),
  exit_code: v.number(),
  /** Empty when passed, but where it is one of several that did; the first one is the headline. */
  reasons: v.array(reasonSchema),
  script: v.string(),
  target: v.object({ base_url: v.nullable(v.string()), embedded: v.boolean() }),
  /** Null where no summary says anything about gates. */
  gates: v.nullable(
    v.object({
      ...countSchema.entries,
      limit: countSchema,
      evidence: countSchema,
      load: countSchema,
      script: countSchema,
    }),
  ),
  k6: v.object({
    version: v.nullable(v.string()),
    exit_code: v.nullable(v.number()),
    signal: v.nullable(v.string()),
  }),
  started_at: v.string(),
  finished_at: v.string(),
  /** The command that repeats this run; secrets come from the environment again. */
  command: v.string(),
  machine: machineSchema,
  loadgate: v.string(),
})
export type Verdict = v.InferOutput<typeof verdictSchema>

/** @throws when the text is not a verdict of this version */
export const parseVerdict = (text: string): Verdict => v.parse(verdictSchema, JSON.parse(text))
