/** Several k6 on this machine that share a run: each has its segment and a folder of its own in the results folder. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { forJson } from '../../lib/base/escape.ts'
import type { Room } from '../../lib/base/reserved.ts'
import { segmentAt, sequenceOf } from '../../lib/base/segment.ts'
import { junit } from '../../lib/summary/junit.ts'
import type { Interruption } from '../base/interruption.ts'
import type { Redaction } from '../base/redaction.ts'
import type { ProgressView } from '../k6/progress-view.ts'
import type { K6Output } from '../k6/push-output.ts'
import { type K6Run, runK6 } from '../k6/run-k6.ts'
import { type Results, release, reserve } from '../results/results.ts'
import type { Arrival, Unreadable } from './arrivals.ts'
import { assemble } from './assemble.ts'
import { endingOf, oneRun } from './ending.ts'
import type { Fleet } from './fleet-model.ts'
import { readEvidence } from './read-evidence.ts'
import { goTogether, waiting } from './start-together.ts'

export interface SeveralOptions {
  k6: string
  of: number
  /** What the k6 at a place, from 1, is started with beside its segment. */
  command(place: number): K6Output
  results: Results
  room: Room | undefined
  view: ProgressView
  /** Hears of each k6, by its place from 1. */
  started(pid: number | undefined, place: number): void
  /** Cores that the k6 at a place has used on average. */
  cpu(place: number): number | undefined
  interruption: Interruption
  keepLog(text: string): void
  hide: Redaction
}

/** Under the results folder: where the instance at a place, from 1, leaves what is its own. */
const folderOf = (place: number): string => `instances/${place}`

/** Each k6 takes over what a signal does: all of them must hear of it. */
function sharedBy(count: number, interruption: Interruption): Interruption[] {
  const handlers = new Map<number, { first(): void; again(): void }>()
  const toAll = (which: 'first' | 'again') => (): void => {
    for (const handler of handlers.values()) handler[which]()
  }
  return Array.from({ length: count }, (_, i) => ({
    ...interruption,
    handle(first, again) {
      handlers.set(i, { first, again })
      interruption.handle(toAll('first'), toAll('again'))
    },
  }))
}

/** The last one of several ends it. */
function sharedView(count: number, view: ProgressView): ProgressView {
  let open = count
  return {
    ...view,
    end() {
      open -= 1
      if (open === 0) view.end()
    },
  }
}

function read(results: Results, place: number, cpu: number | undefined): Arrival | Unreadable | undefined {
  const from = folderOf(place)
  let text: string
  try {
    text = readFileSync(join(results.folder, from, 'instance.json'), 'utf8')
  } catch {
    // It has left none: it is missing.
    return undefined
  }
  const evidence = readEvidence(text)
  return 'problem' in evidence ? { from, ...evidence } : { from, cpu, ...evidence }
}

/** Runs all of them to their end; their summary is then in the results folder as that of a single run would be. */
export async function runSeveral(options: SeveralOptions): Promise<{ run: K6Run; fleet: Fleet }> {
  const { k6, of, results, room, interruption, keepLog, hide } = options
  const places = Array.from({ length: of }, (_, i) => i + 1)
  const shared = sharedBy(of, interruption)
  const view = sharedView(of, options.view)
  const waits = await Promise.all(places.map(waiting))
  const ended = new Set<number>()
  const runOne = async (place: number): Promise<K6Run> => {
    const folder = join(results.folder, folderOf(place))
    mkdirSync(folder, { recursive: true })
    reserve(folder, room)
    const { args, env } = options.command(place)
    const segment = ['--execution-segment', segmentAt(place, of), '--execution-segment-sequence', sequenceOf(of)]
    const own = [...(waits[place - 1]?.args ?? []), ...segment, ...args]
    const started = (pid: number | undefined): void => options.started(pid, place)
    const signals = shared[place - 1] ?? interruption
    const run = await runK6(k6, own, { ...env, RESULTS_DIR: folder }, { view, started }, signals, keepLog, hide)
    ended.add(place)
    release(folder, room)
    return run
  }
  const running = Promise.all(places.map(runOne))
  await goTogether(waits, (i) => ended.has(i + 1))
  const runs = (await running) as [K6Run, ...K6Run[]]
  const found = places.flatMap((place) => read(results, place, options.cpu(place)) ?? [])
  const endings = new Map(
    places.flatMap((place, i) => {
      const ending = runs[i] && endingOf(runs[i])
      return ending === undefined ? [] : [[place, ending] as const]
    }),
  )
  const { fleet, summary } = assemble({
    of,
    arrivals: found.filter((one) => 'instance' in one),
    unreadable: found.filter((one) => 'problem' in one),
    endings,
  })
  keepMerged(results, summary)
  return { run: oneRun(runs, summary), fleet }
}

/** As a single k6 leaves it. */
export function keepMerged(results: Results, summary: ReturnType<typeof assemble>['summary']): void {
  if (summary === undefined) return
  results.write('summary.json', `${forJson(summary, 1)}\n`)
  results.write('junit.xml', junit(summary))
}
