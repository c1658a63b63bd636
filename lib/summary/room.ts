/** How much room the summary of a run will need. */
import { ROOM_BLOCK, type Room, USUAL_ROOM } from '../room.ts'
import { collect, type SummaryPlan } from './collect.ts'

/**
 * Twice what a summary without a single figure takes, in blocks: numbers, failures by class and figures come to it.
 * @param own names of the script's own files
 */
export function roomFor(plan: SummaryPlan, own: readonly string[]): Room {
  const bare = JSON.stringify(collect(plan, { metrics: {}, state: { testRunDurationMs: 0 } }), null, 1).length
  return { files: [...USUAL_ROOM.files, ...own], bytes: Math.ceil((2 * bare) / ROOM_BLOCK) * ROOM_BLOCK }
}
