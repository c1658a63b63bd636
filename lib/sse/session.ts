/**
 * One event stream over all its connections: what the script cuts it resumes, and no event may be lost or come twice on the way.
 * Pure. Stock k6 sees a stream only when it has ended, so each connection is checked from what it has left behind.
 */

import { EventSequence } from '../base/event-sequence.ts'
import { readEvents, type StreamEvent } from '../base/event-stream.ts'
import { isObject } from '../base/json.ts'
import { isNow, readOnce } from '../endpoint/rules.ts'
import type { StreamShape } from '../target/stream.ts'

/** What is counted; each is the custom metric `sse_<name>`. */
export type StreamCount =
  | 'opened'
  | 'held'
  | 'closed_early'
  | 'resumed'
  | 'events'
  | 'events_lost'
  | 'events_duplicated'
  | 'events_out_of_order'
  | 'wrong_events'

export interface StreamObserver {
  count(what: StreamCount, by?: number): void
  /** Milliseconds until the response headers came. */
  headers(ms: number): void
  /** Longest time without an event in one connection, in milliseconds, by the gateway's clock. */
  gap(ms: number): void
  /** @param why end of the sentence "the gateway …" */
  tell(kind: StreamCount, why: string): void
}

/** What is left of a connection: it was cut by the script, it ended, or it broke. Connections without an answer are none. */
export interface Connection {
  end: 'cut' | 'ended' | 'broken'
  /** All that was received, from the first byte. */
  body: string
  /** Milliseconds from the request to the response headers. */
  waiting: number
  /** Milliseconds from the headers to the end. */
  receiving: number
  /** Milliseconds from the first request of the stream to the end of this connection. */
  elapsed: number
}

/** Two clocks need not run equally fast: NTP slews one by up to 500 ppm. */
const CLOCK_MS = 50
const CLOCK_SHARE = 0.001
/** Of the interval, what there must be between two events on average. */
const LEAST_APART = 0.5
/** Events of a connection that are too few to say anything of their average. */
const FEW = 10

const plain = (value: string): string => JSON.stringify(value.slice(0, 60))

type Data = Readonly<Record<string, unknown>>

function readData({ data }: StreamEvent): Data {
  const value = readOnce(data)
  return isObject(value) ? value : {}
}

export class StreamSession {
  readonly #shape: StreamShape
  readonly #observer: StreamObserver
  #events: EventSequence | undefined
  #connections = 0
  /** Events that have counted. */
  #counted = 0
  /** What the first event of the stream says of its time. */
  #began: number | undefined

  constructor(shape: StreamShape, observer: StreamObserver) {
    this.#shape = shape
    this.#observer = observer
  }

  /** For the header `Last-Event-ID`; undefined where there is nothing to resume. */
  get lastEventId(): string | undefined {
    return this.#shape.resume && this.#shape.ids && this.#events !== undefined ? String(this.#events.last) : undefined
  }

  /** Checks a connection that had response headers. */
  received({ end, body, waiting, receiving, elapsed }: Connection): void {
    const observer = this.#observer
    const resumed = this.lastEventId !== undefined
    observer.count('opened')
    observer.headers(waiting)
    if (end === 'cut') observer.count('held')
    else {
      observer.count('closed_early')
      observer.tell(
        'closed_early',
        `${end === 'ended' ? 'ended' : 'broke'} a stream that was to be held, after ${Math.round(receiving)} ms`,
      )
    }
    const events = readEvents(body)
    this.#count(events.length, elapsed)
    this.#checkNames(events)
    const { seq, ids, sent_at } = this.#shape
    const read = (seq && ids) || sent_at ? events.map(readData) : []
    if (seq && ids) this.#checkData(events, read)
    if (ids) this.#checkIds(events, resumed)
    if (sent_at) this.#measureGap(events, read, waiting, receiving, elapsed)
  }

