/** From the evidence of several instances to one run, and to what speaks against taking them for one. Pure. */
import { percentile } from '../../lib/base/trend.ts'
import type { Instance } from '../../lib/summary/instance-model.ts'
import { mergeInstances } from '../../lib/summary/merge.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { valueText } from '../../lib/summary/wording.ts'
import { FLEET_SCHEMA, type Fleet, type InstanceRow } from './fleet-model.ts'

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

type Finding = Fleet['findings'][number]

/** A window's edges: what of it the instances need not have in common. */
const EDGE = 0.05
/** Percentiles are told by every hundredth. */
const PERCENTILE_ERROR = 0.01

const median = (numbers: readonly number[]): number => percentile(numbers, 50) ?? 0
const seconds = (ms: number): string => `${valueText(ms / 1000, '')} s`
const named = ({ instance: { instance, of }, from }: Arrival): string => `Instance ${instance} of ${of} (${from})`

function doubled(arrivals: readonly Arrival[]): Finding[] {
  const places = [...new Set(arrivals.map(({ instance }) => instance.instance))]
  return places.flatMap((place) => {
    const those = arrivals.filter(({ instance }) => instance.instance === place)
    if (those.length < 2) return []
    const same = new Set(those.map(({ instance }) => instance.run)).size < those.length
    return [
      {
        code: 'instance_twice',
        sentence: `Instance ${place} came ${those.length} times (${those.map(({ from }) => from).join(', ')})${same ? ': the same evidence' : ', as runs of their own'}.`,
        advice: 'Give the evidence of one run only: a folder of its own for each run, and each segment once.',
      },
    ]
  })
}

/** One that was copied says another place and is the same run. */
function copied(arrivals: readonly Arrival[]): Finding[] {
  return arrivals.flatMap((arrival, i) => {
    const { run, instance } = arrival.instance
    const first = arrivals.slice(0, i).find((other) => other.instance.run === run && other.instance.instance !== instance)
    return run === '' || first === undefined
      ? []
      : [
          {
            code: 'instance_twice',
            sentence: `${named(arrival)} is the run of ${named(first).replace('I', 'i')}: the same evidence under another place.`,
            advice: 'Give what each instance has left itself: a folder of its own for each run, and each segment once.',
          },
        ]
  })
}

function missing({ of, arrivals, endings }: Awaited): Finding[] {
  const there = new Set(arrivals.map(({ instance }) => instance.instance))
  const places = Array.from({ length: of }, (_, i) => i + 1).filter((place) => !there.has(place))
  return places.map((place) => ({
    code: 'instance_missing',
    sentence: `Instance ${place} of ${of} is missing${endings?.has(place) ? `: ${endings.get(place)}` : ''}.`,
    advice: 'What it sent nobody has counted, so the rest is not a smaller run: find out what became of it, and run again.',
  }))
}

/** The one that most of them have. */
function usual(values: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
}

/** What all instances of a run have in common: as each says, and as the plan has it by which it would be judged. */
const shared = ({ hashes, plan }: Instance): Readonly<Record<keyof Instance['hashes'], string>> => ({
  script: hashes.script,
  settings: JSON.stringify([hashes.settings, plan.windows]),
  limits: JSON.stringify([hashes.limits, plan.gates]),
})

function strangers({ of, arrivals }: Awaited): Finding[] {
  const kinds = ['script', 'settings', 'limits'] as const
  const told = new Map(arrivals.map(({ instance }) => [instance, shared(instance)]))
  const common = Object.fromEntries(kinds.map((kind) => [kind, usual([...told.values()].map((one) => one[kind]))]))
  return arrivals.flatMap((arrival) => {
    const { instance } = arrival
    const other = kinds.filter((kind) => told.get(instance)?.[kind] !== common[kind])
    return [
      ...(instance.of === of
        ? []
        : [
            {
              code: 'instance_of_another_run',
              sentence: `${named(arrival)} is one of ${instance.of}, and ${of} were to come.`,
              advice: 'INSTANCES, the number of segments and --instances of the judge are the same number.',
            },
          ]),
      ...(other.length === 0
        ? []
        : [
            {
              code: 'instance_differs',
              sentence: `${named(arrival)} had other ${other.join(' and ')} than the others.`,
              advice: 'Start all instances from the same bundle, with the same settings, target file and limits.',
            },
          ]),
    ]
  })
}

