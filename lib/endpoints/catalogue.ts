import { action } from './action.ts'
import type { Endpoint } from './endpoint.ts'
import { events } from './events.ts'
import { health } from './health.ts'
import { metrics } from './metrics.ts'
import { resource } from './resource.ts'
import { resources } from './resources.ts'

/** The endpoints of the plain REST contract, by name, for what no VU does: names, limits and targets are checked against them. */
export const CATALOGUE: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  [health, resource, action, resources, events, metrics].map((endpoint) => [endpoint.name, endpoint]),
)
