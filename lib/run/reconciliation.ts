/**
 * Where the gateway counts its requests itself, and under which of its routes each of ours is counted: what `loadgate run`
 * needs to hold the two counts against each other. In k6's options, where `k6 inspect` shows it. Pure.
 */
import type { AuthPlan } from '../auth/auth.ts'
import type { Settings } from '../base/settings.ts'
import type { AnyEndpoint } from '../endpoint/endpoint.ts'
import { socketRoutes } from '../target/socket-route.ts'
import { streamRoute } from '../target/stream-route.ts'
import type { Target } from '../target/target.ts'
import { greetingOf, placeOf, type RequestTemplate } from '../vu/requests.ts'

/** Where requests of a name go. */
export interface Place {
  method: string
  /** Host and port. */
  host: string
  /** The route as the gateway's counter calls it. */
  route: string
}

export interface ReconciliationPlan {
  /** The page that carries the counter. */
  url: string
  /** What the counter counts went here. */
  host: string
  counter: string
  /** Of a page that is not Prometheus': its first group is the count. */
  pattern?: string
  /** Labels of the counter; false: it has none of this kind. */
  labels: { method: string | false; route: string | false; status: string | false }
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
  /** Names among those of `places` under which looks at the page are counted. */
  looks: string
  /** By name: the statuses of a valid answer. */
  statuses: Readonly<Record<string, readonly number[]>>
  /** Names whose requests the counter does not count, as the target file says. */
  uncounted: readonly string[]
}

/** Without a plan: why nothing can be compared, as the end of a sentence. */
export type PlannedReconciliation = ReconciliationPlan | { none: string }

/** No endpoint can be called so. */
const PAGE = 'counter page'
/** The counter of the reference contract. */
const COUNTER = 'gateway_requests_total'
const SETTLE_S = 5

const placeAt = (method: string, url: string, route?: string): Place => {
  const [, host = '', path = '/'] = /^\w+:\/\/([^/?#]+)([^?#]*)/.exec(url) ?? []
  return { method, host, route: route ?? (path === '' ? '/' : path) }
}

export function reconciliationOf(
  target: Target,
  auth: AuthPlan,
  endpoints: Readonly<Record<string, AnyEndpoint>>,
  { INSTANCES, INSECURE_TLS }: Settings,
  templates: Readonly<Record<string, Pick<RequestTemplate, 'statuses'>>>,
): PlannedReconciliation {
  const { reconciliation, endpoints: overrides, described } = target
  if (reconciliation === false) return { none: 'the target file says `reconciliation: false`' }
  const { metrics } = endpoints
  if (reconciliation?.url === undefined && (metrics === undefined || !target.has('metrics')))
    return { none: 'the target has no metrics' }
  const places: Record<string, Place[]> = {}
  const own = Object.fromEntries(described.map((one) => [one.described.name, one.described.counted_as]))
  const written = (name: string): string | false | undefined => own[name] ?? (overrides[name] || undefined)?.route
  const routeOf = (name: string, others: readonly (string | undefined)[] = []) =>
    [name, ...others].flatMap((one) => (one === undefined ? [] : (written(one) ?? [])))[0]
  const uncounted: string[] = []
  const put = (name: string, method: string, url: string, others?: readonly (string | undefined)[]): void => {
    const route = routeOf(name, others)
    if (route === false) uncounted.push(name)
    places[name] = [placeAt(method, url, route || undefined)]
  }
  for (const [name, endpoint] of Object.entries(endpoints)) {
    if (!target.has(name)) continue
    const { base, path } = placeOf(endpoint, target)
    put(name, endpoint.method, base + path, [endpoint.like, endpoint.at])
  }
  for (const { name, url } of socketRoutes(target)) put(name, 'GET', url)
  const stream = streamRoute(target)
  if (stream !== undefined) put(stream.name, 'GET', stream.url)
  const tokens = [auth.tokenRequest?.url, auth.refreshUrl].flatMap((url) => (url === undefined ? [] : [placeAt('POST', url)]))
  if (tokens.length > 0) places.auth = tokens
  places.setup = [placeAt('GET', greetingOf(target).url, routeOf('health') || undefined)]
  if (uncounted.includes('health')) uncounted.push('setup')
  const { base, path } = metrics === undefined ? { base: '', path: '' } : placeOf(metrics, target)
  const url = reconciliation?.url ?? base + path
  if (reconciliation?.url !== undefined) places[PAGE] = [placeAt('GET', url)]
  const labels = {
    method: reconciliation?.method ?? 'method',
    route: reconciliation?.route ?? 'route',
    status: reconciliation?.status ?? 'status',
  }
  return {
    url,
    host: placeAt('GET', reconciliation?.url === undefined ? url : target.baseUrl).host,
    counter: reconciliation?.counter ?? reconciliation?.pattern ?? COUNTER,
    ...(reconciliation?.pattern === undefined
      ? { labels }
      : { pattern: reconciliation.pattern, labels: { method: false, route: false, status: false } }),
    start: target.metrics.start ?? 'process_start_time_seconds',
    promised: reconciliation !== undefined,
    exclusive: reconciliation?.exclusive ?? false,
    instances: INSTANCES,
    insecure_tls: INSECURE_TLS,
    settle_s: reconciliation?.settle_s ?? SETTLE_S,
    places,
    looks: reconciliation?.url === undefined ? 'metrics' : PAGE,
    statuses: Object.fromEntries(Object.entries(templates).map(([name, { statuses }]) => [name, statuses])),
    uncounted,
  }
}
