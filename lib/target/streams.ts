/** What a target file may say of WebSockets and event streams: only where it differs from the reference contract. */
import {
  array,
  boolean,
  description,
  type InferOutput,
  integer,
  literal,
  minLength,
  minValue,
  number,
  optional,
  pipe,
  strictObject,
  string,
  union,
} from 'valibot'
import type { LackingPart } from '../metrics/declaration.ts'

const nameOrFalse = (what: string) =>
  optional(pipe(union([pipe(string(), minLength(1)), literal(false)], 'expected a name in quotes, or false'), description(what)))
const flag = (what: string) => optional(pipe(boolean('expected true or false'), description(what)))
const interval = (what: string) =>
  optional(
    pipe(
      number('expected a number of milliseconds'),
      integer('expected whole milliseconds'),
      minValue(1, 'expected at least 1 ms'),
      description(what),
    ),
  )
const token = nameOrFalse('Query parameter that carries the token; false: the Authorization header does.')

export const socketSchema = strictObject({
  type_member: optional(pipe(string(), minLength(1), description('Member of a frame that says what it is. Default `type`.'))),
  token,
  first: nameOrFalse('`type` of the first frame after the handshake; false: none comes.'),
  ping: nameOrFalse('`type` of the ping that a client sends; false: there is none.'),
  pong: optional(pipe(string(), minLength(1), description('`type` of the answer to a ping.'))),
  ping_id: flag('Whether a pong repeats the `id` of its ping.'),
  subscriptions: flag('Whether there are topics to subscribe to, whose events carry a `seq` that ascends by 1.'),
  event_interval_ms: interval('Milliseconds between two events of a topic.'),
  sent_at: flag('Whether events, and pongs beside them, carry `sent_at`, in epoch milliseconds.'),
  others: optional(
    pipe(array(string()), description('`type`s of frames that the gateway may send at any time, such as heartbeats.')),
  ),
})

export const streamSchema = strictObject({
  token,
  query: optional(pipe(string(), description('Query string without `?`, instead of `interval=100`.'))),
  interval_ms: interval('Milliseconds between two events.'),
  ids: flag('Whether events have ids that ascend by 1.'),
  first_id: optional(
    pipe(
      union([pipe(number(), integer()), literal(false)], 'expected a whole number, or false'),
      description('Id of the first event of a new stream; false: it may be any.'),
    ),
  ),
  sent_at: flag('Whether the data of an event is JSON with `sent_at`.'),
  resume: flag('Whether `Last-Event-ID: n` resumes with n+1.'),
  seq: flag('Whether the data of an event is JSON with `seq`, its id.'),
  first: nameOrFalse('Name of the first event of a stream; false: that of the others.'),
  event: nameOrFalse('Name of events, default `tick`; false: it may be any.'),
})

type Override = { socket?: InferOutput<typeof socketSchema> | undefined; stream?: InferOutput<typeof streamSchema> | undefined }

const NOTHING = { first: false, ping: false, subscriptions: false, sent_at: false } as const

/** What is missing of an endpoint that is there. */
export function lackingParts(endpoints: Readonly<Record<string, Override | false>>): LackingPart[] {
  const of = (name: string): Override => endpoints[name] || {}
  const { socket = {} } = endpoints.websocket === false ? { socket: NOTHING } : of('websocket')
  const { socket: second = {} } = of('websocket_events')
  const { stream = {} } = of('stream')
  // A target without any socket lacks them whole.
  const none = endpoints.websocket === false && (endpoints.websocket_events ?? false) === false
  const subscribed = socket.subscriptions !== false || second.subscriptions === true
  const missing: [LackingPart, boolean][] = [
    ['websocket greeting', socket.first === false && !second.first],
    ['websocket pings', socket.ping === false && !second.ping],
    ['websocket subscriptions', !subscribed],
    ['websocket event lag', !subscribed || (socket.sent_at === false && !second.subscriptions)],
    ['stream ids', stream.ids === false],
    ['stream resumption', stream.resume === false || stream.ids === false],
    ['stream gaps', stream.sent_at === false],
  ]
  return missing.flatMap(([part, lacking]) => (lacking && !(none && part.startsWith('websocket')) ? [part] : []))
}
