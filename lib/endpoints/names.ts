/** The endpoints that a target file can name: requests of the catalogue, WebSockets and event streams. */
import { CATALOGUE } from './catalogue.ts'
import { OWN_NAMES } from './own-names.ts'
import { GUARDED, REFUSALS } from './refusals.ts'
import { SOCKETS } from './socket.ts'
import { STREAMS } from './stream.ts'
import { refusedAt } from './unauthorized.ts'

export { SOCKETS, STREAMS }

/** Endpoints that the reference contract has: a target without one of them lacks it. */
export const CONTRACT_NAMES: readonly string[] = [
  ...Object.keys(CATALOGUE),
  SOCKETS.websocket.name,
  STREAMS.stream.name,
  ...OWN_NAMES,
]
/** Endpoints that are there only where a target file gives them a path. */
export const EXTRA_NAMES: readonly string[] = [SOCKETS.websocket_events.name]
/** Requests that must be refused: `failure` sends them, and reports those that mean nothing to a target. */
export const REFUSAL_NAMES: readonly string[] = Object.keys(REFUSALS)
/** Keys of a target file that say how an endpoint refuses who has no right to it, for all forms of that. */
export const REFUSED_NAMES: readonly string[] = GUARDED.map(({ at }) => refusedAt(at))
