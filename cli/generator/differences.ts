/**
 * Does the gateway treat the control probe, which looks like k6, as it treats k6? What k6 saw worse than the probe is in its
 * figures, and the gates judge them. What the probe saw worse is in no gate: by more than chance, and beyond what the limits
 * allow, it takes the pass away. Pure.
 */
import { kindOf } from '../../lib/gates/catalogue.ts'
import type { GateResult } from '../../lib/gates/model.ts'
import type { EndpointSummary, RunSummary } from '../../lib/summary/model.ts'
import { atLeast, type Pair, SIGNIFICANCE, worseByChance } from '../base/statistics.ts'
import { FACTOR, FLOOR_MS, quantile } from './comparison.ts'
import type { Difference, ProbeFailures } from './evidence-model.ts'
import type { ProbeExample, ProbeSample } from './probe-protocol.ts'

/** The share of answers that must not come later than the limit: 0.95 for `p95_ms`; undefined for other limits. */
export function shareOf(gate: GateResult): number | undefined {
  const percentile = kindOf(gate)?.percentile
  return percentile === undefined ? undefined : percentile / 100
}

/** What the probe has sent in one window to one endpoint, beside k6's row of the same. */
export interface Place {
  row: EndpointSummary
  samples: readonly ProbeSample[]
}

/** Failures that hang on time, or on what lies between: they prove nothing about the gateway. */
const UNPROVEN = ['timeout', 'dns', 'tls']
const isFailure = ({ failure }: ProbeSample): boolean => failure !== null && failure !== 'shed'
const isProof = ({ failure }: ProbeSample): boolean => failure !== null && failure !== 'shed' && !UNPROVEN.includes(failure)
/** Whether it is known what became of it: not of a request that was under way when the probe ended. */
const isTold = ({ ms, failure }: ProbeSample): boolean => ms !== null || failure !== null
const isShed = ({ failure }: ProbeSample): boolean => failure === 'shed'

const failedOf = ({ failures }: EndpointSummary): number =>
  Object.entries(failures).reduce((sum, [name, count]) => sum + (name === 'shed' ? 0 : count), 0)
const shedOf = ({ failures }: EndpointSummary): number => failures.shed ?? 0

