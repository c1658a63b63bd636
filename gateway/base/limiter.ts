import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Verdict } from './authorization.ts'

export interface Quota {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** Whole seconds until the window starts anew, at least 1. */
  readonly resetS: number
}

/** Takes one request from whatever windows it falls into. */
export type QuotaOf = (request: FastifyRequest, verdict: Verdict | null) => Quota

interface Window {
  count: number
  endsAt: number
}

// A key costs about 200 bytes: 10 MB when full.
const MAX_KEYS = 50_000

/** A fixed window per key, opened by the key's first request. */
export class Limiter {
  readonly #limit: number
  readonly #windowMs: number
  readonly #windows = new LRUCache<string, Window>({ max: MAX_KEYS })

  constructor(limit: number, windowMs = 1000) {
    this.#limit = limit
    this.#windowMs = windowMs
  }

  take(key: string, now = performance.now()): Quota {
    const limit = this.#limit
    let window = this.#windows.get(key)
    if (window === undefined) {
      window = { count: 0, endsAt: now + this.#windowMs }
      this.#windows.set(key, window)
    } else if (now >= window.endsAt) {
      window.count = 0
      window.endsAt = now + this.#windowMs
    }
    const allowed = window.count < limit
    if (allowed) window.count++
    return {
      allowed,
      limit,
      remaining: Math.max(0, limit - window.count),
      resetS: Math.max(1, Math.ceil((window.endsAt - now) / 1000)),
    }
  }
}
