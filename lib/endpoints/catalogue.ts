import { action } from './action.ts'
import type { Endpoint } from './endpoint.ts'
import { events } from './events.ts'
import { health } from './health.ts'
import { metrics } from './metrics.ts'
import { resource } from './resource.ts'
import { resources } from './resources.ts'

/** Every endpoint that a script can send to, by name. A new one costs its descriptor and a line here. */
export const CATALOGUE: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  [health, resource, action, resources, events, metrics].map((endpoint) => [endpoint.name, endpoint]),
)
