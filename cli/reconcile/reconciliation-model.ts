/** `reconciliation.json`: what this run sent, held against what the gateway says it has answered. */
import * as v from 'valibot'

export const RECONCILIATION_SCHEMA = 'loadgate.reconciliation/1'

const rowSchema = v.object({
  /** Endpoints that the counter cannot tell apart, since they share a route; more than one route where a name has several. */
  endpoints: v.array(v.string()),
  /** As the counter calls them, such as `GET /api/v1/health`; empty for what the gateway counts under no route of ours. */
  routes: v.array(v.string()),
  /** Requests of k6: of every window, of setup and teardown. */
  k6: v.number(),
  /** Requests of the control probe, and looks at the counter itself. */
  probe: v.number(),
  /** Of all these, those that got no answer. */
  unanswered: v.number(),
  /** Those among them that k6 sent; absent in what older versions wrote. */
  unansweredK6: v.optional(v.number(), 0),
  /** What the gateway has counted in the meantime. */
  counted: v.number(),
  /** Answers that the gateway did not count. */
  elsewhere: v.number(),
  /** Requests without an answer that the gateway did not count either. */
  lost: v.number(),
  /** What the gateway counted beyond what was sent, less the tolerance. */
  extra: v.number(),
  /** Status codes that came more often than the gateway counted them. */
  statuses: v.array(v.object({ status: v.number(), got: v.number(), counted: v.number() })),
})
export type ReconciliationRow = v.InferOutput<typeof rowSchema>

export const reconciliationSchema = v.object({
  schema: v.literal(RECONCILIATION_SCHEMA),
  /**
   * - `reconciled`: each answer was counted by the gateway
   * - `not-reconciled`: the evidence carries no pass
   * - `unexplained`: nothing could be compared, and nobody said that it would be so: the evidence carries no pass either
   * - `not-checked`: nothing was compared, for a reason that the target file or the command gives
   */
  finding: v.picklist(['reconciled', 'not-reconciled', 'unexplained', 'not-checked']),
  /** What was found, worst first. */
  sentences: v.array(v.string()),
  /** What to do next; empty where there is nothing to do. */
  advice: v.string(),
  /** Null where nothing could be compared. */
  counter: v.nullable(v.string()),
  /** Whether nobody else sends to this gateway. */
  exclusive: v.boolean(),
  /** How many requests may be missing from k6's count: cut off at the end of a window, and not pushed before k6 ended. */
  tolerance: v.object({ interrupted: v.number(), unpushed: v.number() }),
  rows: v.array(rowSchema),
  /** Endpoints at another address than the counter. */
  apart: v.array(v.string()),
  /** Endpoints that the counter does not count, as the target file says; absent in what older versions wrote. */
  uncounted: v.optional(v.array(v.string()), []),
})
export type Reconciliation = v.InferOutput<typeof reconciliationSchema>

/** @throws when the text is no comparison of this version */
export const parseReconciliation = (text: string): Reconciliation => v.parse(reconciliationSchema, JSON.parse(text))
