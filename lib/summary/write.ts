/** k6's handleSummary: the text for people, and files for machines where a results folder is given. */
import { collect, type K6Data, type SummaryPlan } from './collect.ts'
import { junit } from './junit.ts'
import { summaryText } from './text.ts'

/** A throw in handleSummary leaves k6's exit code at 0, so what fails here is said as loudly as it can be. */
export function handleSummaryOf(plan: SummaryPlan) {
  return (data: unknown): Record<string, string> => {
    if (data === null || typeof data !== 'object' || !('metrics' in data) || 'results' in data)
      return {
        stdout: 'loadgate: k6 gave a summary in a format of its own (--new-machine-readable-summary?); run without that flag\n',
      }
    const summary = collect(plan, data as K6Data)
    const folder = plan.settings.RESULTS_DIR
    const files =
      folder === undefined
        ? {}
        : { [`${folder}/summary.json`]: `${JSON.stringify(summary, null, 1)}\n`, [`${folder}/junit.xml`]: junit(summary) }
    return { stdout: summaryText(summary, { colour: false }), ...files }
  }
}
