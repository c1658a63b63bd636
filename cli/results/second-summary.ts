/** Summaries of the second schema, `loadgate.summary/2`: failed checks were called wrong answers. */
import { isObject } from '../../lib/base/json.ts'
import { classToday } from '../../lib/base/outcome.ts'
import { kindOf, labelOf, RENAMED } from '../../lib/gates/catalogue.ts'
import { SUMMARY_SCHEMA } from '../../lib/summary/model.ts'

export const SECOND = 'loadgate.summary/2'

/** The same values under today's names. */
const keysToday = (values: unknown, today: (key: string) => string): unknown =>
  isObject(values) ? Object.fromEntries(Object.entries(values).map(([key, value]) => [today(key), value])) : values

function gateOf(gate: unknown): unknown {
  if (!isObject(gate)) return gate
  const old = String(gate.key)
  const key = Object.hasOwn(RENAMED, old) ? String(RENAMED[old]) : old
  return {
    ...gate,
    ...(kindOf({ key }) === undefined ? {} : { key, label: labelOf(key) }),
    ...(isObject(gate.tags) && typeof gate.tags.class === 'string'
      ? { tags: { ...gate.tags, class: classToday(gate.tags.class) } }
      : {}),
  }
}

const rowOf = (row: unknown): unknown => (isObject(row) ? { ...row, failures: keysToday(row.failures, classToday) } : row)

/** `ws_refused{class:timeout}`. */
const figureToday = (name: string): string => name.replace(/\bclass:(\w+)/, (_, of: string) => `class:${classToday(of)}`)

/** @returns what is of another schema as it came */
export function fromSecondSummary(data: unknown): unknown {
  if (!isObject(data) || data.schema !== SECOND || !Array.isArray(data.gates) || !Array.isArray(data.endpoints)) return data
  return {
    ...data,
    schema: SUMMARY_SCHEMA,
    gates: data.gates.map(gateOf),
    endpoints: data.endpoints.map(rowOf),
    figures: keysToday(data.figures, figureToday),
  }
}
