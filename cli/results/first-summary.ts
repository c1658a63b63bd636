/** Summaries of the first schema, `loadgate.summary/1`: their gates carried k6's thresholds as text, and no label. */
import { isObject } from '../../lib/base/json.ts'
import { labelOf } from '../../lib/gates/catalogue.ts'
import { declared } from '../../lib/gates/threshold.ts'
import { SECOND } from './second-summary.ts'

const FIRST = 'loadgate.summary/1'

/** `p(95)<=300` of `http_req_duration{scenario:spike}`, as data; what cannot be read stays as it is, and is no summary then. */
function thresholdOf({ metric, expression, ...others }: Record<string, unknown>): Record<string, unknown> {
  const [, stat = '', percentile, threshold] = /^(\w+|p\(([\d.]+)\))[<>]=(.+)$/.exec(String(expression)) ?? []
  return {
    ...others,
    ...declared(String(metric)),
    stat: percentile !== undefined ? Number(percentile) : stat === 'med' ? 50 : stat,
    threshold: Number(threshold),
  }
}

function gateOf(gate: unknown): unknown {
  if (!isObject(gate)) return gate
  return {
    ...thresholdOf(gate),
    label: labelOf(String(gate.key)),
    ...(isObject(gate.late) ? { late: thresholdOf(gate.late) } : {}),
  }
}

/** @returns one of the second schema; what is of another schema as it came */
export function fromFirstSummary(data: unknown): unknown {
  if (!isObject(data) || data.schema !== FIRST || !Array.isArray(data.gates)) return data
  return { ...data, schema: SECOND, gates: data.gates.map(gateOf) }
}
