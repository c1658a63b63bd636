/** Where a gate stands: window, endpoint, and the key of the thresholds file that asks for it. */
import type { Gate } from '../summary/model.ts'
import type { Window } from '../workload.ts'

export interface Place {
  window: Window
  /** `*` is every endpoint of the window. */
  endpoint: string
  why: string
  /** File and key, for errors. */
  where: string
}

/** Planned requests; undefined in the closed model, which plans none. */
export function plannedOf({ window, endpoint }: Place): number | undefined {
  if (window.planned === undefined) return undefined
  return endpoint === '*' ? Object.values(window.planned).reduce((a, b) => a + b, 0) : (window.planned[endpoint] ?? 0)
}

export function gate(place: Place, rest: Omit<Gate, 'window' | 'endpoint' | 'why'> & { why?: string }): Gate {
  return { window: place.window.name, endpoint: place.endpoint, why: place.why, ...rest }
}

export const atMost = (limit: number) => ({ limit, bound: 'max' as const, expression: `count<=${limit}` })
