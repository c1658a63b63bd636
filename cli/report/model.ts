/** What the page draws its charts from: a part of the recording, small enough to be read at once. */

/** A line of a chart: one value for each moment of its `t`, null where nothing was measured. */
export type Values = (number | null)[]

export interface PageWindow {
  name: string
  /** Seconds from the start of the load. */
  start: number
  end: number
  gated: boolean
}

/** A limit, drawn over the window that it holds in. */
export interface PageLimit {
  start: number
  end: number
  /** In the unit of the chart: milliseconds or requests a second. */
  value: number
  /** Such as `p95 ≤ 300 ms`. */
  label: string
  /** Where its label stands: on the side that good values are not on. */
  side: 'above' | 'below'
  ok: boolean
}

/** All endpoints together, or one of them. */
export interface PageView {
  /** `*` is all. */
  endpoint: string
  /** Seconds from the start of the load: the middle of what each value covers. Every value is one that was measured, none is an average. */
  t: number[]
  /** Requests a second; empty where nothing is planned. */
  offered: Values
  sent: Values
  right: Values
  dropped: Values
  /** Milliseconds. */
  p50: Values
  p95: Values
  p99: Values
  /** Failures a second by class. */
  failed: Record<string, Values>
  latencyLimits: PageLimit[]
  throughputLimits: PageLimit[]
  distribution: PageDistribution[]
}

/** How the answers of a window spread. */
export interface PageDistribution {
  window: string
  /** Upper edges of the buckets in milliseconds, ascending. */
  edges: number[]
  /** Share of the answers in each bucket (0..1). */
  shares: number[]
}

/** A chart of lines that share an axis and a unit. */
export interface PageChart {
  id: string
  title: string
  /** What it shows, where the title does not say it. */
  doc?: string
  unit: 'cores' | 'mib' | 'count' | 'ms' | 'share' | ''
  t: number[]
  lines: Record<string, Values>
  limits: PageLimit[]
}

export interface PageData {
  /** Seconds that were recorded, and the most points that a view draws of them. */
  seconds: number
  drawn: number
  end: number
  /** A script may have sockets or streams only. */
  hasRequests: boolean
  windows: PageWindow[]
  views: PageView[]
  /** CPU, memory, VUs. */
  machine: PageChart[]
  /** What the script measures beyond requests. */
  measured: PageChart[]
}
