/**
 * Where the gateway counts its requests itself, and under which of its routes each of ours is counted: what `loadgate run`
 * needs to hold the two counts against each other. In k6's options, where `k6 inspect` shows it. Pure.
 */
import type { AuthPlan } from '../auth.ts'
import type { AnyEndpoint } from '../endpoints/endpoint.ts'
import type { Settings } from '../settings.ts'
import { streamRoute } from '../sse/route.ts'
import type { Target } from '../target.ts'
import { socketRoutes } from '../websocket/route.ts'
import { placeOf } from './requests.ts'

/** Where requests of a name go. */
export interface Place {
  method: string
  /** Host and port. */
  host: string
  /** The route as the gateway's counter calls it. */
  route: string
}

export interface BooksPlan {
  /** The page that carries the counter, and where it is. */
  url: string
  host: string
  counter: string
  /** Labels of the counter; false: it has none of this kind. */
  labels: { method: string | false; route: string; status: string | false }
  /** Metric of the start of the process; false: there is none. */
  start: string | false
  /** The target file says itself that the counter is there: what every target has by default may be lacking. */
  promised: boolean
  /** Nobody else sends to this gateway. */
  exclusive: boolean
  /** Generators that share the run: each knows its own requests only. */
  instances: number
  insecure_tls: boolean
  /** Seconds that the counter may be behind. */
  settle_s: number
  /** By the name that k6 gives to requests. */
  places: Readonly<Record<string, readonly Place[]>>
}

/** Without a plan: why nothing can be compared, as the end of a sentence. */
export type Books = BooksPlan | { none: string }

/** The counter of the reference contract. */
const COUNTER = 'gateway_requests_total'
const SETTLE_S = 5

const placeAt = (method: string, url: string, route?: string): Place => {
  const [, host = '', path = '/'] = /^\w+:\/\/([^/?#]+)([^?#]*)/.exec(url) ?? []
  return { method, host, route: route ?? (path === '' ? '/' : path) }
}

export function booksOf(
  target: Target,
  auth: AuthPlan,
  endpoints: Readonly<Record<string, AnyEndpoint>>,
  { INSTANCES, INSECURE_TLS }: Settings,
): Books {
  const { books, endpoints: overrides } = target
  if (books === false) return { none: 'the target file says `books: false`' }
  const { metrics } = endpoints
  if (metrics === undefined || !target.has('metrics')) return { none: 'the target has no metrics' }
  const places: Record<string, Place[]> = {}
  const routeOf = (name: string, other?: string): string | undefined =>
    (overrides[name] || undefined)?.route ?? (other === undefined ? undefined : (overrides[other] || undefined)?.route)
  for (const [name, endpoint] of Object.entries(endpoints)) {
    if (!target.has(name)) continue
    const { base, path } = placeOf(endpoint, target)
    places[name] = [placeAt(endpoint.method, base + path, routeOf(name, endpoint.at))]
  }
  for (const { name, url } of socketRoutes(target)) places[name] = [placeAt('GET', url, routeOf(name))]
  const stream = streamRoute(target)
  if (stream !== undefined) places[stream.name] = [placeAt('GET', stream.url, routeOf(stream.name))]
  const tokens = [auth.tokenRequest?.url, auth.refreshUrl].flatMap((url) => (url === undefined ? [] : [placeAt('POST', url)]))
  if (tokens.length > 0) places.auth = tokens
  places.setup = places.health ?? [placeAt('GET', `${target.baseUrl}/`)]
  const { base, path } = placeOf(metrics, target)
  const url = base + path
  return {
    url,
    host: placeAt('GET', url).host,
    counter: books?.counter ?? COUNTER,
    labels: { method: books?.method ?? 'method', route: books?.route ?? 'route', status: books?.status ?? 'status' },
    start: target.metrics.start ?? 'process_start_time_seconds',
    promised: books !== undefined,
    exclusive: books?.exclusive ?? false,
    instances: INSTANCES,
    insecure_tls: INSECURE_TLS,
    settle_s: books?.settle_s ?? SETTLE_S,
    places,
  }
}
