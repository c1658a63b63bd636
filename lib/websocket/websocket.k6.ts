/** Holds a group of WebSockets open on the event loop of one VU. One timer drives them all: one a socket would cost four times the CPU. */
import { setTimeout as importedSetTimeout } from 'k6/timers'
import { handshakeFailure } from '../base/handshake.ts'
import { printable } from '../base/speak.k6.ts'
import { show } from '../metrics/failure.k6.ts'
import { counter, scriptErrors, trend } from '../metrics/metrics.k6.ts'
import { type SocketRoute, socketRoutes, socketUrl } from '../target/socket-route.ts'
import type { Context } from '../vu/context.ts'
import { iteration } from '../vu/schedule.k6.ts'
import type { Traffic } from '../vu/traffic.k6.ts'
import { frameReader } from './frame.ts'
import { type SocketCount, Tally } from './observer.ts'
import { SocketSessions } from './sessions.ts'
import { closeOpen, type SocketEvents, sendOn, socketOpener, type WebSocket } from './socket.k6.ts'
import { type Hold, type Timetable, timetable } from './timetable.ts'

const wsOpened = counter('ws_opened')
const wsRefused = counter('ws_refused')
const wsGreeted = counter('ws_greeted')
const wsSubscribed = counter('ws_subscribed')
const wsHeld = counter('ws_held')
const wsClosedEarly = counter('ws_closed_early')
const wsClosed = counter('ws_closed')
const wsPings = counter('ws_pings')
const wsPongs = counter('ws_pongs')
const wsPongsMissing = counter('ws_pongs_missing')
const wsEvents = counter('ws_events')
const wsEventsLost = counter('ws_events_lost')
const wsEventsDuplicated = counter('ws_events_duplicated')
const wsEventsOutOfOrder = counter('ws_events_out_of_order')
const wsWrongFrames = counter('ws_wrong_frames')
const wsClockSkewed = counter('ws_clock_skewed')
const wsPingMs = trend('ws_ping_ms')
const wsEventLagMs = trend('ws_event_lag_ms')
const wsSilenceMs = trend('ws_silence_ms')
const wsLateMs = trend('ws_late_ms')
const wsTicks = counter('ws_ticks')

interface Group {
  route: SocketRoute
  /** None where the route has no subscriptions. */
  topics: readonly string[]
  times: Timetable
  /** Ids of sockets begin with it, so that no two of a run are the same. */
  name: string
  /** Epoch milliseconds at which the window began. */
  start: number
  /** Longest wait for what was under way when the hold ended, in milliseconds. */
  patience: number
  authorization: Traffic['authorization']
}

const COUNTERS: Readonly<Record<SocketCount, { add(value: number): void }>> = {
  opened: wsOpened,
  greeted: wsGreeted,
  subscribed: wsSubscribed,
  held: wsHeld,
  closed_early: wsClosedEarly,
  pings: wsPings,
  pongs: wsPongs,
  pongs_missing: wsPongsMissing,
  events: wsEvents,
  events_lost: wsEventsLost,
  events_duplicated: wsEventsDuplicated,
  events_out_of_order: wsEventsOutOfOrder,
  wrong_frames: wsWrongFrames,
  clock_skewed: wsClockSkewed,
}

// Read once: k6 makes what a module exports anew each time that an import of it is read.
const setTimeout = importedSetTimeout

const FLUSH_MS = 1000
const DRAIN_LOOK_MS = 50

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const ENDED = 3

class SocketGroup implements SocketEvents {
  readonly #given: Group
  readonly #sockets: WebSocket[] = []
  /** What this side knows of each socket. */
  readonly #states: Uint8Array
  readonly #sessions: SocketSessions
  readonly #tally = new Tally()
  readonly #read: ReturnType<typeof frameReader>
  readonly #connect: ReturnType<typeof socketOpener>
  readonly #headers: Readonly<Record<string, string>>
  #phase: 'opening' | 'holding' | 'draining' | 'closing' | 'over' = 'opening'
  #pinged = 0
  #closed = 0
  #closingFrom = 0
  #flushedAt = 0
  #ticks = 0

