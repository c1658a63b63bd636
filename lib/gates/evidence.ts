/** The samples that a limit rests on: without them a limit is worth nothing. */
import { UsageError } from '../base/errors.ts'
import { type GateKind, type Made, type Place, plannedOf } from './kind.ts'
import type { Gate } from './model.ts'
import { tagsOf } from './threshold.ts'

/** Samples that a percentile needs so that ten of them lie beyond it. */
export const samplesFor = (percentile: number): number => Math.ceil(10 / (1 - percentile / 100) - 1e-6)

/** Samples there must be, or the limits on them are worth nothing. Never fewer than one. */
export function samplesAt(place: Place, needed: number, why: string): Made {
  const planned = plannedOf(place)
  if (planned !== undefined && planned < needed)
    throw new UsageError(
      `${place.where}: needs at least ${needed} samples (${why}), but this size of run plans ${planned} requests there; raise RATE or DURATION, or take the limit out`,
    )
  return {
    metric: 'http_reqs',
    tags: tagsOf(place.window.name, place.endpoint),
    stat: 'count',
    threshold: needed,
    limit: needed,
    why,
  }
}

/** What each of several instances is held to by itself: that its script went through, and that it ran at all. */
export const guardsOf = (gates: readonly Gate[]): Gate[] => [
  ...gates.filter(({ kind }) => kind === 'script'),
  {
    ...{ window: 'run', endpoint: 'iterations', key: 'samples', label: 'samples', kind: 'evidence', unit: 'count', bound: 'min' },
    ...{ metric: 'iterations', tags: {}, stat: 'count', threshold: 1, limit: 1 },
    why: 'An instance that has ended no iteration has measured nothing.',
  },
]

export const EVIDENCE = {
  samples: {
    label: 'samples',
    unit: 'count',
    bound: 'min',
    kind: 'evidence',
    always: 'Every limit rests on as many samples as it needs, and every endpoint was asked.',
    sentence: ({ where, must, counted }) => `${where} has ${counted('sample')}, too few for its limits: ${must} are needed.`,
    advice: 'Run longer (--duration) or faster (--rate), so that the percentile rests on enough answers.',
  },
} as const satisfies Record<string, GateKind>