/** What is of another type than the others have is in no sum, or takes the others out of it. */
function mistyped(arrivals: readonly Arrival[]): Finding[] {
  const types = new Map<string, string[]>()
  for (const { instance } of arrivals)
    for (const [name, { type }] of Object.entries(instance.metrics)) types.set(name, [...(types.get(name) ?? []), type])
  const mixed = [...types].filter(([, found]) => new Set(found).size > 1).map(([name, found]) => [name, usual(found)] as const)
  return arrivals.flatMap((arrival) => {
    const { metrics } = arrival.instance
    const other = mixed.find(([name, type]) => metrics[name] !== undefined && metrics[name].type !== type)
    if (other === undefined) return []
    const [name, type] = other
    return [
      {
        code: 'instance_differs',
        sentence: `${named(arrival)} has ${name} as a ${metrics[name]?.type}, the others as a ${type}.`,
        advice: 'Start all instances from the same bundle, and take what each of them has written as it is.',
      },
    ]
  })
}

/** A number of iterations ends when it is done: that it took less than it might is no cut. */
const endsEarly = ({ scenario, period }: Instance['plan']['windows'][number]): boolean =>
  scenario.executor.endsWith('-iterations') && period === undefined

interface Stay {
  arrival: Arrival
  from: number
  to: number
}

/** Gated windows, with the time that each instance was in them by one clock, as far as clocks could be compared. */
function staysIn(arrivals: readonly Arrival[]) {
  const windows = arrivals[0]?.instance.plan.windows.filter(({ gated }) => gated) ?? []
  return windows.map((window) => ({
    window,
    stays: arrivals.flatMap((arrival): Stay[] => {
      const own = arrival.instance.windows.find(({ name }) => name === window.name)
      if (own === undefined) return []
      const ahead = arrival.clockMs ?? 0
      const to = endsEarly(window) ? own.from + window.duration * 1000 : own.to
      return [{ arrival, from: own.from - ahead, to: to - ahead }]
    }),
  }))
}

type InWindow = ReturnType<typeof staysIn>[number]

const lengthOf = ({ window }: InWindow): number => window.duration * 1000

function cutShort(all: readonly InWindow[], endings: Awaited['endings']): { findings: Finding[]; who: ReadonlySet<Arrival> } {
  const cut = new Map<Arrival, string>()
  for (const one of all)
    for (const { arrival, from, to } of one.stays)
      if (to - from < lengthOf(one) * (1 - EDGE) && !cut.has(arrival))
        cut.set(arrival, `window ${one.window.name} lasted ${seconds(to - from)} of ${seconds(lengthOf(one))}`)
  const findings = [...cut].map(([arrival, what]) => {
    const ending = endings?.get(arrival.instance.instance)
    return {
      code: 'instance_cut_short',
      sentence: `${named(arrival)} was cut short: ${[ending, what].filter(Boolean).join('; ')}.`,
      advice: 'Its log says who stopped it: its own setup, a signal, a limit of the machine or of the cluster. Run again.',
    }
  })
  return { findings, who: new Set(cut.keys()) }
}

