/** What instances that were watched by `loadgate run` have left of their probe and their reconciliation: where nobody looked at the whole, the worst of it. Pure. */

import type { GeneratorEvidence } from '../generator/evidence-model.ts'
import type { Generator } from '../generator/generator.ts'
import type { Counting } from '../reconcile/reconcile.ts'
import type { Reconciliation } from '../reconcile/reconciliation-model.ts'

/** What was seen beside the instances; absent where nobody looked. */
export interface Looked {
  reconciliation?: Pick<Counting, 'file'>
  generator?: Pick<Generator, 'evidence'>
}

export interface Left {
  /** Place of the instance. */
  instance: number
  /** Folder. */
  from: string
  reconciliation: Reconciliation | undefined
  generator: GeneratorEvidence | undefined
}

/** Worst first; nothing is said by what was not checked. */
const FINDINGS: readonly Reconciliation['finding'][] = ['not-reconciled', 'unexplained', 'reconciled']

const rankOf = ({ differences }: GeneratorEvidence): number =>
  differences.some(({ proves }) => proves) ? 0 : differences.length > 0 ? 1 : 2

/** @returns the parts of an outcome that there is evidence for */
export function leftBy(all: readonly Left[]): Looked {
  const of = ({ instance, from }: Left, sentence: string): string => `Of instance ${instance} (${from}): ${sentence}`
  const [checked] = FINDINGS.flatMap((finding) => all.filter(({ reconciliation }) => reconciliation?.finding === finding))
  const [probed] = all
    .flatMap((one) => (one.generator?.probe_rate == null ? [] : [{ one, generator: one.generator }]))
    .sort((a, b) => rankOf(a.generator) - rankOf(b.generator))
  const reconciliation = checked?.reconciliation && {
    ...checked.reconciliation,
    sentences: checked.reconciliation.sentences.map((text) => of(checked, text)),
  }
  const generator = probed && {
    ...probed.generator,
    sentence: of(probed.one, probed.generator.sentence),
    differences: probed.generator.differences.map((one) => ({ ...one, sentence: of(probed.one, one.sentence) })),
    // Of one that was short of cores the fleet says so; it does not speak for the others.
    cpu_starved: null,
    windows: probed.generator.windows.map((window) => ({ ...window, bound: false, cpu_starved: false })),
  }
  return {
    ...(reconciliation === undefined ? {} : { reconciliation: { file: () => reconciliation } }),
    ...(generator === undefined ? {} : { generator: { evidence: () => generator } }),
  }
}
