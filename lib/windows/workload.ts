/** What a script asks for -> windows: k6 scenarios with their place in time and what they plan to send. */
import { bind, type Sizing } from './bind.ts'
import type { Window, WindowSpec } from './window.ts'

export type { Sizing } from './bind.ts'
export type { Window, WindowSpec } from './window.ts'

/** Takes endpoints that the target lacks out of a window; undefined where nothing is left of it. */
export function fit(spec: WindowSpec, has: (endpoint: string) => boolean): WindowSpec | undefined {
  const mix = spec.mix && Object.entries(spec.mix).filter(([name]) => has(name))
  const sequence = spec.sequence?.filter(has)
  const endpoints = spec.endpoints?.filter(has)
  if (mix?.length === 0 || sequence?.length === 0 || (endpoints?.length === 0 && spec.endpoints?.length !== 0)) return undefined
  return { ...spec, ...(mix && { mix: Object.fromEntries(mix) }), ...(sequence && { sequence }), ...(endpoints && { endpoints }) }
}

/** Adds what a rate limiter does not count, and what it lets through of a window's planned requests, where that is less than all. */
function limited(bound: Window, { limiter }: WindowSpec): Window {
  const { planned, duration, endpoints } = bound
  if (limiter === undefined || planned === undefined) return bound
  const free = endpoints.filter((name) => limiter.exempt.includes(name))
  const window = free.length === 0 ? bound : { ...bound, exempt: free }
  const counts = Object.entries(planned)
  const exempt = counts.reduce((sum, [name, count]) => (limiter.exempt.includes(name) ? sum + count : sum), 0)
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  const admitted = exempt + Math.floor(limiter.rps * duration)
  return admitted < all ? { ...window, admitted } : window
}

/**
 * Seconds without load after a warm-up, in which its last requests end. A VU's first iteration costs several times as much as any other, and
 * k6 keeps VUs apart for windows that overlap, their last requests included: without the pause, the VUs that are measured would be new ones.
 */
const HANDOVER = 1
/** Of them, what its last requests are given: what is cut off then is known to be when the next window begins, and asks. */
const LAST_REQUESTS = 0.9

const warmsUp = (specs: readonly WindowSpec[]): boolean =>
  specs.length > 0 && specs.every(({ latency, load }) => latency === 'settles' && load.model === 'open')

/**
 * Puts windows one after another; windows in an inner list run at the same time.
 * Windows of no length are left out. A warm-up, which is what comes first and whose latency settles, hands its VUs over to what comes after it.
 * @param throughout makes windows that last as long as all the others together
 */
export function schedule(
  specs: readonly (WindowSpec | readonly WindowSpec[])[],
  sizing: Sizing,
  throughout: (duration: number) => readonly WindowSpec[] = () => [],
): Window[] {
  const windows: Window[] = []
  let start = 0
  for (const group of specs) {
    const together = (Array.isArray(group) ? group : [group]).filter(({ duration }) => duration > 0)
    const handover = windows.length === 0 && warmsUp(together) ? HANDOVER : undefined
    for (const spec of together) {
      const window = limited(bind(spec, start, sizing, handover === undefined ? undefined : LAST_REQUESTS), spec)
      windows.push(handover === undefined ? window : { ...window, handsOver: true })
    }
    start += together.reduce((longest, { duration }) => Math.max(longest, duration), 0) + (handover ?? 0)
  }
  for (const spec of throughout(start)) windows.push(bind(spec, 0, sizing))
  return windows
}
