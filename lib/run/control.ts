/** What the control probe of `loadgate run` sends: the run's own mix, written out, in k6's options where `k6 inspect` shows it. */
import type { Described } from '../described/endpoint.ts'
import type { AnyEndpoint } from '../endpoint/endpoint.ts'
import type { Target } from '../target/target.ts'
import type { Prepared, RequestTemplate } from '../vu/requests.ts'
import type { Window } from '../windows/workload.ts'

export interface ControlRequest {
  url: string
  body?: string
  headers: Readonly<Record<string, string>>
  /** What the check compares the answer with. */
  expect?: string
}

/** What an answer is checked by is in the catalogue, under the endpoint's name, or here. */
export interface ControlEndpoint extends Pick<RequestTemplate, 'statuses' | 'bare429' | 'expect'> {
  method: AnyEndpoint['method']
  /** Whether its requests carry the authorization, which is not in here: k6 prints its options. */
  authorized: boolean
  requests: readonly ControlRequest[]
  /** In place of requests: an endpoint of the gateway's own, and where it is. The probe makes requests of it as a VU does. */
  described?: { base: string; path: string; by: Described }
}

export interface ControlWindow {
  name: string
  /** Seconds from the start of the load. */
  start: number
  duration: number
  /** Endpoints in the order of their turns; those that can be probed. */
  order: readonly string[]
}

export interface ControlPlan {
  /** What the script calls itself to the gateway; absent where that is k6's own name. */
  userAgent?: string
  windows: readonly ControlWindow[]
  endpoints: Readonly<Record<string, ControlEndpoint>>
  /** Endpoints that the probe leaves alone since the target's limiter counts them: what it sends, k6 would be refused. */
  spared?: readonly string[]
}

/** Requests of an endpoint that a probe of a few dozen a second needs. */
const REQUESTS = 25
/** A probe must not weigh on the gateway by the size of what it sends. */
const LARGEST_BODY = 4096

/** Values of one placeholder that a probe needs. */
const fewValues = (by: Described): Described => ({
  ...by,
  values: Object.fromEntries(
    Object.entries(by.values).map(([name, list]) => [name, typeof list === 'string' ? list : list.slice(0, REQUESTS)]),
  ),
})

/** Endpoints whose requests build on earlier answers, carry odd tokens or large bodies are left out: they are not alike for a probe. */
export function controlPlan(
  windows: readonly Window[],
  endpoints: Readonly<Record<string, AnyEndpoint>>,
  templates: Readonly<Record<string, RequestTemplate>>,
  requests: Readonly<Record<string, readonly Prepared[]>>,
  limiter?: Target['limiter'],
): ControlPlan {
  const described = ({ described: by, session, ...template }: RequestTemplate): ControlEndpoint[] => {
    if (by === undefined || session === undefined || template.token !== undefined) return []
    const { statuses, bare429, authorized } = template
    const { base, path } = session
    const checked = { statuses, ...(bare429 === undefined ? {} : { bare429 }) }
    return [{ method: by.method, ...checked, authorized, requests: [], described: { base, path, by: fewValues(by) } }]
  }
  const plain = (name: string): ControlEndpoint[] => {
    const [endpoint, template, prepared] = [endpoints[name], templates[name], requests[name] ?? []]
    if (template?.described !== undefined) return described(template)
    const small = prepared.every(({ body = '', pieces }) => pieces === undefined && body.length <= LARGEST_BODY)
    if (endpoint === undefined || template === undefined || template.token !== undefined || prepared.length === 0 || !small)
      return []
    const { method } = endpoint
    const { statuses, bare429, authorized, headers, expect } = template
    const written = prepared.slice(0, REQUESTS).map(({ url, body, set, expect }) => ({
      url,
      ...(body === undefined ? {} : { body }),
      headers: headers[set] ?? {},
      ...(expect === undefined ? {} : { expect }),
    }))
    const checked = { ...(bare429 === undefined ? {} : { bare429 }), ...(expect === undefined ? {} : { expect }) }
    return [{ method, statuses, ...checked, authorized, requests: written }]
  }
  const used = [...new Set(windows.flatMap(({ order }) => order))]
  const isSpared = (name: string): boolean => limiter !== undefined && !limiter.exempt?.includes(name)
  const sendable = used.flatMap((name) => plain(name).map((endpoint) => [name, endpoint] as const))
  const known = Object.fromEntries(sendable.filter(([name]) => !isSpared(name)))
  const spared = sendable.flatMap(([name]) => (isSpared(name) ? [name] : []))
  return {
    windows: windows.map(({ name, start, duration, order }) => ({
      name,
      start,
      duration,
      order: order.filter((endpoint) => known[endpoint] !== undefined),
    })),
    endpoints: known,
    ...(spared.length === 0 ? {} : { spared }),
  }
}
