/**
 * Holds a group of event streams open on the event loop of one VU. Stock k6 gives a response only when it is over, so each
 * connection is cut by its timeout, checked by what it left behind, and resumed.
 */
import http, { type RefinedParams, type RefinedResponse } from 'k6/http'
import { setTimeout } from 'k6/timers'
import { classify, TIMED_OUT } from '../base/outcome.ts'
import { waitOf } from '../base/waits.ts'
import { show } from '../metrics/failure.k6.ts'
import { counter, trend } from '../metrics/metrics.k6.ts'
import { type StreamRoute, streamRoute, streamUrl } from '../target/stream-route.ts'
import type { Context } from '../vu/context.ts'
import { iteration } from '../vu/schedule.k6.ts'
import type { Traffic } from '../vu/traffic.k6.ts'
import { type Connection, type StreamCount, StreamSession } from './session.ts'
import { beginsAt, cutsOf, type Streams, streamsIn } from './timetable.ts'

const sseOpened = counter('sse_opened')
const sseRefused = counter('sse_refused')
const sseHeld = counter('sse_held')
const sseClosedEarly = counter('sse_closed_early')
const sseResumed = counter('sse_resumed')
const sseEvents = counter('sse_events')
const sseEventsLost = counter('sse_events_lost')
const sseEventsDuplicated = counter('sse_events_duplicated')
const sseEventsOutOfOrder = counter('sse_events_out_of_order')
const sseWrongEvents = counter('sse_wrong_events')
const sseHeadersMs = trend('sse_headers_ms')
const sseGapMs = trend('sse_gap_ms')

interface StreamGroup {
  route: StreamRoute
  /** Epoch milliseconds of the first connection of stream `n`. */
  beginsAt(n: number): number
  /** Milliseconds from the beginning of a stream to the end of each of its connections. */
  cuts(): number[]
  authorization: Traffic['authorization']
}

const COUNTERS: Readonly<Record<StreamCount, { add(value: number): void }>> = {
  opened: sseOpened,
  held: sseHeld,
  closed_early: sseClosedEarly,
  resumed: sseResumed,
  events: sseEvents,
  events_lost: sseEventsLost,
  events_duplicated: sseEventsDuplicated,
  events_out_of_order: sseEventsOutOfOrder,
  wrong_events: sseWrongEvents,
}

const RIGHT = 200
const NO_RESPONSE = { status: 0, body: '', error: '' }

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** What a response leaves of a connection; undefined where there were no response headers, or not the right ones. */
function connectionOf({
  status,
  error_code,
  body,
  timings,
  headers,
}: RefinedResponse<'text'>): Omit<Connection, 'elapsed'> | undefined {
  const rest = { body: body ?? '', waiting: waitOf(timings) - timings.receiving, receiving: timings.receiving }
  if (status === RIGHT) return headers['Content-Type']?.startsWith('text/event-stream') ? { ...rest, end: 'ended' } : undefined
  // Without a status the headers have come all the same where something of the body was waited for.
  if (status === 0 && timings.receiving > 0) return { ...rest, end: error_code === TIMED_OUT ? 'cut' : 'broken' }
  return undefined
}

class Stream {
  readonly #group: StreamGroup
  readonly #session: StreamSession
  readonly #headers: Readonly<Record<string, string>>
  /** Epoch milliseconds of its first request. */
  #began: number | undefined

  constructor(group: StreamGroup, headers: Readonly<Record<string, string>>) {
    this.#group = group
    this.#headers = headers
    this.#session = new StreamSession(group.route.shape, {
      count: (what, by = 1) => {
        if (by > 0) COUNTERS[what].add(by)
      },
      headers: (ms) => sseHeadersMs.add(ms),
      gap: (ms) => sseGapMs.add(ms),
      tell: (kind, why) => show(group.route.name, kind, NO_RESPONSE, why),
    })
  }

  async run(n: number): Promise<void> {
    const begin = this.#group.beginsAt(n)
    let due = begin
    for (const cut of this.#group.cuts()) {
      const wait = due - Date.now()
      // A connection that was not held to its end leaves a pause: nobody hammers a gateway that refuses.
      if (wait > 0) await sleep(wait)
      due = begin + cut
      await this.#connect(due - Date.now())
    }
    this.#session.finish()
  }

  async #connect(ms: number): Promise<void> {
    const { route, authorization } = this.#group
    authorization.renewIfDue()
    const { lastEventId } = this.#session
    const params = {
      timeout: Math.max(1, Math.round(ms)),
      responseType: 'text',
      redirects: 0,
      tags: { name: route.name },
      headers: lastEventId === undefined ? this.#headers : { ...this.#headers, 'Last-Event-ID': lastEventId },
      // Without a callback k6 counts the cut as neither failed nor expected; its types do not say so.
      responseCallback: null,
    } as unknown as RefinedParams<'text'>
    this.#began ??= Date.now()
    const response = await http.asyncRequest('GET', streamUrl(route, authorization.token()), null, params)
    const connection = connectionOf(response)
    if (connection !== undefined) return this.#session.received({ ...connection, elapsed: Date.now() - this.#began })
    const { status, error_code, error } = response
    const failure = classify(status, error_code, response.headers?.['Retry-After'] !== undefined)
    sseRefused.add(1, { class: failure })
    const why =
      status === 0 ? error : status === RIGHT ? 'the answer is not text/event-stream' : `the answer has status ${status}`
    show(route.name, failure, response, `did not open a stream: ${why}`)
  }
}

/**
 * Holds the group of streams that k6's current iteration stands for; resolves when the last connection of the last of them is over.
 * @param streams all streams of the window
 */
export async function holdStreams(streams: Streams, { target, traffic }: Context<unknown>): Promise<void> {
  const { number, start } = iteration()
  const { authorization } = traffic
  const route = streamRoute(target)
  if (route === undefined) throw new Error('the target has no event stream')
  const accept = { Accept: 'text/event-stream' }
  const headers = route.auth && route.shape.token === false ? authorization.carry({ ...accept }) : accept
  const group: StreamGroup = {
    route,
    beginsAt: (n) => start + beginsAt(streams, number, n),
    cuts: () => cutsOf(streams, route.shape, Math.random),
    authorization,
  }
  await Promise.all(Array.from({ length: streamsIn(streams, number) }, (_, n) => new Stream(group, headers).run(n)))
}
