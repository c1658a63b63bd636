/** k6's handleSummary: the text for people, and files for machines where a results folder is given. */
import { forJson } from '../escape.ts'
import { collect, type SummaryPlan } from './collect.ts'
import type { K6Data } from './k6-data.ts'
import { presentJunit, presentText } from './presentation.ts'

/** What k6 has summed up of a metric or sub-metric; undefined where it has no sample. */
export type Figures = (metric: string) => Readonly<Record<string, number>> | undefined

/** Files of a script's own, by name: each is written as JSON. */
export type OwnResults = (figures: Figures) => Readonly<Record<string, unknown>>

const UNJUDGED =
  'loadgate: k6 has judged no threshold (--no-thresholds?), so no gate can have held and its exit code says nothing\n'

/** A throw in handleSummary leaves k6's exit code at 0, so what fails here is said as loudly as it can be. */
export function handleSummaryOf(plan: SummaryPlan, results: OwnResults = () => ({})) {
  return (data: unknown): Record<string, string> => {
    if (data === null || typeof data !== 'object' || !('metrics' in data) || 'results' in data)
      return {
        stdout: 'loadgate: k6 gave a summary in a format of its own (--new-machine-readable-summary?); run without that flag\n',
      }
    const summary = collect(plan, data as K6Data)
    const folder = plan.settings.RESULTS_DIR
    // Nothing else in k6 shows a script that its thresholds are off.
    const judged = Object.values((data as K6Data).metrics).some(({ thresholds }) => thresholds !== undefined)
    const stdout = presentText(summary, data) + (judged ? '' : UNJUDGED)
    if (folder === undefined) return { stdout }
    const { metrics } = data as K6Data
    const own = results((metric) => metrics[metric]?.values)
    const files = Object.entries({ 'summary.json': summary, ...own }).map(([name, content]) => [
      `${folder}/${name}`,
      `${forJson(content, 1)}\n`,
    ])
    return { stdout, ...Object.fromEntries(files), [`${folder}/junit.xml`]: presentJunit(summary, data) }
  }
}
