/** k6's handleSummary: the text for people, and files for machines where a results folder is given, with the room that these will need. */
import { forJson } from '../base/escape.ts'
import { ROOM_BLOCK, type Room, USUAL_ROOM } from '../base/reserved.ts'
import { wrapped } from '../base/wrap.ts'
import { collect } from './collect.ts'
import { INSTANCE_STATS, type InstanceFacts, instanceOf } from './instance.ts'
import type { K6Data } from './k6-data.ts'
import type { SummaryPlan } from './plan-model.ts'
import { presentJunit, presentText } from './presentation.ts'

/** What k6 has summed up of a metric or sub-metric; undefined where it has no sample. */
export type Figures = (metric: string) => Readonly<Record<string, number>> | undefined

/** Files of a script's own, by name: each is written as JSON. */
export type OwnResults = (figures: Figures) => Readonly<Record<string, unknown>>

/** What is known of an instance where k6's own modules are. */
export interface Teller {
  facts(): InstanceFacts
  /** Sends its evidence to the collector. @returns what became of it, in a line */
  send(evidence: string): string
}

const UNJUDGED =
  'loadgate: k6 has judged no threshold (--no-thresholds?), so no gate can have held and its exit code says nothing'

/** Whether an instance sends part of a run: what it has measured is judged with the others. */
const isPart = ({ guards, settings }: SummaryPlan): boolean => guards !== undefined || settings.COLLECTOR !== undefined

/**
 * A throw in handleSummary leaves k6's exit code at 0, so what fails here is said as loudly as it can be.
 * @param width columns that a line may take
 */
export function handleSummaryOf(plan: SummaryPlan, width: number, results: OwnResults = () => ({}), teller?: Teller) {
  return (data: unknown): Record<string, string> => {
    if (data === null || typeof data !== 'object' || !('metrics' in data) || 'results' in data)
      return {
        stdout: 'loadgate: k6 gave a summary in a format of its own (--new-machine-readable-summary?); run without that flag\n',
      }
    const { guards, settings } = plan
    const instance = isPart(plan) && teller !== undefined ? instanceOf(plan, data as K6Data, teller.facts()) : undefined
    const summary = {
      ...collect(guards === undefined ? plan : { ...plan, gates: guards }, data as K6Data),
      ...(guards === undefined || instance === undefined ? {} : { instance: instance.instance }),
    }
    // Nothing else in k6 shows a script that its thresholds are off.
    const judged = Object.values((data as K6Data).metrics).some(({ thresholds }) => thresholds !== undefined)
    const evidence = instance && `${forJson(instance)}\n`
    const sent = evidence === undefined || settings.COLLECTOR === undefined ? '' : (teller?.send(evidence) ?? '')
    const part =
      instance === undefined ? '' : `Instance ${instance.instance} of ${instance.of}: loadgate judge says what the run means.`
    const notes = [judged ? '' : UNJUDGED, part, sent].filter(Boolean).flatMap((line) => wrapped(line, width))
    const stdout = presentText(summary, data, width) + notes.map((line) => `${line}\n`).join('')
    const folder = settings.RESULTS_DIR
    if (folder === undefined) return { stdout }
    const { metrics } = data as K6Data
    const own = results((metric) => metrics[metric]?.values)
    const files = Object.entries({ 'summary.json': summary, ...own }).map(([name, content]) => [
      `${folder}/${name}`,
      `${forJson(content, 1)}\n`,
    ])
    return {
      stdout,
      ...Object.fromEntries(files),
      ...(evidence === undefined ? {} : { [`${folder}/instance.json`]: evidence }),
      [`${folder}/junit.xml`]: presentJunit(summary, data),
    }
  }
}

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
  const part = isPart(plan)
  const bytes = 2 * bare + (part ? evidenceBytes(plan) : 0)
  const files = [...USUAL_ROOM.files, ...(part ? ['instance.json'] : []), ...own]
  return { files, bytes: Math.ceil(bytes / ROOM_BLOCK) * ROOM_BLOCK }
}
