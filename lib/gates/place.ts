/** Where a gate stands: window, endpoint, and the key of the thresholds file that asks for it. */
import type { Window } from '../windows/workload.ts'

export interface Place {
  window: Window
  /** `*` is every endpoint of the window. */
  endpoint: string
  /** File and key, for errors. */
  where: string
}

/** Planned requests; undefined in the closed model, which plans none. */
export function plannedOf({ window, endpoint }: Omit<Place, 'where'>): number | undefined {
  if (window.planned === undefined) return undefined
  return endpoint === '*' ? Object.values(window.planned).reduce((a, b) => a + b, 0) : (window.planned[endpoint] ?? 0)
}