/** All failures of the probe by endpoint and class, each with an example. */
export function failuresOf(samples: readonly ProbeSample[], examples: readonly ProbeExample[]): ProbeFailures[] {
  const counts = new Map<string, number>()
  for (const { endpoint, failure } of samples) {
    const key = `${endpoint} ${failure}`
    if (failure !== null) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return examples.flatMap(({ endpoint, class: name, status, why }) => {
    const count = counts.get(`${endpoint} ${name}`)
    return count === undefined ? [] : [{ endpoint, class: name, count, status, why }]
  })
}

/** The share of failures that the limits leave a place: the smallest of its own and its window's. */
function budgetOf(gates: readonly GateResult[], { row, samples }: Place): number {
  const wrong = samples.some(({ failure }) => failure === 'failed_check' || failure === 'rpc_error')
  const limits = gates.flatMap((gate) => {
    const { window, endpoint, kind, unit, limit } = gate
    const subject = kindOf(gate)?.subject
    if (kind !== 'limit' || window !== row.window || (endpoint !== '*' && endpoint !== row.endpoint)) return []
    if (subject === 'failures' && unit === 'share') return [limit]
    return wrong && subject === 'false successes' && limit === 0 ? [0] : []
  })
  return limits.length === 0 ? 0 : Math.min(...limits)
}

/** The share of shed load that the limits leave a place; all of it where no gate is on it. */
const shedBudgetOf = (gates: readonly GateResult[], { row }: Place): number =>
  Math.min(
    1,
    ...gates.flatMap(({ window, endpoint, key, limit }) =>
      key === 'shed_rate' && window === row.window && (endpoint === '*' || endpoint === row.endpoint) ? [limit] : [],
    ),
  )

const pairOf = (
  { row, samples }: Place,
  failed: (sample: ProbeSample) => boolean,
  theirs: (row: EndpointSummary) => number = failedOf,
): Pair => ({
  mine: { failed: samples.filter(failed).length, of: samples.length },
  theirs: { failed: Math.min(theirs(row), row.sent), of: row.sent },
})

const sumOf = (pairs: readonly Pair[], of: (pair: Pair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0)

interface Group {
  name: string
  places: readonly Place[]
}

/** Every place of its own, each endpoint in all windows, each window, and the whole. */
function groupsOf(places: readonly Place[]): Group[] {
  const by = (nameOf: (place: Place) => string): Group[] => {
    const groups = new Map<string, Place[]>()
    for (const place of places) groups.set(nameOf(place), [...(groups.get(nameOf(place)) ?? []), place])
    return [...groups].map(([name, of]) => ({ name, places: of }))
  }
  return [
    ...by(({ row }) => `${row.endpoint} in window ${row.window}`),
    ...by(({ row }) => row.endpoint).filter((group) => group.places.length > 1),
    ...by(({ row }) => `window ${row.window}`).filter((group) => group.places.length > 1),
    ...(places.length > 1 ? [{ name: 'the run', places }] : []),
  ]
}

/** Most frequent first: `server_error 53`. */
function classesOf(samples: readonly ProbeSample[]): string {
  const counts = new Map<string, number>()
  for (const { failure } of samples.filter(isFailure)) counts.set(failure ?? '', (counts.get(failure ?? '') ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

/** Whether that many more than k6's are more than chance, and more than the limits allow. */
function isBeyond(pairs: readonly Pair[], allowed: number, groups: number): boolean {
  return sumOf(pairs, ({ mine }) => mine.failed) > allowed && worseByChance(pairs) < SIGNIFICANCE / groups
}

/** A window, or the run, is told only where no part of it says it already. */
function smallest(found: readonly Group[]): Group[] {
  const within = (part: Group, whole: Group): boolean => part.places.every((place) => whole.places.includes(place))
  return found.filter((group, i) => !found.slice(0, i).some((smaller) => within(smaller, group)))
}

/** The places in which the probe failed more often than k6, by more than chance and beyond the limits; the smallest of them. */
function inFailures(places: readonly Place[], gates: readonly GateResult[], examples: readonly ProbeExample[]): Difference[] {
  const groups = groupsOf(places)
  const beyond = (group: Group, failed: (sample: ProbeSample) => boolean): boolean => {
    const pairs = group.places.map((place) => pairOf(place, failed))
    const allowed = group.places.reduce((sum, place) => sum + budgetOf(gates, place) * place.samples.length, 0)
    return isBeyond(pairs, allowed, groups.length)
  }
  return smallest(groups.filter((group) => beyond(group, isFailure))).map((group) => {
    const samples = group.places.flatMap((place) => place.samples)
    const pairs = group.places.map((place) => pairOf(place, isFailure))
    const example = examples.find((one) =>
      samples.some(({ endpoint, failure }) => endpoint === one.endpoint && failure === one.class),
    )
    const proves = beyond(group, isProof)
    return {
      proves,
      sentence: `The control probe was ${proves ? 'answered incorrectly or cut off' : 'not answered'} ${sumOf(pairs, ({ mine }) => mine.failed)} of ${samples.length} times for ${group.name} (${classesOf(samples)}), k6 ${sumOf(pairs, ({ theirs }) => theirs.failed)} of ${sumOf(pairs, ({ theirs }) => theirs.of)} times: ${proves ? 'the gateway does not treat all who ask alike' : 'one of the two is wrong about the gateway'}${example === undefined ? '' : `; for example, an answer ${example.why}`}.`,
    }
  })
}

/** The places in which the probe was shed and k6 was not: a gateway may serve those well who came first, and send all others away. */
function inShed(places: readonly Place[], gates: readonly GateResult[]): Difference[] {
  const groups = groupsOf(places)
  const pairsOf = (group: Group): Pair[] => group.places.map((place) => pairOf(place, isShed, shedOf))
  const beyond = (group: Group): boolean => {
    const allowed = group.places.reduce((sum, place) => sum + shedBudgetOf(gates, place) * place.samples.length, 0)
    return isBeyond(pairsOf(group), allowed, groups.length)
  }
  return smallest(groups.filter(beyond)).map((group) => {
    const pairs = pairsOf(group)
    const [mine, theirs] = [sumOf(pairs, ({ mine }) => mine.failed), sumOf(pairs, ({ theirs }) => theirs.failed)]
    return {
      proves: false,
      sentence: `The control probe was shed (429) ${mine} of ${sumOf(pairs, ({ mine }) => mine.of)} times for ${group.name}, k6 ${theirs} of ${sumOf(pairs, ({ theirs }) => theirs.of)} times: what k6 was served is not what every user is.`,
    }
  })
}

const ms = (value: number): string => `${Number(value.toPrecision(3))} ms`

/** What the probe waited, less its own delays. */
const waitsOf = (samples: readonly ProbeSample[]): number[] =>
  samples.flatMap(({ waited, late }) => (waited === null ? [] : [Math.max(0, waited - late)])).sort((a, b) => a - b)

/** Whether an endpoint was slow for the probe and not for k6: one that is slow for both is judged by the gates. */
function isApart({ row, samples }: Place, share: number): boolean {
  const k6 = row.latency?.[share > 0.95 ? 'p99' : share > 0.5 ? 'p95' : 'p50']
  const probe = quantile(waitsOf(samples), share)
  return k6 !== undefined && probe > k6 * FACTOR && probe - k6 > FLOOR_MS
}

/** A place in a window that others may have left no cores. */
type Watched = Place & { cpuStarved: boolean }

/**
 * Whether waiting for a core can be what was waited for: that hits every endpoint alike, so not where half of the answers of one came later
 * than nearly all of another in the same window.
 */
function isOwnWaiting({ row, samples, cpuStarved }: Watched, all: readonly Watched[]): boolean {
  if (!cpuStarved) return false
  const usual = quantile(waitsOf(samples), 0.5)
  const quickest = all.flatMap((other) =>
    other.row.window === row.window && other.samples.length >= LEAST_BESIDE ? [quantile(waitsOf(other.samples), 0.95)] : [],
  )
  return !(Math.min(...quickest) * FACTOR < usual)
}

/** Latency limits that hold for k6 and would not for the probe, by more than chance. */
function inLatency(places: readonly Watched[], { gates }: RunSummary): Difference[] {
  const limits = gates.flatMap((gate) => {
    const share = shareOf(gate)
    return share === undefined || !gate.ok || gate.measured === null ? [] : [{ ...gate, share, measured: gate.measured }]
  })
  return limits.flatMap(({ window, endpoint, limit, key, share, measured }) => {
    const inside = places.filter(({ row }) => row.window === window && (endpoint === '*' || row.endpoint === endpoint))
    const answers = inside.flatMap(({ samples }) => waitsOf(samples)).length
    const late = inside
      .filter((place) => isApart(place, share) && !isOwnWaiting(place, places))
      .flatMap(({ samples }) => waitsOf(samples))
      .filter((wait) => wait > limit).length
    if (late === 0 || atLeast(late, answers, 1 - share) >= SIGNIFICANCE / limits.length) return []
    const where = endpoint === '*' ? `window ${window}` : `${endpoint} in window ${window}`
    return [
      {
        proves: false,
        sentence: `The control probe waited longer than the ${ms(limit)} of ${key} for ${late} of ${answers} answers of ${where}, where k6 read ${ms(measured)}: one of the two is wrong about the gateway.`,
      },
    ]
  })
}

/** k6 was given a token, and the probe never, for the same credentials. */
function inTokens(samples: readonly ProbeSample[], examples: readonly ProbeExample[]): Difference[] {
  const asked = samples.filter(({ endpoint }) => endpoint === 'auth')
  if (asked.length === 0 || asked.some(({ failure }) => failure === null)) return []
  const example = examples.find(({ endpoint }) => endpoint === 'auth')
  return [
    {
      proves: asked.length >= 3 && asked.every(isProof),
      sentence: `The control probe asked ${asked.length} times for a token, as k6 did, and got none${example === undefined ? '' : `: the answer ${example.why}`}.`,
    },
  ]
}

/** Answers of an endpoint from which it can be said what was usual in its window. */
const LEAST_BESIDE = 10

/** Requests of a place that were due, and of which there should be some at least. */
const SILENT = 20

/**
 * @param places with how many requests of each a probe sends that works, and whether others left its window no cores
 */
export function differencesOf(
  places: readonly (Place & { due: number; cpuStarved: boolean })[],
  all: readonly ProbeSample[],
  examples: readonly ProbeExample[],
  summary: RunSummary,
): Difference[] {
  const tokens = inTokens(all, examples)
  const told = places.map((place) => ({ ...place, samples: place.samples.filter(isTold) }))
  const silent = tokens.length > 0 ? [] : told.filter(({ due, samples }) => due >= SILENT && samples.length === 0)
  const asked = told.filter(({ samples, row }) => samples.length > 0 && row.sent > 0)
  return [
    ...inFailures(asked, summary.gates, examples),
    ...inShed(asked, summary.gates),
    ...tokens,
    ...silent.slice(0, 1).map(({ row }) => ({
      proves: false,
      sentence: `The control probe has nothing to say about ${row.endpoint} in window ${row.window}, and nobody knows why: it was to send to it.`,
    })),
    // Where others took the cores, each of the two may have waited for one, at different moments.
    ...inLatency(places, summary),
  ]
}
