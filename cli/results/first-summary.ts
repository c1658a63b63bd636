/** Summaries of the first schema, `loadgate.summary/1`: their gates carried k6's thresholds as text, and no label. */
import { isObject } from '../../lib/base/json.ts'
import { labelOf, RENAMED } from '../../lib/gates/catalogue.ts'
import { declared } from '../../lib/gates/threshold.ts'
import { SUMMARY_SCHEMA } from '../../lib/summary/model.ts'

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
  const old = String(gate.key)
  const key = Object.hasOwn(RENAMED, old) ? RENAMED[old] : old
  const label = labelOf(String(key))
  return { ...thresholdOf(gate), key, label, ...(isObject(gate.late) ? { late: thresholdOf(gate.late) } : {}) }
}

/** @returns what is of another schema as it came */
export function fromFirstSummary(data: unknown): unknown {
  if (!isObject(data) || data.schema !== FIRST || !Array.isArray(data.gates)) return data
  return { ...data, schema: SUMMARY_SCHEMA, gates: data.gates.map(gateOf) }
}
