/** Tag `name` of the event streams that a script holds open: how long one was held says nothing of how quickly it was answered. */
export const HELD_STREAM = 'stream'

/** What an endless event stream of the catalogue is, in the words that a target file can change. */
export interface StreamShape {
  /** Query parameter that carries the token; false: the Authorization header does. */
  token: string | false
  /** Query string without `?`. */
  query: string
  /** Milliseconds between two events. */
  interval_ms: number
  /** Whether events have ids that ascend by 1. */
  ids: boolean
  /** Id of the first event of a new stream; false: it may be any. */
  first_id: number | false
  /** Whether the data of an event is JSON with `sent_at`. */
  sent_at: boolean
  /** Whether `Last-Event-ID: n` resumes with n+1. */
  resume: boolean
  /** Whether the data of an event is JSON with `seq`, its id. */
  seq: boolean
  /** Name of the first event of a stream; false: that of the others. */
  first: string | false
  /** Name of events; false: it may be any. */
  event: string | false
}

export interface StreamEndpoint extends StreamShape {
  /** Key in target files, and the tag `name` of its requests. */
  name: string
  path: string
  auth: boolean
}

/** Held open, unlike `events` of the catalogue, which asks for a stream that the server ends. */
export const stream: StreamEndpoint = {
  name: HELD_STREAM,
  path: '/api/v1/events/stream',
  auth: true,
  token: false,
  query: 'interval=100',
  interval_ms: 100,
  ids: true,
  first_id: 1,
  sent_at: true,
  resume: true,
  seq: true,
  first: false,
  event: 'tick',
}

export const STREAMS = { stream } as const
