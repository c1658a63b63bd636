/** `generator.json`: whether the generator had headroom to measure, or was its own bottleneck. Its types are its schema. */
import * as v from 'valibot'

export const GENERATOR_SCHEMA = 'loadgate.generator/2'

const latencyEntries = { p50: v.number(), p95: v.number(), p99: v.number() }
/** Milliseconds. */
const latencySchema = v.object(latencyEntries)
export type Latency = v.InferOutput<typeof latencySchema>

const comparisonSchema = v.object({
  percentile: v.picklist(['p50', 'p95', 'p99']),
  k6: v.number(),
  probe: v.number(),
  /** k6's figure over the probe's. */
  ratio: v.number(),
  /** k6 measured its own queue. */
  parted: v.boolean(),
})
export type Comparison = v.InferOutput<typeof comparisonSchema>

/** What files of earlier runs lack has the value that says nothing. */
const none = <T>(schema: v.GenericSchema<unknown, T>) => v.optional(v.nullable(schema), null)
const no = v.optional(v.boolean(), false)
const zero = v.optional(v.number(), 0)

const windowSchema = v.object({
  window: v.string(),
  /** Where the probe sent another mix: the quickest endpoint that both have asked, whose figures `k6` are; null: those of the whole window. */
  endpoint: none(v.string()),
  /** As k6 saw it; null where it saw nothing. */
  k6: v.nullable(latencySchema),
  /** As the control probe saw it; null where it has no sample. */
  probe: v.nullable(v.object({ ...latencyEntries, samples: v.number(), failed: zero })),
  /** Null where there is too little to compare. */
  comparison: none(comparisonSchema),
  /**
   * Cores that k6 used on average, the share of the time that it was kept from them, and the seconds of each second that its threads
   * stood ready without one; the cores that programs outside the run used, and the share of the seconds in which those left nothing;
   * the share of the time that k6 was held up by a signal. Null where nobody knows.
   */
  cpu: v.nullable(
    v.object({
      ...{ used: v.number(), stolen: v.number(), throttled: v.number() },
      ...{ waited: zero, others: zero, crowded: zero, stopped: zero },
    }),
  ),
  /** k6 had cores to spare and began what was due in time: a latency that it read is none of its own making. */
  headroom: no,
  /** k6 measured its own queue. */
  bound: v.boolean(),
  /**
   * Others kept k6 from the cores: what was late or missing may be so for that alone, whatever the probe saw, which ran beside it. A signal
   * stops k6 only: there the probe's word counts, and without it this is true.
   */
  cpu_starved: no,
})
export type WindowEvidence = v.InferOutput<typeof windowSchema>

/** Something that the probe has seen and k6 has not, by more than chance, and that would have broken a limit. */
const differenceSchema = v.object({
  /** The gateway itself has answered the probe incorrectly, or cut or refused its connections: no matter of time or of this machine. */
  proves: v.boolean(),
  sentence: v.string(),
})
export type Difference = v.InferOutput<typeof differenceSchema>

/** Requests of the probe that were not answered correctly. */
const failuresSchema = v.object({
  endpoint: v.string(),
  class: v.string(),
  count: v.number(),
  /** One of them: its status, 0 where no answer came, and the end of the sentence "the answer …". */
  status: v.number(),
  why: v.string(),
})
export type ProbeFailures = v.InferOutput<typeof failuresSchema>

const generatorSchema = v.object({
  schema: v.literal(GENERATOR_SCHEMA),
  /**
   * - `agree`: k6 and the probe saw the same, failures as well as latencies
   * - `differ`: they did not, and it was not for k6's own queue
   * - `generator-bound`: k6 measured its own queue in one window at least
   * - `unknown`: there is too little to say
   */
  finding: v.picklist(['agree', 'differ', 'generator-bound', 'unknown']),
  /** One sentence on the finding. */
  sentence: v.string(),
  /** One sentence on the window that k6 was kept from the cores most; null where it had them when it needed them. */
  cpu_starved: none(v.string()),
  /** k6's figures may be this many times the probe's, and this many milliseconds above them. */
  factor: v.number(),
  floor_ms: v.number(),
  /** How k6's runtime was set up. */
  tuning: v.string(),
  cores: v.number(),
  /** Requests a second that the probe added to the load; null where there was none, with the reason. */
  probe_rate: v.nullable(v.number()),
  no_probe: v.nullable(v.string()),
  sending_p99_ms: v.nullable(v.number()),
  /** From the planned start of an iteration to its real one; null where starts are not planned evenly, or some were dropped. */
  start_lag_ms: none(v.object({ p95: zero, p99: v.number(), max: v.number() })),
  /** How the planned rate stands to what a calibration found this machine to send; null where nobody asked. */
  headroom: none(v.string()),
  windows: v.array(windowSchema),
  failures: v.optional(v.array(failuresSchema), []),
  differences: v.optional(v.array(differenceSchema), []),
})
export type GeneratorEvidence = v.InferOutput<typeof generatorSchema>

/** @throws when the text is no evidence of this version */
export const parseGenerator = (text: string): GeneratorEvidence => v.parse(generatorSchema, JSON.parse(text))
