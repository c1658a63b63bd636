/** The latest second of a recording, in figures. */
import type { RunPlan } from '../../lib/run/run-plan.ts'
import { offeredAt } from '../../lib/windows/offered.ts'
import type { Column } from '../record/columns.ts'
import type { Recording } from '../record/recorder.ts'
import { isLoad } from '../record/scenarios.ts'
import { type GateSoFar, gatesSoFar } from './gates-so-far.ts'

export interface Moment {
  /** Seconds since the load began. */
  elapsed: number
  /** Seconds that the load is planned to take; undefined where nobody said. */
  planned: number | undefined
  windows: { name: string; elapsed: number; duration: number }[]
  /** Requests a second. */
  offered: number | undefined
  sent: number
  /** Valid answers, a second. */
  goodput: number
  /** Milliseconds. */
  p50: number | null
  p95: number | null
  p99: number | null
  /** Since the beginning, by class. */
  failures: Record<string, number>
  dropped: number
  vus: number | null
  vusMax: number | null
  /** The generator first. */
  processes: { role: string; cpu: number | null; rss: number | null }[]
  gates: GateSoFar[]
}

const sum = (column: Column<number> | undefined): number => column?.values.reduce((a, b) => a + b, 0) ?? 0

/** Epoch milliseconds at which the load began, as far as it can be told. */
function began({ ends, timeline }: Recording, interval: number): number {
  return timeline.setupEnded ?? (ends[0] ?? 0) - interval * 1000
}

/** @param interval seconds between two pushes */
export function momentOf(recording: Recording, plan: RunPlan | undefined, interval: number): Moment {
  const { timeline, ends, places, processes } = recording
  const place = places - 1
  const start = began(recording, interval)
  const elapsed = Math.max(0, ((ends[place] ?? start) - start) / 1000)
  const length = place > 0 ? Math.max(0.001, ((ends[place] ?? 0) - (ends[place - 1] ?? 0)) / 1000) : Math.max(interval, elapsed)
  const failures: Record<string, number> = {}
  let [sent, right] = [0, 0]
  for (const { window, sent: column, expected, failed } of timeline.rows.values()) {
    if (!isLoad(window)) continue
    sent += column.at(place)
    let held = column.at(place)
    for (const [name, of] of failed) {
      failures[name] = (failures[name] ?? 0) + sum(of)
      held -= of.at(place)
    }
    right += Math.min(held, expected.at(place))
  }
  const all = timeline.merged.get('*')?.percentiles
  // What is shown belongs to the second that has just ended.
  const middle = elapsed - length / 2
  const open = (plan?.windows ?? []).filter(({ start: from, duration }) => middle >= from && middle < from + duration)
  return {
    elapsed,
    planned: plan && Math.max(0, ...plan.windows.map(({ start: from, duration }) => from + duration)),
    windows: open.map(({ name, start: from, duration }) => ({ name, elapsed: Math.min(duration, elapsed - from), duration })),
    // Beside a window whose rate nobody knows, the others' would be compared with what all have sent.
    offered: open.every(({ offered }) => offered !== undefined) ? plan && offeredAt(plan.windows, middle) : undefined,
    sent: sent / length,
    goodput: Math.max(0, right) / length,
    p50: all?.p50.at(place) ?? null,
    p95: all?.p95.at(place) ?? null,
    p99: all?.p99.at(place) ?? null,
    failures,
    dropped: [...timeline.scenarios.values()].reduce((total, { dropped }) => total + sum(dropped), 0),
    vus: timeline.vus.at(place),
    vusMax: timeline.vusMax.at(place),
    processes: [...processes]
      .map(([role, { cpu, rss }]) => ({ role, cpu: cpu.at(place), rss: rss.at(place) }))
      .sort((a, b) => Number(b.role === 'k6') - Number(a.role === 'k6')),
    gates: plan ? gatesSoFar(plan, recording.totals(), elapsed) : [],
  }
}