function apart(all: readonly InWindow[], cut: boolean): Finding[] {
  // Who was cut short has been named.
  if (cut) return []
  for (const one of all) {
    const together = Math.min(...one.stays.map(({ to }) => to)) - Math.max(...one.stays.map(({ from }) => from))
    if (together >= lengthOf(one) * (1 - EDGE)) continue
    const middle = median(one.stays.map(({ from }) => from))
    const off = ({ from }: Stay): number => Math.abs(from - middle)
    const farthest = Math.max(...one.stays.map(off))
    return one.stays
      .filter((stay) => off(stay) > lengthOf(one) * EDGE || off(stay) === farthest)
      .map((stay) => ({
        code: 'instance_apart',
        sentence: `${named(stay.arrival)} began window ${one.window.name} ${seconds(off(stay))} ${stay.from < middle ? 'before' : 'after'} the others, so all of them sent together for ${valueText(Math.max(0, together) / lengthOf(one), 'share')} of it; it must be ${valueText(1 - EDGE, 'share')}.`,
        advice:
          'Start them at the same moment, give setup() of all the time that the slowest takes (--setup-time), or make the windows longer (--duration): what is planned for all at once was never sent at once.',
      }))
  }
  return []
}

function clocksOff(arrivals: readonly Arrival[], all: readonly InWindow[]): Finding[] {
  const edge = Math.min(...all.map((one) => lengthOf(one) * EDGE))
  return arrivals.flatMap((arrival) => {
    const { clockMs = 0 } = arrival
    if (Math.abs(clockMs) <= edge) return []
    return [
      {
        code: 'instance_clock',
        sentence: `The clock of ${named(arrival).replace('I', 'i')} is ${seconds(Math.abs(clockMs))} ${clockMs > 0 ? 'ahead of' : 'behind'} the collector's: at the edge of a window ${seconds(edge)} are allowed.`,
        advice: 'Have a time server correct the clocks of all machines (chrony), and run again.',
      },
    ]
  })
}

const countOf = ({ metrics }: Instance, name: string): number => metrics[name]?.values.count ?? 0
const lagOf = ({ metrics }: Instance): number | null => metrics.start_lag_ms?.values['p(99)'] ?? null

/** Milliseconds that nobody takes for a generator's own fault. */
const LAG_MS = 50
/** Times the figure of the others at which an instance is not like them. */
const UNLIKE = 5
/** Share of the iterations that k6 may drop. */
const DROPPED = 0.01

