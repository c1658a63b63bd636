/** k6's handleSummary: the text for people, and files for machines where a results folder is given. */
import { forJson } from '../base/escape.ts'
import { wrapped } from '../base/wrap.ts'
import { collect } from './collect.ts'
import { type InstanceFacts, instanceOf } from './instance.ts'
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
    // A part of a run: what it has measured is judged with the others.
    const isPart = guards !== undefined || settings.COLLECTOR !== undefined
    const instance = isPart && teller !== undefined ? instanceOf(plan, data as K6Data, teller.facts()) : undefined
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
