/** When all instances were in a window, by the clock of this machine. Pure. */
import type { Span } from '../generator/evidence.ts'
import type { Arrival } from './arrivals.ts'

/**
 * By window, from when the last of them came into it until the first of them left it: only there the gateway had the load that was planned.
 * Each says by its own clock when that was, and the collector has seen how far ahead that clock is.
 */
export function togetherIn(arrivals: readonly Arrival[]): Map<string, Span> {
  const spans = new Map<string, Span>()
  for (const { instance, clockMs = 0 } of arrivals)
    for (const { name, from, to } of instance.windows) {
      const so = spans.get(name)
      spans.set(name, {
        from: Math.max(from - clockMs, so?.from ?? Number.NEGATIVE_INFINITY),
        to: Math.min(to - clockMs, so?.to ?? Number.POSITIVE_INFINITY),
      })
    }
  return spans
}
