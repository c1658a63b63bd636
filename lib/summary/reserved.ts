/** How much room the summary of a run will need. */
import { ROOM_BLOCK, type Room, USUAL_ROOM } from '../base/reserved.ts'
import { collect } from './collect.ts'
import { INSTANCE_STATS } from './instance.ts'
import type { SummaryPlan } from './plan-model.ts'

/** Trends beside those of requests that may have values. */
const OTHER_TRENDS = 40
/** A percentile with its name, as JSON. */
const FIGURE_BYTES = 28

/** The evidence of an instance: the plan once more, and a hundred figures of each trend. */
function evidenceBytes({ windows }: SummaryPlan): number {
  const trends = windows.reduce((all, { endpoints }) => all + endpoints.length + 1, OTHER_TRENDS)
  return trends * INSTANCE_STATS.length * FIGURE_BYTES
}

/**
 * Twice what a summary without a single figure takes, in blocks: numbers, failures by class and figures come to it.
 * @param own names of the script's own files
 */
export function roomFor(plan: SummaryPlan, own: readonly string[]): Room {
  const bare = JSON.stringify(collect(plan, { metrics: {}, state: { testRunDurationMs: 0 } }), null, 1).length
  const isPart = plan.guards !== undefined || plan.settings.COLLECTOR !== undefined
  const bytes = 2 * bare + (isPart ? evidenceBytes(plan) : 0)
  const files = [...USUAL_ROOM.files, ...(isPart ? ['instance.json'] : []), ...own]
  return { files, bytes: Math.ceil(bytes / ROOM_BLOCK) * ROOM_BLOCK }
}
