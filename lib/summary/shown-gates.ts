/** Which gates a reader must see one by one, and which can be folded into a line. */
import { kindOf } from '../gates/catalogue.ts'
import type { GateResult } from '../gates/model.ts'
import { failedFirst } from './wording.ts'

/** Evidence, what must be zero anyway, and what had nothing to look at and holds for that. */
const isRoutine = ({ kind, unit, bound, limit, measured }: GateResult): boolean =>
  kind !== 'limit' || measured === null || (unit === 'count' && bound === 'max' && limit === 0)

/** A limit on a metric is known by the metric, everything else by what is measured. */
const nameOf = (gate: GateResult): string =>
  gate.window === 'run' && gate.endpoint !== '*' && kindOf(gate)?.kind !== 'evidence' ? gate.endpoint : gate.label

export interface ShownGates {
  /** Failed first; every one that did not hold is among them. */
  shown: GateResult[]
  /** All held. */
  folded: GateResult[]
  /** What the folded ones look at: `samples, failed checks, ws_refused`. */
  foldedNames: string
}

export function shownGates(gates: readonly GateResult[]): ShownGates {
  const folds = (gate: GateResult): boolean => gate.ok && isRoutine(gate)
  const folded = gates.filter(folds)
  return {
    shown: failedFirst(gates.filter((gate) => !folds(gate))),
    folded,
    foldedNames: [...new Set(folded.map(nameOf))].join(', '),
  }
}
