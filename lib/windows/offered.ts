/** What windows plan to send over time, and the VUs that they need at once. Pure. */

/** Planned requests a second: pairs of seconds from the start of the load and rate, with straight lines between. */
export type Offered = readonly (readonly [at: number, rate: number])[]

/** A window's place in time, and what it offers there; nothing in the closed model, which plans no rate. */
export interface OfferedWindow {
  start: number
  /** Seconds. */
  duration: number
  offered?: Offered | undefined
}

/** Planned requests a second of all windows together at a moment; undefined outside of windows that plan them. */
export function offeredAt(windows: readonly OfferedWindow[], at: number): number | undefined {
  let total: number | undefined
  for (const { start, duration, offered } of windows) {
    if (offered === undefined || at < start || at >= start + duration) continue
    const next = offered.findIndex(([time]) => time > at)
    const [from, to] = [offered[next - 1], offered[next]]
    if (from === undefined || to === undefined) continue
    total = (total ?? 0) + from[1] + ((to[1] - from[1]) * (at - from[0])) / (to[0] - from[0])
  }
  return total
}

/** Just before a moment: what ends at it still counts. */
const EARLIER = 1e-6

/** The highest rate of all windows together: between two corners the lines are straight, so it is at one of them. */
export function peakOf(windows: readonly OfferedWindow[]): number {
  const corners = windows.flatMap(({ offered = [] }) => offered.map(([at]) => at))
  return Math.max(0, ...corners.flatMap((at) => [offeredAt(windows, at) ?? 0, offeredAt(windows, at - EARLIER) ?? 0]))
}

/** The same rate from one moment to another. */
export const steadily = (rate: number, start: number, duration: number): Offered => [
  [start, rate],
  [start + duration, rate],
]

/** `rate` in the first second of every `every` seconds, and nothing between. */
export const inBursts = (rate: number, start: number, every: number, bursts: number): Offered =>
  Array.from({ length: bursts }, (_, i): Offered => {
    const at = start + i * every
    return [
      [at, rate],
      [at + 1, rate],
      [at + 1, 0],
      [at + every, 0],
    ]
  }).flat()

/** Seconds from the start of the load between which k6 keeps VUs for a window, and how many. */
export interface VuReservation {
  from: number
  to: number
  vus: number
}

/** VUs that k6 makes before the load: as many as windows that overlap, their graceful stop included, need together. */
export const vusAtOnce = (reserved: readonly VuReservation[]): number =>
  Math.max(
    0,
    ...reserved.map(({ from: at }) => reserved.reduce((sum, { from, to, vus }) => (from <= at && at < to ? sum + vus : sum), 0)),
  )
