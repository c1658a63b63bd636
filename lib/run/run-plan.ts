/**
 * The run plan: what a run means to send and to judge, worked out once in the first pass of a script and carried in k6's options
 * (`ext.loadgate`), where `k6 inspect` shows it. Whoever needs to know what is planned reads this, and nothing is guessed from scenarios.
 */
import * as v from 'valibot'
import { gateSchema } from '../gates/model.ts'
import type { ControlPlan } from './control.ts'
import type { PlannedReconciliation } from './reconciliation.ts'

/** Raised when a reader of the old shape would misread the new. */
export const RUN_PLAN_SCHEMA = 'loadgate.plan/3'

const windowSchema = v.object({
  name: v.string(),
  /** Seconds from the start of the load. */
  start: v.number(),
  duration: v.number(),
  /** Planned requests a second of all instances: pairs of seconds from the start of the load and rate, straight lines between. Absent in the closed model. */
  offered: v.exactOptional(v.array(v.tuple([v.number(), v.number()]))),
})
export type PlannedWindow = v.InferOutput<typeof windowSchema>

export const runPlanSchema = v.object({
  schema: v.literal(RUN_PLAN_SCHEMA),
  script: v.string(),
  /** Whom it loads: its name in the target file, and its address. */
  target: v.object({ name: v.string(), base_url: v.string() }),
  /** Generators that share the run. */
  instances: v.number(),
  /** Windows that send load, by their start: looks at the gateway's own metrics are none. */
  windows: v.array(windowSchema),
  /** Of all instances together: the highest planned rate of all windows at once, in requests a second; 0 in the closed model. */
  rate: v.number(),
  /** VUs that k6 makes before the load, of all instances. */
  vus: v.number(),
  /** WebSockets that the run holds, of all instances: memory that k6 is set up for. */
  sockets: v.number(),
  /** Event streams that it holds, of all instances. */
  streams: v.number(),
  /** What the user should know of the files that were read; absent where there is nothing. */
  notes: v.exactOptional(v.array(v.string())),
  /** What its results need. */
  room: v.object({ files: v.pipe(v.array(v.string()), v.readonly()), bytes: v.number() }),
  /** Metrics of the script's own, by name. */
  metrics: v.record(
    v.string(),
    v.object({
      type: v.picklist(['counter', 'trend', 'gauge']),
      unit: v.picklist(['ms', 'bytes', 'count', 'share', '']),
      doc: v.string(),
      /** The counter that says how many samples it rests on. */
      evidence: v.exactOptional(v.string()),
    }),
  ),
  /** What is judged. */
  gates: v.array(gateSchema),
  /** What each of several instances is held to by itself; absent where one sends everything. */
  guards: v.exactOptional(v.array(gateSchema)),
  /** What the control probe may send. */
  control: v.custom<ControlPlan>((plan) => typeof plan === 'object' && plan !== null && 'endpoints' in plan),
  /** Where the gateway counts its requests itself, or why nothing can be compared. */
  reconciliation: v.custom<PlannedReconciliation>((plan) => typeof plan === 'object' && plan !== null),
})
export type RunPlan = v.InferOutput<typeof runPlanSchema>