  constructor(given: Group) {
    const { route, topics, times, authorization } = given
    this.#given = given
    this.#headers = route.auth && route.shape.token === false ? authorization.carry({}) : {}
    this.#connect = socketOpener(route.name, this)
    this.#read = frameReader(route.shape.type_member)
    this.#states = new Uint8Array(times.sockets)
    const tally = this.#tally
    this.#sessions = new SocketSessions(route.shape, topics, times.sockets, {
      count: (what, by) => tally.count(what, by),
      roundTrip: (ms) => wsPingMs.add(ms),
      lag: (ms) => wsEventLagMs.add(ms),
      silence: (ms) => wsSilenceMs.add(ms),
      wrong: (why) => this.#tell('wrong_frame', why),
    })
  }

  opened(n: number): void {
    // Given up before: nobody waits for it any more.
    if (this.#states[n] !== CONNECTING) closeOpen(this.#sockets[n])
    else {
      this.#states[n] = OPEN
      this.#sessions.opened(n)
      const subscription = this.#sessions.subscription(n)
      if (subscription !== undefined) sendOn(this.#sockets[n], subscription)
    }
  }

  received(n: number, data: string | undefined, at: number): void {
    this.#sessions.received(n, data === undefined ? undefined : this.#read(data), at)
  }

  ended(n: number, error: string | undefined, code: number | undefined): void {
    const state = this.#states[n]
    this.#states[n] = ENDED
    if (state === CONNECTING) this.#refused(handshakeFailure(error ?? ''), error ?? 'the connection ended in the handshake')
    else if (state === CLOSING && code === 1000) wsClosed.add(1)
    else if (state === OPEN) {
      this.#sessions.lost(n)
      this.#tell('closed_early', `ended a socket that was to be held, with code ${code ?? 'none'}${error ? `: ${error}` : ''}`)
    }
  }

  /** Does what is due, and comes again when the next thing is. */
  run(due?: number): void {
    const now = Date.now() - this.#given.start
    if (due !== undefined) {
      this.#ticks++
      wsLateMs.add(now - due)
    }
    const next = Math.min(this.#advance(now), this.#flushedAt + FLUSH_MS)
    if (now >= this.#flushedAt + FLUSH_MS || this.#phase === 'over') this.#flush(now)
    if (this.#phase === 'over') return
    const at = Math.max(next, now + 1)
    setTimeout(() => this.#again(at), at - now)
  }

  #again(due: number): void {
    try {
      this.run(due)
    } catch (error) {
      // k6 ends the iteration for what a timer throws, and exits 0.
      scriptErrors.add(1)
      throw printable(error)
    }
  }

  /** @returns when the next thing is due */
  #advance(now: number): number {
    const { times, patience } = this.#given
    if (this.#phase === 'opening') {
      while (this.#sockets.length < times.sockets && times.openAt(this.#sockets.length) <= now) this.#open()
      if (now < times.holdFrom) return this.#sockets.length < times.sockets ? times.openAt(this.#sockets.length) : times.holdFrom
      this.#sessions.holdBegins(Date.now())
      this.#phase = 'holding'
    }
    if (this.#phase === 'holding') {
      for (; this.#pinged < times.pings && times.pingAt(this.#pinged) <= now; this.#pinged++) this.#ping()
      if (now < times.holdTo) return this.#pinged < times.pings ? times.pingAt(this.#pinged) : times.holdTo
      this.#sessions.holdEnds(Date.now())
      this.#phase = 'draining'
    }
    if (this.#phase === 'draining') {
      if (this.#sessions.waiting && now < times.holdTo + patience) return now + DRAIN_LOOK_MS
      this.#sessions.settle()
      this.#phase = 'closing'
      this.#closingFrom = now
    }
    for (; this.#closed < times.sockets && times.closeAfter(this.#closed) <= now - this.#closingFrom; this.#closed++)
      this.#close(this.#closed)
    if (this.#closed >= times.sockets) this.#phase = 'over'
    return this.#closingFrom + times.closeAfter(this.#closed)
  }

  #open(): void {
    const { route, authorization, name } = this.#given
    authorization.renewIfDue()
    const n = this.#sockets.length
    this.#sessions.opening(n, Date.now())
    this.#sockets.push(this.#connect(n, socketUrl(route, authorization.token(), `${name}-${n}`), this.#headers))
  }

  #ping(): void {
    const n = this.#pinged % this.#sockets.length
    const frame = this.#sessions.ping(n, Date.now())
    if (frame !== undefined) sendOn(this.#sockets[n], frame)
  }

  #close(n: number): void {
    if (this.#states[n] === OPEN) {
      this.#states[n] = CLOSING
      closeOpen(this.#sockets[n])
    } else if (this.#states[n] === CONNECTING) {
      // k6 itself would wait a minute for it.
      this.#states[n] = ENDED
      this.#refused('timeout', 'the handshake was not answered')
    }
  }

  #refused(failure: string, why: string): void {
    wsRefused.add(1, { class: failure })
    this.#tell(failure, `did not open a socket: ${why}`)
  }

  /** Shows the first of each kind; all of them are counted. */
  #tell(kind: string, why: string): void {
    show(this.#given.route.name, kind, { status: 0, body: '', error: '' }, why)
  }

  #flush(now: number): void {
    this.#flushedAt = now
    this.#tally.empty((what, count) => COUNTERS[what].add(count))
    wsTicks.add(this.#ticks)
    this.#ticks = 0
  }
}

/** The topics of a group: with one alone, nobody would see events that are for others. */
const twoOf = (topics: readonly string[], place: number): string[] =>
  topics.length < 2 ? [...topics] : [0, 1].map((i) => topics[(2 * place + i) % topics.length] as string)

/**
 * Holds the group of sockets that k6's current iteration stands for. Returns at once; k6 ends the iteration when the last of them has closed.
 * @param hold all sockets of the window
 */
export function holdSockets(hold: Hold, { settings, target, traffic }: Context<unknown>): void {
  const { number: group, start } = iteration()
  const routes = socketRoutes(target)
  const route = routes[group % routes.length]
  if (route === undefined) throw new Error('the target has no WebSocket')
  new SocketGroup({
    route,
    topics: twoOf(route.topics, Math.floor(group / routes.length)),
    times: timetable(hold, group),
    name: `loadgate-${group}`,
    start,
    patience: settings.TIMEOUT * 1000,
    authorization: traffic.authorization,
  }).run()
}
