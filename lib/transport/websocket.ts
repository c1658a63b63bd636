/** Holds a group of WebSockets open on the event loop of one VU. One timer drives them all: one a socket would cost four times the CPU. */
import { setTimeout } from 'k6/timers'
import * as metrics from '../metrics.ts'
import { handshakeFailure } from '../socket-failure.ts'
import { type SocketRoute, socketUrl } from '../socket-route.ts'
import { frameReader } from '../websocket-frame.ts'
import { type SocketCount, type SocketObserver, SocketSession } from '../websocket-session.ts'
import { Tally } from '../websocket-tally.ts'
import type { Timetable } from '../websocket-timetable.ts'
import type { Authorization } from './authorization.ts'
import { show } from './failure.ts'
import { openSocket, type Socket } from './socket.ts'

export interface Group {
  route: SocketRoute
  /** Empty where the route has no subscriptions. */
  topic: string
  times: Timetable
  /** Ids of sockets begin with it, so that no two of a run are the same. */
  name: string
  /** Epoch milliseconds at which the window began. */
  start: number
  /** Longest wait for what was under way when the hold ended, in milliseconds. */
  patience: number
  authorization: Authorization
}

const COUNTERS: Readonly<Record<SocketCount, { add(value: number): void }>> = {
  opened: metrics.wsOpened,
  greeted: metrics.wsGreeted,
  subscribed: metrics.wsSubscribed,
  held: metrics.wsHeld,
  closed_early: metrics.wsClosedEarly,
  pings: metrics.wsPings,
  pongs: metrics.wsPongs,
  pongs_missing: metrics.wsPongsMissing,
  events: metrics.wsEvents,
  events_lost: metrics.wsEventsLost,
  events_duplicated: metrics.wsEventsDuplicated,
  events_out_of_order: metrics.wsEventsOutOfOrder,
  wrong_frames: metrics.wsWrongFrames,
  clock_skewed: metrics.wsClockSkewed,
}

const FLUSH_MS = 1000
/** An event that was on its way when the hold ended has this long to arrive. */
const DRAIN_MS = 500
const DRAIN_LOOK_MS = 50

/** Shows the first of each kind, since they are counted anyway. */
const tell = (route: SocketRoute, kind: string, why: string) => show(route.name, kind, { status: 0, body: '', error: '' }, why)

class Member {
  readonly session: SocketSession
  readonly #group: SocketGroup
  #socket: Socket | undefined
  #state: 'connecting' | 'open' | 'closing' | 'ended' = 'connecting'

  constructor(group: SocketGroup, session: SocketSession) {
    this.#group = group
    this.session = session
  }

  connect(url: string, headers: Readonly<Record<string, string>>): void {
    this.#socket = openSocket(url, this.#group.route.name, headers, this)
  }

  send(text: string | undefined): void {
    if (text !== undefined) this.#socket?.send(text)
  }

