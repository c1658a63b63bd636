/** The verdict as the last lines of a run. */
import { relative } from 'node:path'
import { valueText } from '../../lib/summary/wording.ts'
import { palette } from '../base/colour.ts'
import type { Reconciliation } from '../reconcile/reconciliation-model.ts'
import type { Example, Reason, Verdict, VerdictName } from '../results/verdict-model.ts'

const TITLES: Record<VerdictName, string> = { pass: 'PASS', fail: 'FAIL', invalid: 'INVALID', usage: 'USAGE' }
const MEANING: Record<VerdictName, string> = {
  pass: 'every gate held on sufficient evidence.',
  fail: 'the gateway broke a limit.',
  invalid: 'this run cannot say whether the gateway is good.',
  usage: 'the arguments or the configuration are wrong.',
}
/** Width of the names below a verdict, the longest of which is `reconciliation`. */
const NAME = 16
/** Reasons on the terminal; all of them are in verdict.json. */
const SHOWN = 5

export function headline({ verdict, gates, reasons }: Pick<Verdict, 'verdict' | 'gates' | 'reasons'>): string {
  const [first] = reasons
  if (first !== undefined) return first.sentence
  return verdict === 'pass' ? `All ${gates?.total ?? 0} gates held on sufficient evidence.` : MEANING[verdict]
}

/** One line where there is nothing to tell; what is among the reasons is not told twice. */
function reconciliationLines(reconciliation: Pick<Reconciliation, 'finding' | 'sentences'> | undefined): readonly string[] {
  if (reconciliation === undefined) return []
  return reconciliation.finding === 'not-reconciled'
    ? ['not reconciled: see reconciliation.json']
    : reconciliation.sentences.slice(0, SHOWN)
}

/** What was asked and what came: `GET http://… -> 200 in 2 ms: {}`. */
export const exampleText = ({ request, status, ms, body }: Example): string => {
  const answer = status === 0 ? 'no answer' : `${status}${ms === undefined ? '' : ` in ${valueText(ms, 'ms')}`}`
  return `${request === undefined ? '' : `${request} -> `}${answer}${status === 0 || body === '' ? '' : `: ${body}`}`
}

/** The first reason in full; of the others, the sentence is enough. */
function reasonLines({ advice, example, gates = [] }: Reason): [name: string, text: string][] {
  return [
    ...(example === undefined ? [] : [['example', exampleText(example)] as [string, string]]),
    ...(example?.curl === undefined ? [] : [['repeat', example.curl] as [string, string]]),
    ...gates.map((text, i): [string, string] => [i === 0 ? 'broke' : '', text]),
    ['next', advice],
  ]
}

/** As short as this folder allows. */
function shortest(path: string): string {
  const here = relative('.', path)
  return here === '' || here.startsWith('..') ? path : here
}

export function verdictLines(
  verdict: Verdict,
  results: string | undefined,
  colour: boolean,
  reconciliation?: Pick<Reconciliation, 'finding' | 'sentences'>,
): string[] {
  const { red, green, yellow, bold, dim } = palette(colour)
  const paint = { pass: green, fail: red, invalid: yellow, usage: yellow }[verdict.verdict]
  const [first, ...others] = verdict.reasons
  const more = others.length - (SHOWN - 1)
  const named = (name: string, text: string): string => `${dim(name.padEnd(NAME))}${text}`
  return [
    `${bold(paint(TITLES[verdict.verdict]))}  ${bold(headline(verdict))}`,
    ...(first ? reasonLines(first).map(([name, text]) => `  ${dim(name.padEnd(8))} ${text}`) : []),
    ...others.slice(0, SHOWN - 1).map(({ sentence }) => `  also: ${sentence}`),
    ...(more > 0 ? [`  and ${more} more, see verdict.json`] : []),
    '',
    ...reconciliationLines(reconciliation).map((line) => named('reconciliation', line)),
    ...(results === undefined ? [] : [named('results', results)]),
    ...(results === undefined || verdict.gates === null ? [] : [named('report', `npx loadgate open ${shortest(results)}`)]),
    named('repeat', verdict.command),
  ]
}
