/** The samples that a limit rests on: without them a limit is worth nothing. */
import { UsageError } from '../errors.ts'
import type { Gate } from '../summary/model.ts'
import { gate, type Place, plannedOf } from './place.ts'
import { selector } from './selector.ts'

/** Samples that a percentile needs so that ten of them lie beyond it. */
export const samplesFor = (percentile: number): number => Math.ceil(10 / (1 - percentile / 100) - 1e-6)

/** Samples there must be, or the limits on them are worth nothing. Never fewer than one. */
export function evidence(place: Place, needed: number, why: string): Gate {
  const planned = plannedOf(place)
  if (planned !== undefined && planned < needed)
    throw new UsageError(
      `${place.where}: needs at least ${needed} samples (${why}), but this size of run plans ${planned} requests there; raise RATE or DURATION, or take the limit out`,
    )
  const metric = selector('http_reqs', place.window.name, place.endpoint)
  return gate(place, {
    key: 'samples',
    kind: 'evidence',
    metric,
    expression: `count>=${needed}`,
    limit: needed,
    unit: 'count',
    bound: 'min',
    why,
  })
}
