/** `selftest.json`: which faults each gate has seen, for programs that read it back. */
import type { Gate } from '../../lib/gates/model.ts'
import type { Machine, VerdictName } from '../results/verdict-model.ts'
import type { CoveredGate } from './coverage.ts'
import type { Mark } from './judge-run.ts'

/** Raised when a reader of the old shape would misread the new. */
export const SELFTEST_SCHEMA = 'loadgate.selftest/1'

export interface RunReport {
  script: string
  suite: string
  case: string
  /** Why the table expects what it expects. */
  why: string
  faults: string[]
  verdict: { expected: VerdictName; found: VerdictName | 'none' }
  ok: boolean
  /** Not as expected, but by its own evidence disturbed, and nothing was missed: it has shown nothing. */
  unshown: boolean
  problems: string[]
  /** The run's own first reason. */
  sentence: string
  /** Code of that reason; null where there is none. */
  reason: string | null
  /** What is known of the generator; a busy machine shows here. */
  generator: string | null
  gates: { name: string; kind: Gate['kind']; mark: Mark }[]
  seconds: number
  /** Folder of the run; null where it was as expected and is gone. */
  folder: string | null
}

export interface SelftestReport {
  schema: typeof SELFTEST_SCHEMA
  /** Every run was as expected, none is missing, and every gate can be turned red. */
  ok: boolean
  /** What is not so, in sentences. */
  problems: string[]
  selection: string
  interrupted: boolean
  loadgate: string
  k6: string
  machine: Machine
  started_at: string
  finished_at: string
  runs: { planned: number; done: number; clean: number; faults: number; as_expected: number }
  results: RunReport[]
  /** By script; absent where not every suite of the script has had its clean run. */
  coverage: Record<string, CoveredGate[]>
}