  opened(): void {
    // Given up before: nobody waits for it any more.
    if (this.#state !== 'connecting') this.#socket?.close()
    else {
      this.#state = 'open'
      this.send(this.session.opened())
    }
  }

  received(data: string | undefined, at: number): void {
    if (this.#state === 'open') this.#group.received(this.session, data, at)
  }

  ended(error: string | undefined, code: number | undefined): void {
    const { route } = this.#group
    if (this.#state === 'connecting')
      this.#refused(handshakeFailure(error ?? ''), error ?? 'the connection ended in the handshake')
    else if (this.#state === 'open') {
      this.session.lost()
      tell(route, 'closed_early', `closed a socket that was to be held, with code ${code ?? 'none'}${error ? `: ${error}` : ''}`)
    } else if (this.#state === 'closing' && code === 1000) metrics.wsClosed.add(1)
    this.#state = 'ended'
  }

  close(): void {
    if (this.#state === 'open') {
      this.#state = 'closing'
      this.#socket?.close()
    } else if (this.#state === 'connecting') {
      // k6 itself would wait a minute for it.
      this.#refused('timeout', 'the handshake was not answered')
      this.#state = 'ended'
    }
  }

  #refused(failure: string, why: string): void {
    metrics.wsRefused.add(1, { class: failure })
    tell(this.#group.route, failure, `did not open a socket: ${why}`)
  }
}

class SocketGroup {
  readonly route: SocketRoute
  readonly #given: Group
  readonly #members: Member[] = []
  readonly #tally = new Tally()
  readonly #read = frameReader()
  readonly #observer: SocketObserver
  readonly #headers: Readonly<Record<string, string>>
  #phase: 'opening' | 'holding' | 'draining' | 'closing' | 'over' = 'opening'
  #pinged = 0
  #closed = 0
  #closingFrom = 0
  #lastSeen = 0
  #lastInHold = 0
  #flushedAt = 0
  #ticks = 0

  constructor(given: Group) {
    const { route, authorization } = given
    this.#given = given
    this.route = route
    this.#headers = route.auth && route.shape.token === false ? authorization.carry({}) : {}
    const tally = this.#tally
    this.#observer = {
      count: (what, by) => tally.count(what, by),
      roundTrip: (ms) => metrics.wsPingMs.add(ms),
      lag: (ms) => metrics.wsEventLagMs.add(ms),
      wrong: (why) => tell(route, 'wrong_frame', why),
    }
  }

  received(session: SocketSession, data: string | undefined, at: number): void {
    const seq = session.received(data === undefined ? undefined : this.#read(data), at)
    if (seq !== undefined && seq > this.#lastSeen) this.#lastSeen = seq
  }

  /** Does what is due, and comes again when the next thing is. */
  run(due = 0): void {
    const now = Date.now() - this.#given.start
    if (due > 0) {
      this.#ticks++
      metrics.wsLateMs.add(now - due)
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
      metrics.scriptErrors.add(1)
      throw error
    }
  }

  /** @returns when the next thing is due */
  #advance(now: number): number {
    const { times } = this.#given
    if (this.#phase === 'opening') {
      while (this.#members.length < times.sockets && times.openAt(this.#members.length) <= now) this.#open()
      if (now < times.holdFrom) return this.#members.length < times.sockets ? times.openAt(this.#members.length) : times.holdFrom
      for (const { session } of this.#members) session.holdBegins()
      this.#phase = 'holding'
    }
    if (this.#phase === 'holding') {
      for (; this.#pinged < times.pings && times.pingAt(this.#pinged) <= now; this.#pinged++) this.#ping()
      if (now < times.holdTo) return this.#pinged < times.pings ? times.pingAt(this.#pinged) : times.holdTo
      for (const { session } of this.#members) session.holdEnds()
      this.#lastInHold = this.#lastSeen
      this.#phase = 'draining'
    }
    if (this.#phase === 'draining') {
      const early = now < times.holdTo + DRAIN_MS
      const waiting = early || this.#members.some(({ session }) => session.waiting)
      if (waiting && now < times.holdTo + this.#given.patience) return now + DRAIN_LOOK_MS
      for (const { session } of this.#members) session.settle(this.#lastInHold)
      this.#phase = 'closing'
      this.#closingFrom = now
    }
    const { length } = this.#members
    for (; this.#closed < length && times.closeAfter(this.#closed) <= now - this.#closingFrom; this.#closed++)
      this.#members[this.#closed]?.close()
    if (this.#closed >= length) this.#phase = 'over'
    return this.#closingFrom + times.closeAfter(this.#closed)
  }

  #open(): void {
    const { route, topic, authorization, name } = this.#given
    authorization.renewIfDue()
    const member = new Member(this, new SocketSession(route.shape, topic, this.#observer))
    const url = socketUrl(route, authorization.token(), `${name}-${this.#members.length}`)
    this.#members.push(member)
    member.connect(url, this.#headers)
  }

  #ping(): void {
    const member = this.#members[this.#pinged % this.#members.length]
    member?.send(member.session.ping(Date.now()))
  }

  #flush(now: number): void {
    this.#flushedAt = now
    this.#tally.empty((what, count) => COUNTERS[what].add(count))
    metrics.wsTicks.add(this.#ticks)
    this.#ticks = 0
  }
}

/** Returns at once; k6 ends the iteration when the last socket has closed. */
export function holdGroup(group: Group): void {
  new SocketGroup(group).run()
}
