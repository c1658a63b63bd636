/** What a summary needs of the run that was planned; JSON, since another pass of the script, or another machine, writes it. */
import * as v from 'valibot'
import { gateSchema } from '../gates/model.ts'

const count = v.pipe(v.number(), v.finite())
const list = <T>(of: v.GenericSchema<unknown, T>) => v.pipe(v.array(of), v.readonly())
const setting = v.optional(v.union([v.string(), count, v.boolean()]))
const elsewhereSchema = v.object({ base_url: v.string(), endpoints: v.array(v.string()) })

const windowSchema = v.object({
  name: v.string(),
  model: v.picklist(['open', 'closed']),
  gated: v.boolean(),
  /** Seconds from the start of the load. */
  start: count,
  duration: count,
  endpoints: list(v.string()),
  rpc: v.exactOptional(list(v.string())),
  /** Requests of all instances together, by endpoint. */
  planned: v.exactOptional(v.record(v.string(), count)),
  /** Seconds between two requests of a paced window. */
  period: v.exactOptional(count),
  scenario: v.object({ executor: v.string() }),
})

export const summaryPlanSchema = v.object({
  name: v.string(),
  description: v.string(),
  settings: v.objectWithRest({ PROFILE: v.string(), SEED: count, INSTANCES: count }, setting),
  target: v.object({ name: v.string(), baseUrl: v.string(), lacking: list(v.string()) }),
  /** What the script would have tested, had the target it. */
  missed: list(v.string()),
  /** Whose answers are checked weakly. */
  weakly: list(v.string()),
  /** Windows of whose mix the target leaves so little that it is another's. */
  narrowed: v.exactOptional(list(v.string())),
  /** Where those of its endpoints are that are not at the target's base URL. */
  elsewhere: list(elsewhereSchema),
  windows: list(windowSchema),
  /** Of the whole run, whatever part of it an instance sends. */
  gates: list(gateSchema),
  /** What each of several instances is held to by itself; absent where one sends everything. */
  guards: v.exactOptional(list(gateSchema)),
  /** Metrics of the script's own. */
  metrics: v.exactOptional(
    v.record(
      v.string(),
      v.object({
        type: v.picklist(['counter', 'trend', 'gauge', 'rate']),
        unit: v.picklist(['ms', 'bytes', 'count', 'share', '']),
        doc: v.string(),
        merge: v.exactOptional(v.picklist(['max', 'min', 'sum'])),
      }),
    ),
  ),
  thresholdsFile: v.string(),
})
export type SummaryPlan = v.InferOutput<typeof summaryPlanSchema>
