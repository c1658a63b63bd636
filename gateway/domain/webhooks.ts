import { randomUUID } from 'node:crypto'

export interface Webhook {
  readonly id: string
  readonly url: string
  readonly events: readonly string[]
  readonly created_at: number
  delivered: number
  failed: number
  pending: number
}

export interface PublishedEvent {
  readonly id: string
  readonly type: string
  readonly data: unknown
}

/** Sends one event to one URL; false when the receiver did not take it. */
export type Send = (url: string, event: PublishedEvent) => Promise<boolean>

/** Delivered inside the gateway and only counted. */
export const SINK = 'internal:sink'

// About 1 KiB each; the oldest goes. Deliveries wait in a queue of their own bound.
export const MAX_WEBHOOKS = 10_000
export const MAX_QUEUED = 50_000
const CONCURRENT = 32

interface Job {
  readonly webhook: Webhook
  readonly event: PublishedEvent
}

/** Registered webhooks, and the queue in which each published event reaches each matching one once. */
export class Webhooks {
  delivered = 0
  failed = 0
  readonly #webhooks = new Map<string, Webhook>()
  readonly #byType = new Map<string, Set<Webhook>>()
  readonly #send: Send
  readonly #copies: () => number
  #queue: Job[] = []
  #head = 0
  #underWay = 0

  /** `copies` says how often a delivery is made: once, unless something is meant to go wrong. */
  constructor(send: Send, copies: () => number = () => 1) {
    this.#send = send
    this.#copies = copies
  }

  create(url: string, events: readonly string[]): Webhook {
    if (this.#webhooks.size >= MAX_WEBHOOKS) {
      const [oldest] = this.#webhooks.values()
      if (oldest) this.#remove(oldest)
    }
    const webhook: Webhook = { id: randomUUID(), url, events, created_at: Date.now(), delivered: 0, failed: 0, pending: 0 }
    this.#webhooks.set(webhook.id, webhook)
    for (const type of events) {
      const subscribed = this.#byType.get(type) ?? new Set()
      this.#byType.set(type, subscribed.add(webhook))
    }
    return webhook
  }

  get(id: string): Webhook | undefined {
    return this.#webhooks.get(id)
  }

  /** In the order of their creation. */
  list(limit: number, offset: number): { readonly total: number; readonly items: Webhook[] } {
    const items: Webhook[] = []
    let at = 0
    for (const webhook of this.#webhooks.values()) {
      if (at++ < offset) continue
      if (items.length === limit) break
      items.push(webhook)
    }
    return { total: this.#webhooks.size, items }
  }

  publish(type: string, data: unknown): { readonly id: string; readonly matched: number } {
    const event: PublishedEvent = { id: randomUUID(), type, data }
    const matching = this.#byType.get(type)
    if (!matching) return { id: event.id, matched: 0 }
    const sinks: Webhook[] = []
    for (const webhook of matching)
      for (let copy = this.#copies(); copy > 0; copy--) {
        webhook.pending++
        if (webhook.url === SINK) sinks.push(webhook)
        else this.#enqueue({ webhook, event })
      }
    // One turn later: the answer to the publisher does not wait for deliveries.
    if (sinks.length > 0) setImmediate(() => this.#sink(sinks))
    return { id: event.id, matched: matching.size }
  }

  clear(): void {
    this.#webhooks.clear()
    this.#byType.clear()
    this.#queue = []
    this.#head = 0
    this.delivered = 0
    this.failed = 0
  }

  #remove(webhook: Webhook): void {
    this.#webhooks.delete(webhook.id)
    for (const type of webhook.events) {
      const subscribed = this.#byType.get(type)
      if (subscribed?.delete(webhook) && subscribed.size === 0) this.#byType.delete(type)
    }
  }

  #enqueue(job: Job): void {
    if (this.#queue.length - this.#head >= MAX_QUEUED) {
      this.#settle(job.webhook, false)
      return
    }
    this.#queue.push(job)
    this.#work()
  }

  #work(): void {
    while (this.#underWay < CONCURRENT) {
      const job = this.#queue[this.#head]
      if (!job) break
      this.#head++
      this.#underWay++
      const finish = (taken: boolean): void => {
        this.#underWay--
        this.#settle(job.webhook, taken)
        this.#work()
      }
      this.#send(job.webhook.url, job.event).then(finish, () => finish(false))
    }
    // Moving the head is cheap; now and then the part behind it is given back.
    if (this.#head > 1000 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }

  #sink(webhooks: readonly Webhook[]): void {
    for (const webhook of webhooks) this.#settle(webhook, true)
  }

  #settle(webhook: Webhook, taken: boolean): void {
    webhook.pending--
    if (taken) {
      webhook.delivered++
      this.delivered++
    } else {
      webhook.failed++
      this.failed++
    }
  }
}

/** A gateway under test must not be talked into calling anybody else. */
export function isDeliverable(url: string): boolean {
  if (url === SINK) return true
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return (protocol === 'http:' || protocol === 'https:') && /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname)
}
