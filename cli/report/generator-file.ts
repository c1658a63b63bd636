/** Reads `generator.json` back: what the page shows of it. */
import * as v from 'valibot'
import { GENERATOR_SCHEMA } from '../generator/evidence-model.ts'

const latency = { p50: v.number(), p95: v.number(), p99: v.number() }
const shownSchema = v.object({
  schema: v.literal(GENERATOR_SCHEMA),
  finding: v.picklist(['agree', 'differ', 'generator-bound', 'unknown']),
  sentence: v.string(),
  starved: v.optional(v.nullable(v.string()), null),
  tuning: v.string(),
  cores: v.number(),
  probe_rate: v.nullable(v.number()),
  no_probe: v.nullable(v.string()),
  // Absent in what older versions wrote.
  start_lag_ms: v.nullish(v.object({ p99: v.number(), max: v.number() })),
  headroom: v.nullish(v.string()),
  windows: v.array(
    v.object({
      window: v.string(),
      // Files of earlier runs compare whole windows only.
      endpoint: v.optional(v.nullable(v.string()), null),
      k6: v.nullable(v.object(latency)),
      probe: v.nullable(v.object({ ...latency, samples: v.number() })),
      cpu: v.nullable(
        v.object({
          used: v.number(),
          stolen: v.number(),
          throttled: v.number(),
          waited: v.optional(v.number(), 0),
          others: v.optional(v.number(), 0),
        }),
      ),
      bound: v.boolean(),
      starved: v.optional(v.boolean(), false),
    }),
  ),
})
/** What the page shows of the generator's evidence. */
export type ShownGenerator = v.InferOutput<typeof shownSchema>

/** @throws when the text is no evidence of this version */
export const parseGenerator = (text: string): ShownGenerator => v.parse(shownSchema, JSON.parse(text))
