/** What came of each instance, and what can be read off it. Pure. */
import { percentile } from '../../lib/base/trend.ts'
import type { Instance } from '../../lib/summary/instance-model.ts'
import { valueText } from '../../lib/summary/wording.ts'

/** The evidence of an instance, and what is known of it beside. */
export interface Arrival {
  instance: Instance
  /** Folder or address that it came from. */
  from: string
  /** Milliseconds that its clock is ahead of ours; absent where nobody has measured. */
  clockMs?: number | undefined
  /** Cores that its k6 has used on average. */
  cpu?: number | undefined
  /** A sentence on what its generator lacked. */
  limited?: string | undefined
  /** What it says itself against its part of the run: a sentence without its full stop. */
  doubt?: string | undefined
}

/** What should have been evidence. */
export interface Unreadable {
  from: string
  /** End of the sentence "the evidence …". */
  problem: string
}

export interface Awaited {
  of: number
  arrivals: readonly Arrival[]
  unreadable?: readonly Unreadable[]
  /** How instances ended that did not come to their end, by their place: a sentence without its full stop. */
  endings?: ReadonlyMap<number, string>
}

/** The one that most of them have. */
export function usual(values: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
}

/** What all instances of a run have in common: as each says, and as the plan has it by which it would be judged. */
export const shared = ({ hashes, plan }: Instance): Readonly<Record<keyof Instance['hashes'], string>> => ({
  script: hashes.script,
  settings: JSON.stringify([hashes.settings, plan.windows]),
  limits: JSON.stringify([hashes.limits, plan.gates]),
})

/** What is of another run, or came twice, is in no sum. */
export function ofOneRun({ of, arrivals }: Awaited): Arrival[] {
  const common = usual(arrivals.map(({ instance }) => JSON.stringify(shared(instance))))
  const there = new Set<number>()
  return arrivals.filter(({ instance }) => {
    if (instance.of !== of || JSON.stringify(shared(instance)) !== common || there.has(instance.instance)) return false
    there.add(instance.instance)
    return true
  })
}

export const median = (numbers: readonly number[]): number => percentile(numbers, 50) ?? 0

/** A number of iterations ends when it is done: that it took less than it might is no cut. */
export const endsEarly = ({ scenario, period }: Instance['plan']['windows'][number]): boolean =>
  scenario.executor.endsWith('-iterations') && period === undefined

export const countOf = ({ metrics }: Instance, name: string): number => metrics[name]?.values.count ?? 0
export const lagOf = ({ metrics }: Instance): number | null => metrics.start_lag_ms?.values['p(99)'] ?? null

/** Milliseconds that nobody takes for a generator's own fault. */
const LAG_MS = 50
/** Times the figure of the others at which an instance is not like them. */
const UNLIKE = 5
/** Share of the iterations that k6 may drop. */
const DROPPED = 0.01

/** What k6 alone can say: it began what was due much later than the others, or could not begin it. */
export function behind({ instance }: Arrival, others: readonly Arrival[]): string | undefined {
  const lag = lagOf(instance)
  const usualLag = median(others.flatMap((other) => lagOf(other.instance) ?? []))
  if (lag !== null && others.length > 0 && lag > LAG_MS && lag > usualLag * UNLIKE)
    return `it began its iterations ${valueText(lag, 'ms')} late (p99), the others ${valueText(usualLag, 'ms')}`
  const dropped = (one: Instance): number => {
    const all = countOf(one, 'dropped_iterations')
    return all === 0 ? 0 : all / (all + countOf(one, 'iterations'))
  }
  const usualDrop = median(others.map((other) => dropped(other.instance)))
  const own = dropped(instance)
  if (others.length > 0 && own > DROPPED && own > usualDrop * UNLIKE)
    return `it could not start ${valueText(own, 'share')} of its iterations, the others ${valueText(usualDrop, 'share')}`
  return undefined
}