/** What k6 alone can say: it began what was due much later than the others, or could not begin it. */
function behind({ instance }: Arrival, others: readonly Arrival[]): string | undefined {
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

function limited(arrivals: readonly Arrival[]): Finding[] {
  return arrivals.flatMap((arrival) => {
    const why =
      arrival.limited ??
      behind(
        arrival,
        arrivals.filter((other) => other !== arrival),
      )
    return why === undefined
      ? []
      : [
          {
            code: 'instance_limited',
            sentence: `${named(arrival)} was its own bottleneck: ${why}.`,
            advice: 'Give it the cores that the others have, or ask less of each: more instances, or a lower --rate.',
          },
        ]
  })
}

const doubted = (arrivals: readonly Arrival[]): Finding[] =>
  arrivals.flatMap((arrival) =>
    arrival.doubt === undefined
      ? []
      : [
          {
            code: 'instance_doubted',
            sentence: `${named(arrival)} was invalid by itself: ${arrival.doubt}.`,
            advice: 'Its verdict.json and k6.log have the whole story: put that right, and run all of them again.',
          },
        ],
  )

function idle(arrivals: readonly Arrival[]): Finding[] {
  return arrivals.flatMap((arrival) =>
    countOf(arrival.instance, 'iterations') > 0
      ? []
      : [
          {
            code: 'instance_idle',
            sentence: `${named(arrival)} has ended no iteration: it has sent nothing of its share.`,
            advice: 'Its log says why; a load of so few VUs or iterations may not have a part for each instance.',
          },
        ],
  )
}

/** Of the usual figure, what an instance may be below or above it. */
const SLOWER = 2
const SLOWER_MS = 10
const FEWER = 0.9

function rowOf(arrival: Arrival, all: readonly Arrival[]): InstanceRow {
  const { instance, from, clockMs, cpu } = arrival
  const sent = countOf(instance, 'http_reqs')
  const total = all.reduce((sum, one) => sum + countOf(one.instance, 'http_reqs'), 0)
  const gated = instance.plan.windows.filter((window) => window.gated && !endsEarly(window))
  const lasted = gated.reduce((sum, { duration }) => sum + duration, 0)
  const inWindows = (one: Instance): number =>
    gated.reduce((sum, { name }) => sum + countOf(one, `http_reqs{scenario:${name}}`), 0)
  const p95Of = (one: Instance): number | null => one.metrics.http_req_duration?.values['p(95)'] ?? null
  const p95 = p95Of(instance)
  const others = all.filter((other) => other !== arrival).map((other) => other.instance)
  const usualP95 = median(others.flatMap((other) => p95Of(other) ?? []))
  const usualSent = median(others.map(inWindows))
  const own =
    others.length === 0
      ? undefined
      : behind(
          arrival,
          all.filter((other) => other !== arrival),
        )
  return {
    instance: instance.instance,
    from,
    sent,
    share: total === 0 ? 0 : sent / total,
    rate: lasted === 0 ? null : inWindows(instance) / lasted,
    lag_ms: lagOf(instance),
    dropped: countOf(instance, 'dropped_iterations'),
    cpu: cpu ?? null,
    p95_ms: p95,
    clock_ms: clockMs ?? null,
    outlier: [
      ...(others.length > 0 && p95 !== null && p95 > usualP95 * SLOWER && p95 > usualP95 + SLOWER_MS ? ['p95'] : []),
      ...(others.length > 0 && inWindows(instance) < usualSent * FEWER ? ['rate'] : []),
      ...(own === undefined ? [] : ['generator']),
    ],
  }
}

/** What is of another run, or came twice, is in no sum. */
function ofOneRun({ of, arrivals }: Awaited): Arrival[] {
  const common = usual(arrivals.map(({ instance }) => JSON.stringify(shared(instance))))
  const there = new Set<number>()
  return arrivals.filter(({ instance }) => {
    if (instance.of !== of || JSON.stringify(shared(instance)) !== common || there.has(instance.instance)) return false
    there.add(instance.instance)
    return true
  })
}

/** @returns no summary where nothing came that could be summed up */
export function assemble(awaited: Awaited): { fleet: Fleet; summary: RunSummary | undefined; counted: Arrival[] } {
  const { of, unreadable = [] } = awaited
  const arrivals = awaited.arrivals.toSorted((a, b) => a.instance.instance - b.instance.instance)
  const counted = ofOneRun({ ...awaited, arrivals })
  const windows = staysIn(counted)
  const cut = cutShort(windows, awaited.endings)
  const [first, ...others] = counted.map(({ instance }) => instance)
  return {
    counted,
    summary: first === undefined ? undefined : mergeInstances([first, ...others]),
    fleet: {
      schema: FLEET_SCHEMA,
      of,
      rows: arrivals.map((arrival) => rowOf(arrival, arrivals)),
      findings: [
        ...missing(awaited),
        ...unreadable.map(({ from, problem }) => ({
          code: 'instance_unreadable',
          sentence: `The evidence of ${from} ${problem}.`,
          advice: 'Use the same version of loadgate on all machines, and copy whole folders.',
        })),
        ...doubled(arrivals),
        ...copied(arrivals),
        ...strangers({ ...awaited, arrivals }),
        ...mistyped(counted),
        ...cut.findings,
        ...clocksOff(counted, windows),
        ...apart(windows, cut.who.size > 0),
        // Who was cut short has been named.
        ...idle(counted.filter((arrival) => !cut.who.has(arrival))),
        ...limited(counted),
        ...doubted(counted),
      ],
      percentile_error: PERCENTILE_ERROR,
    },
  }
}
