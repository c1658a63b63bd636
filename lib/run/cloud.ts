/** What a bundle for k6 Cloud asks for besides: where its load generators are, and limits that add up over all of them. Pure. */
import type { Options } from 'k6/options'
import type { Gate } from '../gates/model.ts'
import { thresholdsOf } from '../gates/threshold.ts'

/** What `loadgate build --cloud` asks of k6 Cloud: its load zones, each with its share of the load in percent. */
export interface CloudOptions {
  distribution?: Record<string, { loadZone: string; percent: number }>
}

/** Where `loadgate build --cloud` leaves it (cli/k6/bundle.ts). */
const asked = (): CloudOptions | undefined => (globalThis as { LOADGATE_CLOUD?: CloudOptions }).LOADGATE_CLOUD

/**
 * A percentile of several generators cannot be made of theirs, a count can: "p95 <= L" stands as "at most 5 % later than L" beside it already,
 * and alone here.
 */
function adding(thresholds: NonNullable<Options['thresholds']>, gates: readonly Gate[]): NonNullable<Options['thresholds']> {
  const left = new Map(Object.entries(thresholds).map(([metric, expressions]) => [metric, [...expressions]]))
  for (const gate of gates) {
    if (gate.late === undefined || typeof gate.stat !== 'number') continue
    const [{ metric, expression }] = thresholdsOf(gate)
    left.set(
      metric,
      (left.get(metric) ?? []).filter((one) => one !== expression),
    )
  }
  return Object.fromEntries(left)
}

/** @param options those of the script; as they are where the bundle is not for k6 Cloud */
export function forCloud(options: Options, gates: readonly Gate[], name: string, cloud = asked()): Options {
  if (cloud === undefined) return options
  return { ...options, cloud: { name, ...cloud, ...options.cloud }, thresholds: adding(options.thresholds ?? {}, gates) }
}
