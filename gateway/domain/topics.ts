import { LRUCache } from 'lru-cache'
import { textFrame } from '../base/frame.ts'

/** One event, written once for all who get it. */
export interface TopicEvent {
  readonly seq: number
  readonly text: string
  /** The text as it goes over the wire. */
  readonly frame: Buffer
}

/** One who receives the events of topics. */
export interface Subscriber {
  deliver(event: TopicEvent): void
}

interface Topic {
  readonly name: string
  /** Part of the interval at whose end its events are due. */
  readonly turn: number
  seq: number
  /** Each subscriber and the number after which its events begin. */
  readonly subscribers: Map<Subscriber, number>
}

// A topic that nobody listens to keeps only its number, and only so many of them are remembered.
export const MAX_IDLE_TOPICS = 10_000
/** Parts of an interval: events of different topics do not all fall into the same moment. */
const MOST_TURNS = 10
const LEAST_TURN_MS = 20
/** Subscribers served in one go, so that ten thousand of them do not hold up everybody else. */
const SLICE = 200

/** All topics of one event interval. One timer serves them all, and a frame is written once for all its receivers. */
export class Topics {
  readonly #live = new Map<string, Topic>()
  readonly #idle = new LRUCache<string, Topic>({ max: MAX_IDLE_TOPICS })
  readonly #turns: number
  readonly #turnMs: number
  readonly #write: (topic: string, seq: number) => string
  /** Topics whose next event is due; one that is late is due once. */
  readonly #due = new Set<Topic>()
  #timer: NodeJS.Timeout | undefined
  #made = 0
  #turn = 0
  #dueAt = 0
  #sending = false

  constructor(intervalMs: number, write: (topic: string, seq: number) => string) {
    this.#turns = Math.min(MOST_TURNS, Math.max(1, Math.floor(intervalMs / LEAST_TURN_MS)))
    this.#turnMs = intervalMs / this.#turns
    this.#write = write
  }

  /** The number before the first event that this subscriber will get. */
  subscribe(name: string, subscriber: Subscriber): number {
    const topic = this.#live.get(name) ?? this.#idle.get(name) ?? this.#make(name)
    this.#idle.delete(name)
    this.#live.set(name, topic)
    if (!topic.subscribers.has(subscriber)) topic.subscribers.set(subscriber, topic.seq)
    this.#start()
    return topic.seq
  }

  unsubscribe(name: string, subscriber: Subscriber): void {
    const topic = this.#live.get(name)
    if (!topic?.subscribers.delete(subscriber) || topic.subscribers.size > 0) return
    this.#live.delete(name)
    this.#idle.set(name, topic)
    if (this.#live.size === 0) this.stop()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#due.clear()
  }

  clear(): void {
    this.#idle.clear()
    for (const topic of this.#live.values()) topic.seq = 0
  }

  #make(name: string): Topic {
    return { name, turn: this.#made++ % this.#turns, seq: 0, subscribers: new Map() }
  }

  #start(): void {
    if (this.#timer !== undefined) return
    this.#turn = 0
    this.#dueAt = performance.now() + this.#turnMs
    this.#timer = setTimeout(() => this.#tick(), this.#turnMs)
  }

  #tick(): void {
    // The next tick is due at a fixed distance from this one's due time; after a long pause, from now.
    const now = performance.now()
    this.#dueAt = Math.max(this.#dueAt + this.#turnMs, now)
    this.#timer = setTimeout(() => this.#tick(), this.#dueAt - now)
    this.#turn = (this.#turn + 1) % this.#turns
    for (const topic of this.#live.values()) if (topic.turn === this.#turn) this.#due.add(topic)
    if (!this.#sending) void this.#send()
  }

  async #send(): Promise<void> {
    this.#sending = true
    let inSlice = 0
    for (const topic of this.#due) {
      this.#due.delete(topic)
      const seq = ++topic.seq
      const text = this.#write(topic.name, seq)
      const event = { seq, text, frame: textFrame(text) }
      for (const [subscriber, after] of topic.subscribers) {
        // Whoever came while this was being sent was told this number already.
        if (after >= seq) continue
        subscriber.deliver(event)
        if (++inSlice < SLICE) continue
        inSlice = 0
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    this.#sending = false
  }
}
