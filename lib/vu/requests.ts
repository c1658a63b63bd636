/** An endpoint's requests written out for one target. Pure; worked out once in a k6 process and read by every VU, so it is JSON. */

import { UsageError } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import { expandValues } from '../base/value-range.ts'
import { type Described, describedEndpoint } from '../described/endpoint.ts'
import { placeholdersIn } from '../described/template.ts'
import type { AnyEndpoint, Call, Endpoint, SessionEndpoint, TokenForm, Values } from '../endpoint/endpoint.ts'
import type { Expected } from '../metrics/failure.k6.ts'
import { health } from '../target/catalogue.ts'
import { SOCKETS } from '../target/socket.ts'
import { STREAMS } from '../target/stream.ts'
import type { EndpointOverride, Target } from '../target/target.ts'
import { urlOf } from './url.ts'

/** One request, ready to be sent; what the check compares with is in it. */
export interface Prepared extends Pick<Call, 'params' | 'body' | 'pieces' | 'expect'> {
  url: string
  /** Which of the template's sets of headers it carries. */
  set: number
}

/** What all requests of an endpoint have in common. */
export interface RequestTemplate extends Expected {
  authorized: boolean
  /** The protocol that is expected of all others is none that this one could come over. */
  handshake?: true
  /** What is made of the access token before it is sent. */
  token?: TokenForm
  /** Query parameter that carries the token, where no header does. */
  tokenQuery?: string
  /** Sets of headers, without the authorization. */
  headers: readonly Readonly<Record<string, string>>[]
  /** What the target says about a valid answer, in place of the catalogue's check. */
  expect?: NonNullable<EndpointOverride['expect']>
  /** An endpoint of the gateway's own, as the target file describes it. */
  described?: Described
  /** How many different requests there are. */
  count: number
  /** Of an endpoint whose requests each VU makes itself: what it makes them of. */
  session?: {
    base: string
    path: string
    values: Values
    /** Template of the params of a JSON-RPC method, where the target has its own. */
    params?: Readonly<Record<string, unknown>>
  }
}

const overrideLike = ({ like }: AnyEndpoint, { endpoints }: Target): EndpointOverride | undefined =>
  (like === undefined ? undefined : endpoints[like]) || undefined

/** The token of a WebSocket or stream may go into the query. */
function tokenQuery({ at, token }: Endpoint, { endpoints }: Target): Pick<RequestTemplate, 'tokenQuery'> {
  const shape = { ...SOCKETS, ...STREAMS }[at as 'websocket' | 'stream']
  if (token === undefined || shape === undefined) return {}
  const { socket, stream } = (endpoints[shape.name] || undefined) ?? {}
  const name = socket?.token ?? stream?.token ?? shape.token
  return name === false ? {} : { tokenQuery: name }
}

/** What the target file says of an endpoint, and where that puts it. */
export function placeOf(endpoint: AnyEndpoint, target: Target) {
  const own = target.described.find(({ described }) => described.name === endpoint.name)
  if (own !== undefined)
    return { override: undefined, place: undefined, base: baseOf(own.described.base_url, target), path: endpoint.path }
  const override = (target.endpoints[endpoint.name] || undefined) ?? overrideLike(endpoint, target)
  const place = (endpoint.at === undefined ? undefined : target.endpoints[endpoint.at]) || undefined
  const base = (override?.base_url ?? place?.base_url ?? target.baseUrl).replace(/\/+$/, '').replace(/^ws/, 'http')
  return { override, place, base, path: override?.path ?? place?.path ?? endpoint.path }
}

const shedding = ({ limiter = {} }: Target): Pick<RequestTemplate, 'bare429' | 'longest429'> => ({
  ...(limiter.retry_after === false ? { bare429: true } : {}),
  ...(limiter.retry_after_max_s === undefined ? {} : { longest429: limiter.retry_after_max_s }),
})

/** The template of an endpoint whose requests depend on what was answered before. */
export function prepareSession(endpoint: SessionEndpoint, target: Target): RequestTemplate {
  const { override, place, base, path } = placeOf(endpoint, target)
  return {
    statuses: override?.status ?? endpoint.status,
    ...shedding(target),
    authorized: override?.auth ?? place?.auth ?? endpoint.auth,
    headers: [],
    ...(override?.expect === undefined ? {} : { expect: override.expect }),
    count: 0,
    session: {
      base,
      path,
      values: expandValues(override?.values),
      ...(override?.params === undefined ? {} : { params: override.params }),
    },
  }
}

