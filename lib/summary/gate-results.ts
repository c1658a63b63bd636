/** k6's thresholds -> results of gates: what was measured, on how many samples, and whether it held. */
import { kindOf } from '../gates/catalogue.ts'
import type { Gate, GateResult, Late } from '../gates/model.ts'
import { type K6Threshold, lateThreshold, statName, subMetric, thresholdsOf } from '../gates/threshold.ts'
import { count, isEmpty, type K6Data } from './k6-data.ts'
import type { EndpointSummary } from './model.ts'
import { sentOf } from './observed.ts'

/** How many requests or trend values a gate's figure rests on. */
function samplesOf(gate: Gate, data: K6Data): number | null {
  if (gate.window !== 'run') return count(data, sentOf(gate.window, gate.endpoint))
  return data.metrics[subMetric(gate)]?.values.count ?? null
}

/**
 * k6 is told a count, made from what was planned; as a share of that, failures would read smaller where less was sent.
 * @param shed which no limit on latency is about
 */
function wholeOf(gate: Gate, data: K6Data, shed: number): number {
  const kind = kindOf(gate)
  const sent = kind?.ofSent && gate.unit === 'share' ? count(data, sentOf(gate.window, gate.endpoint)) : 0
  const whole = kind?.drawn === 'latency' ? sent - shed : sent
  return whole > 0 ? whole : (gate.of ?? 0)
}

/** A threshold that k6 did not judge has not held. */
const isOk = ({ metric, expression }: K6Threshold, data: K6Data): boolean =>
  data.metrics[metric]?.thresholds?.[expression]?.ok ?? false

/** What became of the second threshold of a limit on latency. */
function lateResult(late: Late, { window, endpoint }: Gate, data: K6Data, shed: number): GateResult['late'] & object {
  const sent = Math.max(0, count(data, sentOf(window, endpoint)) - shed)
  const { type, values } = data.metrics[subMetric(late)] ?? {}
  const share = type === 'rate' ? (values?.rate ?? 0) : (values?.count ?? 0) / sent
  return { ...late, ok: isOk(lateThreshold(late), data), measured: sent === 0 ? null : share }
}

function measure(gate: Gate, data: K6Data, shed: number): number | null {
  const metric = data.metrics[subMetric(gate)]
  // A counter that never counted is 0.
  if (metric === undefined) return gate.stat === 'count' ? 0 : null
  if (isEmpty(metric)) return null
  const raw = metric.values[statName(gate.stat)] ?? 0
  const whole = wholeOf(gate, data, shed)
  return whole === 0 || gate.stat === 'rate' ? raw : raw / whole
}

const sum = (rows: readonly EndpointSummary[], of: (row: EndpointSummary) => number): number =>
  rows.reduce((total, row) => total + of(row), 0)
const errorsOf = ({ failures, shed }: EndpointSummary): number => Object.values(failures).reduce((a, b) => a + b, -shed)

/**
 * k6 takes an answer with the status of success that fails its check for a valid one. Where more of them came than are allowed, which is red by a gate
 * of its own, the gates that count valid answers, or failures, must not call the same answers good.
 */
function withoutFalseSuccesses(result: GateResult, rows: readonly EndpointSummary[]): GateResult {
  const { threshold, limit, of = 1 } = result
  const subject = kindOf(result)?.subject
  if (subject === 'valid answers') {
    const right = sum(rows, ({ ok }) => ok)
    return { ...result, measured: right / of, ok: result.ok && right >= threshold }
  }
  if (isOfK6(result)) {
    const share = sum(rows, errorsOf) / sum(rows, ({ sent }) => sent)
    return { ...result, measured: share, ok: result.ok && share <= limit }
  }
  return result
}

/** An error rate that k6 itself has worked out. */
const isOfK6 = (gate: Gate): boolean => kindOf(gate)?.subject === 'failures' && gate.stat === 'rate'

/** k6 takes what was shed for failed, too; that is no error, and has a gate of its own in the same window. */
function withoutShed(result: GateResult, rows: readonly EndpointSummary[]): GateResult {
  const [sent, shed] = [sum(rows, (row) => row.sent), sum(rows, (row) => row.shed)]
  if (!isOfK6(result) || result.measured === null || shed === 0) return result
  const share = Math.max(sum(rows, errorsOf), result.measured * sent - shed) / sent
  return { ...result, measured: share, ok: share <= result.limit }
}

export function gateResults(gates: readonly Gate[], data: K6Data, endpoints: readonly EndpointSummary[]): GateResult[] {
  const rowsOf = ({ window, endpoint }: Gate): EndpointSummary[] =>
    endpoints.filter((row) => row.window === window && (endpoint === '*' || endpoint === row.endpoint))
  const results = gates.map(({ late, ...gate }): GateResult => {
    const shed = sum(rowsOf(gate), (row) => row.shed)
    const waited = late && lateResult(late, gate, data, shed)
    return {
      ...gate,
      ...(waited === undefined ? {} : { late: waited }),
      ok: isOk(thresholdsOf(gate)[0], data) && (waited?.ok ?? true),
      measured: measure(gate, data, shed),
      samples: samplesOf(gate, data),
    }
  })
  const tooMany = new Set(
    results.flatMap((result) => (!result.ok && kindOf(result)?.subject === 'false successes' ? [result.window] : [])),
  )
  return results.map((result) => {
    const rows = rowsOf(result)
    const errors = withoutShed(result, rows)
    return tooMany.has(result.window) ? withoutFalseSuccesses(errors, rows) : errors
  })
}
