/** k6's thresholds -> results of gates: what was measured, on how many samples, and whether it held. */
import { count, isEmpty, type K6Data } from './k6-data.ts'
import type { EndpointSummary, Gate, GateResult, Late } from './model.ts'
import { sentOf } from './observed.ts'

/** How many requests or trend values a gate's figure rests on. */
function samplesOf(gate: Gate, data: K6Data): number | null {
  if (gate.window !== 'run') return count(data, sentOf(gate.window, gate.endpoint))
  return data.metrics[gate.metric]?.values.count ?? null
}

/** k6 is told a count, made from what was planned; as a share of that, failures would read smaller where less was sent. */
const IS_SHARE_OF_SENT: ReadonlySet<string> = new Set(['error_rate', 'shed_rate', 'late_share', 'new_connections'])

function wholeOf({ key, window, endpoint, unit, of = 0 }: Gate, data: K6Data): number {
  const sent = unit === 'share' && IS_SHARE_OF_SENT.has(key) ? count(data, sentOf(window, endpoint)) : 0
  return sent > 0 ? sent : of
}

/** A threshold that k6 did not judge has not held. */
const isOk = ({ metric, expression }: Pick<Gate, 'metric' | 'expression'>, data: K6Data): boolean =>
  data.metrics[metric]?.thresholds?.[expression]?.ok ?? false

/** What became of the second threshold of a limit on latency. */
function lateResult(late: Late, { window, endpoint }: Gate, data: K6Data): GateResult['late'] & object {
  const sent = count(data, sentOf(window, endpoint))
  const { type, values } = data.metrics[late.metric] ?? {}
  const share = type === 'rate' ? (values?.rate ?? 0) : (values?.count ?? 0) / sent
  return { ...late, ok: isOk(late, data), measured: sent === 0 ? null : share }
}

function measure(gate: Gate, data: K6Data): number | null {
  const stat = /^(med|p\([\d.]+\)|count|rate|value|max)/.exec(gate.expression)?.[1] ?? ''
  const metric = data.metrics[gate.metric]
  // A counter that never counted is 0.
  if (metric === undefined) return stat === 'count' ? 0 : null
  if (isEmpty(metric)) return null
  const raw = metric.values[stat] ?? 0
  const whole = wholeOf(gate, data)
  return whole === 0 || stat === 'rate' ? raw : raw / whole
}

const sum = (rows: readonly EndpointSummary[], of: (row: EndpointSummary) => number): number =>
  rows.reduce((total, row) => total + of(row), 0)
const errorsOf = ({ failures, shed }: EndpointSummary): number => Object.values(failures).reduce((a, b) => a + b, -shed)

/**
 * k6 takes a wrong answer with the status of success for a right one. Where more of them came than are allowed, which is red by a gate
 * of its own, the gates that count right answers, or failed ones, must not call the same answers good.
 */
function withoutFalseSuccesses(result: GateResult, rows: readonly EndpointSummary[]): GateResult {
  const { key, expression, limit, of = 1 } = result
  if (key === 'delivered' || key === 'rps') {
    const right = sum(rows, ({ ok }) => ok)
    return { ...result, measured: right / of, ok: result.ok && right >= Number(expression.replace('count>=', '')) }
  }
  if (key === 'error_rate' && expression.startsWith('rate')) {
    const share = sum(rows, errorsOf) / sum(rows, ({ sent }) => sent)
    return { ...result, measured: share, ok: result.ok && share <= limit }
  }
  return result
}

const FALSE_SUCCESSES = ['wrong_answers', 'rpc_errors']

export function gateResults(gates: readonly Gate[], data: K6Data, endpoints: readonly EndpointSummary[]): GateResult[] {
  const results = gates.map(({ late, ...gate }): GateResult => {
    const waited = late && lateResult(late, gate, data)
    return {
      ...gate,
      ...(waited === undefined ? {} : { late: waited }),
      ok: isOk(gate, data) && (waited?.ok ?? true),
      measured: measure(gate, data),
      samples: samplesOf(gate, data),
    }
  })
  const tooMany = new Set(results.flatMap(({ key, ok, window }) => (!ok && FALSE_SUCCESSES.includes(key) ? [window] : [])))
  return results.map((result) => {
    if (!tooMany.has(result.window)) return result
    const rows = endpoints.filter(
      (row) => row.window === result.window && (result.endpoint === '*' || result.endpoint === row.endpoint),
    )
    return withoutFalseSuccesses(result, rows)
  })
}
