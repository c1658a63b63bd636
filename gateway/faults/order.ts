import { API_ENDPOINTS, type EndpointName, INTEGRATION_ENDPOINTS, OTHER_ENDPOINTS } from '../base/endpoints.ts'
import { nearest } from '../base/nearest.ts'
import { CATALOGUE } from './catalogue.ts'
import type { FaultEntry } from './fault.ts'

/** A fault as ordered, checked and complete. */
export interface Order {
  readonly entry: FaultEntry
  /** As it was named: an endpoint, `*`, `integration`, a route pattern or `process`. */
  readonly endpoint: string
  readonly endpoints: ReadonlySet<EndpointName>
  readonly share: number
  readonly afterS: number
  /** Occasions that it lets pass first. */
  readonly afterRequests: number
  /** Occasions after those that it is there for; 0 is no end. */
  readonly forRequests: number
  readonly durationS: number
  readonly values: Readonly<Record<string, number | string>>
}

/** Why an order is refused, in words that name what would have been right. */
export class OrderError extends Error {}

const ENVELOPE = ['name', 'endpoint', 'share', 'after_s', 'after_requests', 'for_requests', 'duration_s']
const ALL: readonly EndpointName[] = [...API_ENDPOINTS, ...OTHER_ENDPOINTS]
const DAY_S = 86_400
const MOST_REQUESTS = 1e9

/** Route patterns as the gateway registered them, and the endpoint each belongs to. */
export type Routes = ReadonlyMap<string, EndpointName>

export function parseOrder(body: unknown, routes: Routes): Order {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new OrderError('expected a JSON object with a name')
  const given = body as Record<string, unknown>
  const entry = entryOf(given.name)
  const known = [...ENVELOPE, ...Object.keys(entry.params)]
  for (const key of Object.keys(given))
    if (!known.includes(key))
      throw new OrderError(`${entry.name} has no parameter "${key}": did you mean "${nearest(key, known)}"?`)

  const share = numberWithin('share', given.share ?? entry.share ?? 1, 0, 1)
  if (entry.endpoint === 'process' && share !== 1)
    throw new OrderError(`${entry.name} is about the whole process and has no share`)
  const afterRequests = numberWithin('after_requests', given.after_requests ?? 0, 0, MOST_REQUESTS)
  const forRequests = numberWithin('for_requests', given.for_requests ?? 0, 0, MOST_REQUESTS)
  if (entry.endpoint === 'process' && afterRequests + forRequests !== 0)
    throw new OrderError(`${entry.name} is about the whole process and counts no requests: use after_s`)
  const endpoint = given.endpoint ?? entry.endpoint
  return {
    entry,
    endpoint: String(endpoint),
    endpoints: endpointsOf(entry, endpoint, routes),
    share,
    afterS: numberWithin('after_s', given.after_s ?? 0, 0, DAY_S),
    afterRequests,
    forRequests,
    durationS: numberWithin('duration_s', given.duration_s ?? 0, 0, DAY_S),
    values: valuesOf(entry, given),
  }
}

function entryOf(name: unknown): FaultEntry {
  if (typeof name !== 'string') throw new OrderError('expected the name of a fault')
  const entry = CATALOGUE.get(name)
  if (!entry) throw new OrderError(`unknown fault "${name}": did you mean "${nearest(name, [...CATALOGUE.keys()])}"?`)
  return entry
}

function endpointsOf(entry: FaultEntry, asked: unknown, routes: Routes): ReadonlySet<EndpointName> {
  if (entry.endpoint === 'process') {
    if (asked !== 'process' && asked !== '*')
      throw new OrderError(`${entry.name} is about the whole process and takes no endpoint`)
    return new Set()
  }
  const possible = entry.endpoints === 'any' ? ALL : entry.endpoints
  const meant = resolve(asked, routes).filter((endpoint) => possible.includes(endpoint))
  if (meant.length === 0) throw new OrderError(`${entry.name} cannot act on "${asked}", only on ${possible.join(', ')}`)
  return new Set(meant)
}

function resolve(asked: unknown, routes: Routes): readonly EndpointName[] {
  if (asked === '*') return API_ENDPOINTS
  if (asked === 'integration') return INTEGRATION_ENDPOINTS
  const named = ALL.filter((endpoint) => endpoint === asked)
  if (named.length > 0) return named
  const routed = routes.get(String(asked))
  if (routed) return [routed]
  const known = ['*', 'integration', ...ALL, ...routes.keys()]
  throw new OrderError(`unknown endpoint "${asked}": did you mean "${nearest(String(asked), known)}"?`)
}

function valuesOf(entry: FaultEntry, given: Readonly<Record<string, unknown>>): Record<string, number | string> {
  const values: Record<string, number | string> = {}
  for (const [name, parameter] of Object.entries(entry.params)) {
    const value = given[name] ?? parameter.default
    if (parameter.type === 'number') values[name] = numberWithin(name, value, parameter.min, parameter.max)
    else if (typeof value === 'string') values[name] = value
    else throw new OrderError(`${name}: expected text, got ${JSON.stringify(value)}`)
  }
  return values
}

function numberWithin(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !(value >= min && value <= max))
    throw new OrderError(`${name}: expected a number from ${min} to ${max}, got ${JSON.stringify(value)}`)
  return value
}
