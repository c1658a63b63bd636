/** What a WebSocket route of the catalogue is, in the words that a target file can change. */

export interface SocketShape {
  /** Member of a frame, which is a JSON object, that says what it is. */
  type_member: string
  /** Query parameter that carries the token; false: the Authorization header does. */
  token: string | false
  /** `type` of the first frame after the handshake; false: none comes. */
  first: string | false
  /** `type` of the ping that a client sends; false: there is none. */
  ping: string | false
  /** `type` of the answer to a ping. */
  pong: string
  /** Whether a pong repeats the `id` of its ping. */
  ping_id: boolean
  /** Whether there are topics to subscribe to, whose events carry a `seq` that ascends by 1. */
  subscriptions: boolean
  /** Milliseconds between two events of a topic. */
  event_interval_ms: number
  /** Whether events, and pongs beside them, carry `sent_at`, in epoch milliseconds. */
  sent_at: boolean
  /** `type`s of frames that the gateway may send at any time, such as heartbeats. */
  others: readonly string[]
}

export interface SocketEndpoint extends SocketShape {
  /** Key in target files. */
  name: string
  /** Path of the reference contract; absent for a route that only other gateways have. */
  path?: string
  auth: boolean
  /** Topics that are subscribed to in turn. */
  topics: readonly string[]
}

const TOPICS = Array.from({ length: 10 }, (_, i) => `loadgate-${i}`)

/** All that the reference contract says of a WebSocket. */
export const websocket: SocketEndpoint = {
  name: 'websocket',
  path: '/api/v1/ws',
  auth: true,
  type_member: 'type',
  token: 'token',
  first: 'connection',
  ping: 'ping',
  pong: 'pong',
  ping_id: true,
  subscriptions: true,
  event_interval_ms: 1000,
  sent_at: true,
  others: [],
  topics: TOPICS,
}

/** A second route, for gateways that have events apart from pings. Nothing is taken for granted of it. */
export const websocketEvents: SocketEndpoint = {
  name: 'websocket_events',
  auth: false,
  type_member: 'type',
  token: false,
  first: false,
  ping: false,
  pong: 'pong',
  ping_id: false,
  subscriptions: false,
  event_interval_ms: 1000,
  sent_at: true,
  others: [],
  topics: TOPICS,
}

export const SOCKETS = { websocket, websocket_events: websocketEvents } as const
