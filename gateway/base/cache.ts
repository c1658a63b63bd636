import { LRUCache } from 'lru-cache'

/** A bounded response cache that counts what it did. */
export class ResponseCache<Value extends object> {
  hits = 0
  misses = 0
  readonly #entries: LRUCache<string, Value>

  constructor(size: number) {
    this.#entries = new LRUCache({ max: size })
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) this.misses++
    else this.hits++
    return value
  }

  /** A lookup that finds nothing. */
  miss(): undefined {
    this.misses++
    return undefined
  }

  set(key: string, value: Value): void {
    this.#entries.set(key, value)
  }

  clear(): void {
    this.#entries.clear()
    this.hits = 0
    this.misses = 0
  }
}
