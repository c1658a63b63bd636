/** Evidence beside the gates that contradicts a pass. Pure. */
import { valueText } from '../../lib/summary/wording.ts'
import { count } from '../base/figures.ts'
import type { Reason } from '../results/verdict-model.ts'
import type { RunFacts } from './run-facts.ts'

const UNLIKE =
  "Look into the gateway's log of that time for what was not asked by k6; the probe sends what k6 sends, under the same name, from the same machine."

const differences = ({ generator }: RunFacts, proving: boolean): Reason[] =>
  (generator?.differences ?? [])
    .filter(({ proves }) => proves === proving)
    .map(({ sentence }) => ({ code: proving ? 'clients_differ' : 'probe_disagrees', sentence, advice: UNLIKE }))

/** The control probe, which is a user as k6 is, was answered by the gateway itself as no user may be. */
export const unlike = (facts: RunFacts): Reason[] => differences(facts, true)

function notReconciled({ reconciliation }: RunFacts): Reason[] {
  if (reconciliation?.finding === 'unexplained')
    return [{ code: 'reconciliation_unexplained', sentence: reconciliation.sentences[0] ?? '', advice: reconciliation.advice }]
  if (reconciliation?.finding !== 'not-reconciled') return []
  const [first = '', ...others] = reconciliation.sentences
  return [
    {
      code: 'not_reconciled',
      sentence: `The request counts do not reconcile. ${first}`,
      advice: `${others.length > 0 ? `${count(others.length, 'more finding')} in reconciliation.json. ` : ''}${reconciliation.advice}`,
    },
  ]
}

function clockSet({ clockJump }: RunFacts): Reason[] {
  if (clockJump === 0) return []
  return [
    {
      code: 'clock_jumped',
      sentence: `The clock of this machine was set ${clockJump > 0 ? 'forward' : 'back'} by ${valueText(Math.abs(clockJump) / 1000, '')} s during the run: when a window began, when a token ends and how late an event came is not known.`,
      advice: 'Let time servers correct the clock gradually (chrony, ntpd -x), keep the machine from sleeping, and run again.',
    },
  ]
}

/** What takes a pass away whatever the gates say, and is told beside anything else. */
export const doubtsOf = (facts: RunFacts): Reason[] => [
  ...clockSet(facts),
  // k6's green then rests on one of two witnesses who contradict each other.
  ...differences(facts, false),
  ...notReconciled(facts),
]
