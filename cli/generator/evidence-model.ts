/** `generator.json`: whether the generator had room to measure, or was its own bottleneck. */
import type { Comparison, Latency } from './comparison.ts'

export const GENERATOR_SCHEMA = 'loadgate.generator/1'

export interface WindowEvidence {
  window: string
  /** Where the probe sent another mix: the quickest endpoint that both have asked, whose figures `k6` are; null: those of the whole window. */
  endpoint: string | null
  /** As k6 saw it; null where it saw nothing. */
  k6: Latency | null
  /** As the control probe saw it; null where it has no sample. */
  probe: (Latency & { samples: number; failed: number }) | null
  /** Null where there is too little to compare. */
  comparison: Comparison | null
  /**
   * Cores that k6 used on average, the share of the time that it was kept from them, and the seconds of each second that its threads
   * stood ready without one; the cores that programs outside the run used, and the share of the seconds in which those left nothing.
   * Null where nobody knows.
   */
  cpu: { used: number; stolen: number; throttled: number; waited: number; others: number; crowded: number } | null
  /** k6 had cores to spare and began what was due in time: a latency that it read is none of its own making. */
  room: boolean
  /** k6 measured its own queue. */
  bound: boolean
  /** Others kept k6 from the cores: what was late or missing may be so for that alone, whatever the probe saw, which ran beside it. */
  starved: boolean
}

/** Something that the probe has seen and k6 has not, by more than chance, and that would have broken a limit. */
export interface Difference {
  /** The gateway itself has answered the probe wrongly, or cut or refused its connections: no matter of time or of this machine. */
  proves: boolean
  sentence: string
}

/** Requests of the probe that were not answered rightly. */
export interface ProbeFailures {
  endpoint: string
  class: string
  count: number
  /** One of them: its status, 0 where no answer came, and the end of the sentence "the answer …". */
  status: number
  why: string
}

export interface GeneratorEvidence {
  schema: typeof GENERATOR_SCHEMA
  /**
   * - `agree`: k6 and the probe saw the same, failures as well as latencies
   * - `differ`: they did not, and it was not for k6's own queue
   * - `generator-bound`: k6 measured its own queue in one window at least
   * - `unknown`: there is too little to say
   */
  finding: 'agree' | 'differ' | 'generator-bound' | 'unknown'
  /** One sentence on the finding. */
  sentence: string
  /** One sentence on the window that k6 was kept from the cores most; null where it had them when it needed them. */
  starved: string | null
  /** k6's figures may be this many times the probe's, and this many milliseconds above them. */
  factor: number
  floor_ms: number
  /** How k6's runtime was set up. */
  tuning: string
  cores: number
  /** Requests a second that the probe added to the load; null where there was none, with the reason. */
  probe_rate: number | null
  no_probe: string | null
  sending_p99_ms: number | null
  /** From the planned start of an iteration to its real one; null where starts are not planned evenly, or some were dropped. */
  start_lag_ms: { p95: number; p99: number; max: number } | null
  /** How the planned rate stands to what a calibration found this machine to send; null where nobody asked. */
  headroom: string | null
  windows: WindowEvidence[]
  failures: ProbeFailures[]
  differences: Difference[]
}
