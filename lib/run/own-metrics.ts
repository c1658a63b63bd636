/** Metrics that a script has made itself: checked, and as gates and summaries know metrics. */
import { UsageError } from '../base/errors.ts'
import { evidenceOf, type Metric } from '../metrics/declaration.ts'
import { METRICS } from '../metrics/list.ts'
import type { RunPlan } from './run-plan.ts'

const NAME = /^[a-z][a-z0-9_]*$/
/** Names that k6 has: what a script adds there would be mixed with it. */
const OF_K6 =
  /^(vus|vus_max|iterations|iteration_duration|dropped_iterations|data_sent|data_received|checks|group_duration)$|^(http|ws|grpc|browser)_/

/** @throws UsageError for a name that another metric has */
export function declaredBy(metrics: readonly Metric[], where: string): RunPlan['metrics'] {
  const declared: RunPlan['metrics'] = {}
  const add = (name: string, declaration: RunPlan['metrics'][string]) => {
    if (!NAME.test(name))
      throw new UsageError(`${where}: metrics: expected a name of small letters, digits and _, found ${JSON.stringify(name)}`)
    if (Object.hasOwn(METRICS, name) || Object.hasOwn(declared, name) || OF_K6.test(name))
      throw new UsageError(`${where}: metrics: ${name} is a metric already; expected a name of its own`)
    declared[name] = declaration
  }
  for (const { spec } of metrics) {
    const { name, type, unit, doc, merge } = spec
    const evidence = evidenceOf(spec)
    add(name, {
      ...{ type, unit, doc },
      ...(merge === undefined ? {} : { merge }),
      ...(evidence === undefined ? {} : { evidence }),
    })
    if (evidence !== undefined) add(evidence, { type: 'counter', unit: 'count', doc: `Values that were added to ${name}.` })
  }
  return declared
}
