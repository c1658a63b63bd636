import { Counter, Gauge, Registry } from 'prom-client'

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const
const DURATION = 'gateway_request_duration_seconds'

/** One route's counts. A request costs two array writes; labels are put together only when scraped. */
export class RouteMeter {
  readonly method: string
  readonly route: string
  /** By status code, as codes run from 100 to 599. */
  readonly statuses = new Float64Array(600)
  readonly buckets = new Float64Array(BUCKETS.length + 1)
  sum = 0

  constructor(method: string, route: string) {
    this.method = method
    this.route = route
  }

  observe(status: number, seconds: number): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1
    this.sum += seconds
    let slot = 0
    while (slot < BUCKETS.length && seconds > (BUCKETS[slot] ?? 0)) slot++
    this.buckets[slot] = (this.buckets[slot] ?? 0) + 1
  }

  reset(): void {
    this.statuses.fill(0)
    this.buckets.fill(0)
    this.sum = 0
  }
}

/** What only other parts know, read when scraped. */
export interface MetricSources {
  connections(): { http: number; ws: number; sse: number }
  cache(): { hits: number; misses: number }
  rateLimited(): number
  deliveries(): { delivered: number; failed: number }
  startedAtMs(): number
}

export class Metrics {
  readonly #registry = new Registry()
  readonly #meters = new Map<string, RouteMeter>()
  #cpuBaseline = { user: 0, system: 0 }

  get contentType(): string {
    return this.#registry.contentType
  }

  meter(method: string, route: string): RouteMeter {
    const key = `${method} ${route}`
    let meter = this.#meters.get(key)
    if (!meter) {
      meter = new RouteMeter(method, route)
      this.#meters.set(key, meter)
    }
    return meter
  }

  /** As after a restart of the process: every count begins at zero again. */
  reset(): void {
    for (const meter of this.#meters.values()) meter.reset()
    this.#cpuBaseline = process.cpuUsage()
  }

  async render(): Promise<string> {
    return `${await this.#registry.metrics()}${this.#renderDurations()}`
  }

  expose(sources: MetricSources): void {
    const { meters, counter, gauge } = { meters: this.#meters, counter: this.#counter, gauge: this.#gauge }
    counter.call(this, 'gateway_requests_total', 'Requests answered', ['method', 'route', 'status'], (set) => {
      for (const { method, route, statuses } of meters.values())
        statuses.forEach((count, status) => {
          if (count > 0) set(count, { method, route, status })
        })
    })
    gauge.call(this, 'gateway_active_connections', 'Open connections', ['kind'], (set) => {
      for (const [kind, value] of Object.entries(sources.connections())) set(value, { kind })
    })
    counter.call(this, 'gateway_cache_hits_total', 'Response cache hits', [], (set) => set(sources.cache().hits))
    counter.call(this, 'gateway_cache_misses_total', 'Response cache misses', [], (set) => set(sources.cache().misses))
    counter.call(this, 'gateway_rate_limited_total', 'Requests answered 429', [], (set) => set(sources.rateLimited()))
    counter.call(this, 'gateway_webhook_deliveries_total', 'Webhook deliveries', ['result'], (set) => {
      for (const [result, value] of Object.entries(sources.deliveries())) set(value, { result })
    })
    gauge.call(this, 'process_resident_memory_bytes', 'Resident memory', [], (set) => set(process.memoryUsage.rss()))
    counter.call(this, 'process_cpu_seconds_total', 'User and system CPU time', [], (set) => {
      const { user, system } = process.cpuUsage(this.#cpuBaseline)
      set((user + system) / 1e6)
    })
    gauge.call(this, 'process_start_time_seconds', 'Start of the process since the epoch', [], (set) =>
      set(sources.startedAtMs() / 1000),
    )
  }

  #counter(name: string, help: string, labelNames: string[], read: Read): void {
    new Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset()
        read((value, labels = {}) => this.inc(labels, value))
      },
    })
  }

  #gauge(name: string, help: string, labelNames: string[], read: Read): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset()
        read((value, labels = {}) => this.set(labels, value))
      },
    })
  }

  // prom-client's histogram hashes its labels on every observation and cannot be filled from outside.
  #renderDurations(): string {
    const lines = [`# HELP ${DURATION} Time from the request's headers to the end of the answer`, `# TYPE ${DURATION} histogram`]
    for (const { method, route, buckets, sum } of this.#meters.values()) {
      const labels = `method="${method}",route="${route}"`
      let count = 0
      buckets.forEach((inBucket, slot) => {
        count += inBucket
        lines.push(`${DURATION}_bucket{le="${BUCKETS[slot] ?? '+Inf'}",${labels}} ${count}`)
      })
      lines.push(`${DURATION}_sum{${labels}} ${sum}`, `${DURATION}_count{${labels}} ${count}`)
    }
    return `${lines.join('\n')}\n`
  }
}

type Read = (set: (value: number, labels?: Record<string, string | number>) => void) => void
