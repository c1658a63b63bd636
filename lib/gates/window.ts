/** Every gate of one window: those that the thresholds file asks for, their evidence, and those that hold in any. */
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import type { Window } from '../windows/workload.ts'
import { WINDOW_KINDS } from './catalogue.ts'
import { EVIDENCE, samplesAt } from './evidence.ts'
import type { ByEndpoint, GateKind, Made, Numbers, Place, WindowKind } from './kind.ts'
import type { Gate } from './model.ts'
import type { Limits, Thresholds } from './thresholds.ts'
import { reasonOf } from './why.ts'

const ROWS = Object.entries<WindowKind>(WINDOW_KINDS)

type Given = Readonly<Record<string, Limits>>

const numbersOf = ({ why: _, ...numbers }: Limits): Numbers => numbers

const build = (
  key: string,
  row: GateKind,
  window: string,
  endpoint: string,
  { metric, tags, stat, threshold, limit, unit = row.unit, of, needs, late }: Made,
  why: string,
): Gate => ({
  ...{ window, endpoint, key, label: row.label, kind: row.kind ?? 'limit' },
  ...{ metric, tags, stat, threshold, limit, unit, bound: row.bound },
  ...(of === undefined ? {} : { of }),
  ...(needs === undefined ? {} : { needs }),
  ...(late === undefined ? {} : { late }),
  why,
})

/** @throws UsageError on an endpoint that the window does not send to, and on a limit that cannot stand there */
function check(given: Given, window: Window, where: string): void {
  const { endpoints: sent, gated } = window
  for (const name of Object.keys(given))
    if (name !== '*' && !sent.includes(name))
      throw new UsageError(
        `${where}.${name}: this window sends nothing to an endpoint of that name${didYouMean(name, sent)}; it sends to ${sent.join(', ')}`,
      )
  const settling = ROWS.filter(([, row]) => row.settling).map(([key]) => key)
  for (const [endpoint, limits] of Object.entries(given))
    for (const key of Object.keys(numbersOf(limits)))
      if (!gated && !settling.includes(key))
        throw new UsageError(
          `${where}.${endpoint}.${key}: latency and throughput may still settle in this window; it can have ${settling.join(', ')}`,
        )
  for (const [key, { misfit, beside }] of ROWS)
    for (const [endpoint, limits] of Object.entries(given)) {
      const numbers = numbersOf(limits)
      const [own, other] = [numbers[key], beside && numbers[beside.key]]
      const fault = own === undefined ? undefined : misfit?.(window, endpoint)
      if (fault !== undefined) throw new UsageError(`${where}.${endpoint}.${key}: ${fault}`)
      if (beside === undefined || (own === undefined) === (other === undefined)) continue
      const [there, missing] = own === undefined ? [beside.key, key] : [key, beside.key]
      throw new UsageError(`${where}.${endpoint}.${there}: expected ${missing} beside it: ${beside.why}`)
    }
}

/** Gates that limits of the file ask for, at one endpoint. */
const asked = (place: Place, limits: Limits, byEndpoint: ByEndpoint): Gate[] =>
  ROWS.flatMap(([key, row]) => {
    const numbers = numbersOf(limits)
    const limit = numbers[key]
    if (row.gate === undefined || limit === undefined || row.permits?.(limit)) return []
    const made = row.gate({ place, limit, limits: numbers, byEndpoint })
    return [build(key, row, place.window.name, place.endpoint, made, reasonOf(limits, key))]
  })

/** @param others keys that stand elsewhere in the file, for every window */
function inEvery(window: Window, given: Given, others: Numbers, where: string): Gate[] {
  const byEndpoint = Object.fromEntries(Object.entries(given).map(([endpoint, limits]) => [endpoint, numbersOf(limits)]))
  const all = { ...byEndpoint, '*': { ...byEndpoint['*'], ...others } }
  return ROWS.flatMap(([key, row]) =>
    (row.inEvery?.(window, all, where) ?? []).map(({ endpoint, ...made }) => {
      // A limit of the file brings its own reason.
      const from = [given[endpoint], given['*']].find((limits) => limits !== undefined && numbersOf(limits)[key] !== undefined)
      return build(key, row, window.name, endpoint, made, made.why ?? ((from && reasonOf(from, key)) || row.always || ''))
    }),
  )
}

const samples = (place: Place, needed: number, why: string): Gate =>
  build('samples', EVIDENCE.samples, place.window.name, place.endpoint, samplesAt(place, needed, why), why)

/** What holds in a window whose latency settles and for which the file has no budget. */
const NO_BUDGET = { limit: 0, why: 'Latency may settle here, answers may not.' }

/** Gates of a window whose latency settles: its failures, and that it was there. */
export function settlingGates(window: Window, file: Thresholds, fileName: string): Gate[] {
  if (window.endpoints.length === 0) return []
  const where = `${fileName}: windows.${window.limits}`
  const given: Given = file.windows[window.limits] ?? {}
  check(given, window, where)
  const place = (endpoint: string): Place => ({ window, endpoint, where: `${where}.${endpoint}` })
  const byEndpoint: ByEndpoint = Object.fromEntries(Object.entries(given).map(([name, limits]) => [name, numbersOf(limits)]))
  const { limit, why } = NO_BUDGET
  const { error_rate } = WINDOW_KINDS
  const none = error_rate.gate({ place: place('*'), limit, limits: {}, byEndpoint })
  return [
    ...(given['*']?.error_rate === undefined ? [build('error_rate', error_rate, window.name, '*', none, why)] : []),
    ...Object.entries(given).flatMap(([endpoint, limits]) => asked(place(endpoint), limits, byEndpoint)),
    samples(place('*'), 1, 'a window in which nothing was sent has let nothing settle'),
    ...inEvery(window, given, {}, where),
  ]
}

export function windowGates(window: Window, file: Thresholds, fileName: string): Gate[] {
  const where = `${fileName}: windows.${window.limits}`
  const given: Given | undefined = file.windows[window.limits]
  if (given === undefined) {
    if (window.endpoints.length === 0) return []
    throw new UsageError(`${where}: missing; the window is gated, so it needs limits (at least an error_rate for "*")`)
  }
  const sent = window.endpoints
  check(given, window, where)
  for (const name of sent)
    if ((given['*'] ?? given[name])?.error_rate === undefined && given[name]?.error_rate === undefined)
      throw new UsageError(`${where}: no error_rate, neither for "*" nor for "${name}": its errors would pass unseen`)

  const place = (endpoint: string): Place => ({ window, endpoint, where: `${where}.${endpoint}` })
  const byEndpoint: ByEndpoint = Object.fromEntries(Object.entries(given).map(([name, limits]) => [name, numbersOf(limits)]))
  const made = Object.entries(given).flatMap(([endpoint, limits]) => {
    const gates = asked(place(endpoint), limits, byEndpoint)
    const strictest = gates.reduce<Gate | undefined>(
      (most, gate) => ((gate.needs ?? 0) > (most?.needs ?? 0) ? gate : most),
      undefined,
    )
    if (strictest?.needs === undefined) return gates
    return [...gates, samples(place(endpoint), strictest.needs, `${strictest.label} rests on at least ten samples beyond it`)]
  })
  // Endpoints without a percentile of their own must still have been sent to.
  const seen = new Set(made.filter(({ kind }) => kind === 'evidence').map(({ endpoint }) => endpoint))
  for (const endpoint of sent)
    if (!seen.has(endpoint))
      made.push(samples(place(endpoint), window.least?.[endpoint] ?? 1, 'what was never asked has passed nothing'))
  return [...made, ...inEvery(window, given, file.run ?? {}, where)]
}
