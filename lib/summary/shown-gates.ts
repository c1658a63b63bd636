/** Which gates a reader must see one by one, and which can be folded into a line. */
import type { GateResult } from './model.ts'
import { failedFirst, keyText } from './wording.ts'

/** Gates that no thresholds file asks for: evidence, and what must be zero anyway. */
const isRoutine = ({ kind, unit, bound, limit }: GateResult): boolean =>
  kind !== 'limit' || (unit === 'count' && bound === 'max' && limit === 0)

export interface ShownGates {
  /** Failed first; every one that did not hold is among them. */
  shown: GateResult[]
  /** Held, and what every run has. */
  folded: GateResult[]
  /** What the folded ones look at: `samples, wrong answers, shed`. */
  foldedKeys: string
}

export function shownGates(gates: readonly GateResult[]): ShownGates {
  const folds = (gate: GateResult): boolean => gate.ok && isRoutine(gate)
  const folded = gates.filter(folds)
  return {
    shown: failedFirst(gates.filter((gate) => !folds(gate))),
    folded,
    foldedKeys: [...new Set(folded.map(({ key }) => keyText(key)))].join(', '),
  }
}
