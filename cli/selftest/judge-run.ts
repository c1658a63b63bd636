/** One run against what was expected of it. Pure. */
import type { Gate } from '../../lib/gates/model.ts'
import type { VerdictName } from '../results/verdict-model.ts'
import { idleIn, matchesOne } from './pattern.ts'
import type { Case } from './suite.ts'

export interface FoundGate {
  name: string
  kind: Gate['kind']
  ok: boolean
}

/** What came of a run. */
export interface Found {
  /** `none`: the run has left no verdict. */
  verdict: VerdictName | 'none'
  /** Empty where the run has left no summary. */
  gates: FoundGate[]
  /** The run's first reason, or what went wrong with the run itself. */
  sentence: string
  /** Code of that reason; null where there is none. */
  reason: string | null
  /** By the run's own evidence, k6 was kept from the cores or measured its own queue. */
  disturbed: boolean
  /** Where the run has written what a terminal or a CI system would obey, or a token. */
  spoilt: string[]
}

/** How a gate stands to what was expected of it. */
export type Mark = 'green' | 'red' | 'may' | 'missed' | 'unexpected'

export interface JudgedRun {
  ok: boolean
  /** Not as expected, and nothing but what a machine does that is too busy: no gate was missed, and there is no pass. */
  unshown: boolean
  marks: Record<string, Mark>
  /** Sentences; empty where the run was as expected. */
  problems: string[]
}

function markOf({ red, may = {} }: Case, { name, ok }: FoundGate): Mark {
  if (matchesOne(Object.keys(may), name)) return ok ? 'green' : 'may'
  const due = matchesOne(red, name)
  if (due) return ok ? 'missed' : 'red'
  return ok ? 'green' : 'unexpected'
}

const listed = (names: readonly string[]): string => names.join(', ')

export function judgeRun(expected: Case, found: Found): JudgedRun {
  const marks = Object.fromEntries(found.gates.map((gate) => [gate.name, markOf(expected, gate)]))
  const named = (mark: Mark): string[] => Object.keys(marks).filter((name) => marks[name] === mark)
  const [missed, unexpected] = [named('missed'), named('unexpected')]
  const names = found.gates.map(({ name }) => name)
  const idle = [...expected.red, ...Object.keys(expected.may ?? {})].flatMap((pattern) => idleIn(pattern, names))
  /** Whatever the machine does. */
  const wrong = [
    ...(found.gates.length > 0 ? [] : [`the run has judged no gate: ${found.sentence}`]),
    ...(missed.length === 0 ? [] : [`missed, as these stayed green: ${listed(missed)}`]),
    ...(found.spoilt.length === 0 ? [] : [`a gateway wrote on ${listed(found.spoilt)}`]),
    ...(found.gates.length === 0 || idle.length === 0 ? [] : [`no gate is called ${listed(idle)}`]),
  ]
  const problems = [
    ...(found.verdict === expected.verdict
      ? []
      : [`the verdict is ${found.verdict}, not ${expected.verdict}: ${found.sentence}`]),
    ...(unexpected.length === 0 ? [] : [`red although nothing was wrong there: ${listed(unexpected)}`]),
    ...wrong,
  ]
  const ok = problems.length === 0
  const decided = found.verdict === 'fail' || found.verdict === 'invalid' || found.verdict === expected.verdict
  return { ok, unshown: !ok && found.disturbed && wrong.length === 0 && decided, marks, problems }
}
