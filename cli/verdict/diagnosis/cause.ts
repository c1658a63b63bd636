/** Why gates are red: which endpoint, what was wrong with its answers, how often, where and when. One cause for many gates. */
import type { FailureClass } from '../../../lib/base/outcome.ts'
import type { GateResult } from '../../../lib/gates/model.ts'
import type { EndpointSummary } from '../../../lib/summary/model.ts'
import { valueText } from '../../../lib/summary/wording.ts'
import { KINDS } from './advice.ts'
import type { Cause, Evidence } from './model.ts'

/** A class that makes up less of what failed is not what broke the limits. */
const MINOR = 0.05

/** Gates that count failures, by what they count. */
const COUNTS: Readonly<Record<string, (name: string) => boolean>> = {
  error_rate: (name) => name !== 'shed',
  failures: (name) => name !== 'shed',
  failed_checks: (name) => name === 'failed_check',
  rpc_errors: (name) => name === 'rpc_error',
  shed_rate: (name) => name === 'shed',
  goodput: () => true,
  rps: () => true,
}

const looksAt = ({ window, endpoint }: GateResult, row: EndpointSummary): boolean =>
  row.window === window && (endpoint === '*' || endpoint === row.endpoint)

const sum = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((total, row) => total + of(row), 0)
const distinct = (names: readonly string[]): string[] => [...new Set(names)]

function causeOf(name: FailureClass, red: readonly GateResult[], { summary, failures }: Evidence): Cause | undefined {
  const gates = red.filter(({ key }) => COUNTS[key]?.(name) === true)
  const rows = summary.endpoints.filter((row) => (row.failures[name] ?? 0) > 0 && gates.some((gate) => looksAt(gate, row)))
  if (rows.length === 0) return undefined
  const failed = (row: EndpointSummary): number => row.failures[name] ?? 0
  const byEndpoint = distinct(rows.map(({ endpoint }) => endpoint))
    .map((endpoint) => ({
      endpoint,
      n: sum(
        rows.filter((row) => row.endpoint === endpoint),
        failed,
      ),
    }))
    .sort((a, b) => b.n - a.n)
  const windows = summary.windows.map(({ name: window }) => window).filter((window) => rows.some((row) => row.window === window))
  const samples = failures.find((group) => group.class === name)?.samples ?? []
  return {
    class: name,
    endpoints: byEndpoint.map(({ endpoint }) => endpoint),
    windows,
    count: sum(rows, failed),
    sent: sum(rows, ({ sent }) => sent),
    example: samples.find(({ endpoint }) => endpoint === byEndpoint[0]?.endpoint) ?? samples[0],
    gates: gates.filter((gate) => rows.some((row) => looksAt(gate, row))),
  }
}

/** Gates of what is asked beside the windows, such as the token, are about one kind of request: the first that failed says what was wrong. */
function causesBeside(red: readonly GateResult[], { failures }: Evidence): Cause[] {
  const samples = failures.flatMap((group) => group.samples)
  const found: Cause[] = []
  for (const gate of red.filter(({ window, key }) => window === 'run' && key === 'failures')) {
    const example = samples.find(({ window, endpoint }) => endpoint === gate.endpoint || window === gate.endpoint)
    if (example === undefined) continue
    const same = found.find((cause) => cause.example === example)
    if (same !== undefined) same.gates.push(gate)
    else {
      const count = gate.measured ?? 1
      const { class: name, endpoint, window } = example
      found.push({
        class: name as FailureClass,
        endpoints: [endpoint],
        windows: [window],
        count,
        sent: count,
        example,
        gates: [gate],
      })
    }
  }
  return found
}

/** What setup met is the same as what the load met: told once, where most of it was. */
const isSame = (beside: Cause, cause: Cause): boolean =>
  beside.endpoints[0] === 'setup' && beside.class === cause.class && beside.example?.why === cause.example?.why

/** What failed beside the windows leads, since what comes later may follow from it. */
export function causesOf(red: readonly GateResult[], evidence: Evidence): Cause[] {
  const beside = causesBeside(red, evidence)
  const inLoad = failureCauses(red, evidence)
  for (const cause of inLoad) cause.gates.push(...beside.filter((one) => isSame(one, cause)).flatMap(({ gates }) => gates))
  return [...beside.filter((one) => !inLoad.some((cause) => isSame(one, cause))), ...inLoad].filter(
    ({ gates }) => gates.length > 0,
  )
}

/** Failures that red gates count, what weighs most first; each gate stands with the first cause that explains it. */
function failureCauses(red: readonly GateResult[], evidence: Evidence): Cause[] {
  const found = Object.keys(KINDS).flatMap((name) => causeOf(name as FailureClass, red, evidence) ?? [])
  const all = sum(found, ({ count }) => count)
  const weighed = [...found.filter(({ count }) => count >= MINOR * all), ...found.filter(({ count }) => count < MINOR * all)]
  const explained = new Set<GateResult>()
  return weighed.map((cause) => {
    const gates = cause.gates.filter((gate) => !explained.has(gate))
    for (const gate of gates) explained.add(gate)
    return { ...cause, gates }
  })
}

/** Seconds of the load, as a clock shows them. */
const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** Seconds within which two things happen at the same time, since what is recorded is recorded each second. */
const MOMENT = 2

/**
 * When it happened: ` from 0:14 to 0:24`, ` since 0:14`; empty where it went on from first to last, or nothing was recorded.
 */
export function period(cause: Pick<Cause, 'class' | 'endpoints' | 'windows'>, { series }: Evidence): string {
  if (series === undefined) return ''
  const rows = series.rows.filter(({ window, endpoint }) => cause.windows.includes(window) && cause.endpoints.includes(endpoint))
  const times = (of: (row: (typeof rows)[number]) => readonly number[] | undefined): number[] =>
    rows.flatMap((row) => (of(row) ?? []).flatMap((n, i) => (n > 0 ? [series.t[row.first + i] ?? 0] : [])))
  const failed = times(({ failed: columns }) => columns[cause.class])
  const sent = times(({ sent: column }) => column)
  if (failed.length === 0) return ''
  const [first, last] = [Math.min(...failed), Math.max(...failed)]
  const late = first > Math.min(...sent) + MOMENT
  const over = last < Math.max(...sent) - MOMENT
  // What is recorded at a second has happened since the one before.
  const from = clock(first - series.interval_s)
  if (over) return first === last ? ` at ${from}` : ` from ${from} to ${clock(last)}`
  return late ? ` since ${from}` : ''
}

/** `resource`, `resource and health`, `5 endpoints (resource, health, action and 2 more)`. */
export function named(endpoints: readonly string[]): string {
  const [first = '', second] = endpoints
  if (second === undefined) return first
  if (endpoints.length === 2) return `${first} and ${second}`
  const shown = endpoints.length > 4 ? endpoints.slice(0, 3) : endpoints.slice(0, -1)
  const rest = endpoints.length > 4 ? `${endpoints.length - 3} more` : endpoints.at(-1)
  return `${endpoints.length} endpoints (${shown.join(', ')} and ${rest})`
}

export const inWindows = (windows: readonly string[]): string =>
  windows.length === 0
    ? ''
    : windows.length === 1
      ? ` in ${windows[0] === 'setup' || windows[0] === 'teardown' ? '' : 'window '}${windows[0]}`
      : ` in windows ${windows.slice(0, -1).join(', ')} and ${windows.at(-1)}`

export const times = (count: number, sent: number): string => `${valueText(count, 'count')} of ${valueText(sent, 'count')}`