/** The template of an endpoint of the gateway's own. */
export function prepareDescribed(described: Described, target: Target): RequestTemplate {
  const { path } = describedEndpoint(described)
  return {
    statuses: described.status,
    ...shedding(target),
    authorized: described.auth,
    ...(described.token === undefined ? {} : { token: described.token }),
    headers: [],
    described,
    count: 0,
    session: { base: baseOf(described.base_url, target), path, values: {} },
  }
}

const baseOf = (own: string | undefined, { baseUrl }: Target): string => (own ?? baseUrl).replace(/\/+$/, '')

/** What setup() asks for first: whether anybody answers. */
export interface Greeting {
  url: string
  /** Of a valid answer; absent where nobody knows what is answered there. */
  statuses?: readonly number[]
}

/**
 * The health of the target, its own or the contract's; of one without, its root. What is answered is known where nothing but the
 * address is asked with: setup() has no token yet, and sends no headers and no query of an endpoint's.
 */
export function greetingOf(target: Target): Greeting {
  const greeting = (url: string, statuses: readonly number[], authorized: boolean, more: boolean): Greeting =>
    more || (authorized && target.auth.flow !== 'none') ? { url } : { url, statuses }
  const own = target.described.find(({ described: { name, method } }) => name === health.name && method === 'GET')?.described
  if (own !== undefined && placeholdersIn([own.path]).length === 0) {
    const more = own.headers !== undefined || own.query !== undefined
    return greeting(baseOf(own.base_url, target) + own.path, own.status, own.auth, more)
  }
  if (own !== undefined || !target.has(health.name)) return { url: `${target.baseUrl}/` }
  const { override, base, path } = placeOf(health, target)
  return greeting(base + path, override?.status ?? health.status, override?.auth ?? health.auth, false)
}

export function prepare(endpoint: Endpoint, target: Target, random: Random): { template: RequestTemplate; requests: Prepared[] } {
  const { override, place, base, path } = placeOf(endpoint, target)
  // Requests with the same headers share them: k6 reads them anew for each request, and memory is per VU.
  const sets = new Map<string, number>()
  const setOf = (headers: Call['headers'] = {}): number => {
    const key = JSON.stringify(headers)
    const index = sets.get(key) ?? sets.size
    sets.set(key, index)
    return index
  }
  const valuesOf = (name: string): Values => expandValues((target.endpoints[name] || undefined)?.values)
  const requests = endpoint
    .calls(random, expandValues(override?.values ?? place?.values), valuesOf)
    .map(({ params, body, expect, ...call }) => ({
      ...(params === undefined ? {} : { params }),
      ...(body === undefined ? {} : { body }),
      ...(call.pieces === undefined ? {} : { pieces: call.pieces }),
      ...(expect === undefined ? {} : { expect }),
      url: urlOf(base, path, { ...call, ...(params === undefined ? {} : { params }) }),
      set: setOf(call.headers),
    }))
  return {
    template: {
      statuses: override?.status ?? endpoint.status,
      ...shedding(target),
      authorized: override?.auth ?? endpoint.auth,
      ...(endpoint.handshake === undefined ? {} : { handshake: endpoint.handshake }),
      ...(endpoint.token === undefined ? {} : { token: endpoint.token }),
      ...tokenQuery(endpoint, target),
      headers: [...sets.keys()].map((key) => JSON.parse(key)),
      ...(override?.expect === undefined ? {} : { expect: override.expect }),
      count: requests.length,
    },
    requests,
  }
}

/** @throws UsageError for one of the endpoints that the target leaves nothing to send: it would throw in each iteration */
export function requireRequests(
  names: readonly string[],
  templates: Readonly<Record<string, RequestTemplate>>,
  target: string,
): void {
  for (const name of names)
    if (templates[name]?.count === 0 && templates[name]?.session === undefined)
      throw new UsageError(
        `target ${target}: endpoint ${name} has nothing to send; give values for its placeholders (endpoints.${name}.values)`,
      )
}
