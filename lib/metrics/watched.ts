/** What is read of the gateway's own metrics. */

/** What is watched, and the metric that says it unless the target file names another. */
export const WATCHED = {
  /** Bytes of resident memory. */
  memory: 'process_resident_memory_bytes',
  /** Seconds of CPU time, a counter. */
  cpu: 'process_cpu_seconds_total',
  /** Start of the process, in seconds since the epoch. */
  start: 'process_start_time_seconds',
  /** Open connections. */
  connections: 'gateway_active_connections',
  /** Lookups that the cache could answer, a counter. */
  hits: 'gateway_cache_hits_total',
  /** Lookups that it could not, a counter. */
  misses: 'gateway_cache_misses_total',
} as const

export type WatchedName = keyof typeof WATCHED
/** `false`: the gateway does not say it. */
export type WatchedMetrics = Readonly<Partial<Record<WatchedName, string | false | undefined>>>

/** Names that a gateway has no metric for. */
export const unwatched = (metrics: WatchedMetrics = {}): WatchedName[] =>
  (Object.keys(WATCHED) as WatchedName[]).filter((name) => metrics[name] === false)
