/**
 * What the reference contract names, read off the endpoints themselves. Known to the first pass of a script and to the command only: no VU
 * loads an endpoint that its script does not send to.
 */
import type { AnyEndpoint } from '../endpoint/endpoint.ts'
import { GUARDED, METHODS, REFUSALS } from '../refusals/refusals.ts'
import { refusedAt } from '../refusals/unauthorized.ts'
import * as ready from './catalogue.ts'
import { SOCKETS } from './socket.ts'
import { STREAMS } from './stream.ts'

export { SOCKETS, STREAMS }

/** The ready endpoints by name. */
export const READY: Readonly<Record<string, AnyEndpoint>> = Object.fromEntries(
  Object.values(ready).map((endpoint) => [endpoint.name, endpoint]),
)

/** Endpoints that the reference contract has, and places that several of them share: a target without one of them lacks it. */
export const CONTRACT_NAMES: readonly string[] = [
  ...new Set([
    ...Object.keys(READY),
    SOCKETS.websocket.name,
    STREAMS.stream.name,
    ...Object.values(READY).flatMap(({ at }) => at ?? []),
  ]),
]
/** Endpoints that are there only where a target file gives them a path. */
export const EXTRA_NAMES: readonly string[] = [SOCKETS.websocket_events.name]
/** Requests that must be refused: `failure` sends them, and reports those that mean nothing to a target. */
export const REFUSAL_NAMES: readonly string[] = Object.keys(REFUSALS)
/** Keys of a target file that say how an endpoint refuses who has no right to it, for all forms of that. */
export const REFUSED_NAMES: readonly string[] = GUARDED.map(({ at }) => refusedAt(at))

/** Names of the params of JSON-RPC methods, by endpoint: a target file may put them in other words. */
export const PARAMS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.values(READY).flatMap(({ name, rpc }) => {
    const params = METHODS.find(([method]) => method === rpc)?.[1]
    return params === undefined ? [] : [[name, Object.keys(params)]]
  }),
)
