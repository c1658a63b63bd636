/** What speaks against taking the evidence of several instances for one run. Pure. */
import { valueText } from '../../lib/summary/wording.ts'
import { type Arrival, type Awaited, behind, countOf, endsEarly, median, shared, usual } from './arrivals.ts'
import type { Fleet } from './fleet-model.ts'

type Finding = Fleet['findings'][number]

/** A window's edges: what of it the instances need not have in common. */
const EDGE = 0.05
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

/**
 * @param awaited arrivals in the order of their places
 * @param counted those of them that are of one run
 */
export function findingsOf(awaited: Awaited, counted: readonly Arrival[]): Finding[] {
  const { arrivals, unreadable = [] } = awaited
  const windows = staysIn(counted)
  const cut = cutShort(windows, awaited.endings)
  return [
    ...missing(awaited),
    ...unreadable.map(({ from, problem }) => ({
      code: 'instance_unreadable',
      sentence: `The evidence of ${from} ${problem}.`,
      advice: 'Use the same version of loadgate on all machines, and copy whole folders.',
    })),
    ...doubled(arrivals),
    ...copied(arrivals),
    ...strangers(awaited),
    ...mistyped(counted),
    ...cut.findings,
    ...clocksOff(counted, windows),
    ...apart(windows, cut.who.size > 0),
    // Who was cut short has been named.
    ...idle(counted.filter((arrival) => !cut.who.has(arrival))),
    ...limited(counted),
    ...doubted(counted),
  ]
}