  /** An event counts where it is due by now: what one stream gets too much does not make up for what another lacks. */
  #count(events: number, elapsed: number): void {
    this.#connections++
    // Each connection has its first at once, a resumed one as well.
    const due = this.#connections + Math.round(elapsed / this.#shape.interval_ms)
    const counted = Math.max(0, Math.min(events, due - this.#counted))
    this.#counted += counted
    this.#observer.count('events', counted)
  }

  /** What has not come by now is lost. */
  finish(): void {
    this.#observer.count('events_lost', this.#events?.lost() ?? 0)
    this.#events = undefined
  }

  #wrong(why: string): void {
    this.#observer.count('wrong_events')
    this.#observer.tell('wrong_events', why)
  }

  #checkNames(events: readonly StreamEvent[]): void {
    const { first, event: usual } = this.#shape
    events.forEach(({ event }, i) => {
      const due = i === 0 && first !== false ? first : usual
      if (due !== false && event !== due)
        this.#wrong(
          i === 0 && first !== false
            ? `began a stream with an event called ${plain(event)}, not ${plain(due)}`
            : `sent an event called ${plain(event)}, not ${plain(due)}`,
        )
    })
  }

  #checkData(events: readonly StreamEvent[], read: readonly Data[]): void {
    events.forEach(({ id, data }, i) => {
      const { seq, error } = read[i] as Data
      if (seq !== Number(id)) this.#wrong(`sent event ${plain(id)} with other data than its own: ${plain(data)}`)
      else if (error !== undefined) this.#wrong(`sent event ${plain(id)} with an error in it: ${plain(data)}`)
    })
  }

  #checkIds(events: readonly StreamEvent[], resumed: boolean): void {
    if (!resumed) this.finish()
    let begun = false
    for (const { id } of events) {
      if (!/^\d{1,15}$/.test(id)) {
        this.#wrong(`sent an event with id ${plain(id)}`)
        continue
      }
      const number = Number(id)
      if (!begun && resumed) this.#checkResumed(number)
      begun = true
      this.#events ??= new EventSequence((this.#shape.first_id === false ? number : this.#shape.first_id) - 1)
      const sighting = this.#events.see(number)
      if (sighting === 'twice') this.#observer.count('events_duplicated')
      else if (sighting === 'late') this.#observer.count('events_out_of_order')
    }
  }

  #checkResumed(id: number): void {
    const last = this.#events?.last ?? 0
    if (id === last + 1) this.#observer.count('resumed')
    else this.#observer.tell('resumed', `resumed with event ${id} a stream that had got as far as ${last}`)
  }

  #measureGap(events: readonly StreamEvent[], read: readonly Data[], waiting: number, receiving: number, elapsed: number): void {
    // Who waits for the headers has no event either.
    let longest = waiting
    let first: number | undefined
    let last: number | undefined
    for (const [i, { sent_at: at }] of read.entries()) {
      if (typeof at !== 'number' || !isNow(at)) {
        this.#wrong(`sent an event without a sent_at of today: ${plain(events[i]?.data ?? '')}`)
        continue
      }
      first ??= at
      if (last !== undefined) longest = Math.max(longest, at - last)
      last = at
    }
    // The first event comes with the headers, so the gateway's clock stood there that much before the end.
    const tail = first === undefined || last === undefined ? receiving : receiving - (last - first)
    this.#observer.gap(Math.max(longest, tail, 0))
    if (first === undefined || last === undefined) return
    this.#began ??= first
    const { first_id, interval_ms } = this.#shape
    // No time passes between the dates of a stream that has not passed between its ends; what was there before it may be older.
    if (first_id !== false && last - this.#began > elapsed * (1 + CLOCK_SHARE) + CLOCK_MS)
      this.#wrong(`dated events ${Math.round(last - this.#began - elapsed)} ms later than they can have been sent`)
    if (events.length > FEW && last - first < (events.length - 1) * interval_ms * LEAST_APART)
      this.#wrong(`sent ${events.length} events in ${Math.round(last - first)} ms, although one was due each ${interval_ms} ms`)
  }
}
