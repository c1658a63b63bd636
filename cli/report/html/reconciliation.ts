/** The gateway's own count beside what was sent. */
import { valueText } from '../../../lib/summary/wording.ts'
import { count } from '../../base/figures.ts'
import type { Reconciliation } from '../../reconcile/reconciliation-model.ts'
import { type Column, figureCell, type Html, html, type Section, table } from './markup.ts'

const FINDINGS: Record<Reconciliation['finding'], string> = {
  reconciled: 'reconciled',
  'not-reconciled': 'not reconciled',
  unexplained: 'not checked, and nobody said why',
  'not-checked': 'not checked',
}

const number = (value: number): string => valueText(value, 'count', 12)

function row(
  { endpoints, routes, k6, probe, unanswered, counted, elsewhere, lost, extra }: Reconciliation['rows'][number],
  exclusive: boolean,
): Html {
  const found = [
    elsewhere > 0 && `${number(elsewhere)} answered elsewhere`,
    lost > 0 && `${number(lost)} never reached it`,
    extra > 0 && `${number(extra)} ${exclusive ? 'too many' : 'of others'}`,
  ].filter(Boolean)
  const red = elsewhere > 0 || (exclusive && extra > 0)
  return html`<tr class="${red ? 'broken' : 'held'}">
<th scope="row">${endpoints.length > 0 ? endpoints.join(', ') : 'nothing of this run'}</th>
<td data-label="Counted as">${routes.length > 0 ? routes.join(', ') : 'other routes'}</td>
${figureCell('k6', k6, number(k6))}
${figureCell('Probe and looks', probe, number(probe))}
${figureCell('Without an answer', unanswered, number(unanswered))}
${figureCell('The gateway', counted, number(counted))}
<td class="why">${red && html`<span class="red"><span aria-hidden="true">✗</span></span> `}${found.join(', ')}</td>
</tr>`
}

const COLUMNS: readonly Column[] = [
  { title: 'Endpoint' },
  { title: 'Counted as' },
  { title: 'k6', number: true },
  { title: 'Probe and looks', number: true },
  { title: 'Without an answer', number: true },
  { title: 'The gateway', number: true },
  { title: 'Found' },
]

export function reconciliationSection(reconciliation: Reconciliation | undefined): Section | undefined {
  if (reconciliation === undefined) return undefined
  const { finding, sentences, advice, counter, exclusive, tolerance, rows, apart, uncounted } = reconciliation
  const cut = tolerance.interrupted + tolerance.unpushed
  return {
    id: 'reconciliation',
    title: 'Reconciliation',
    count: FINDINGS[finding],
    red: finding === 'not-reconciled',
    folds: finding === 'reconciled',
    body: html`${sentences.map((sentence) => html`<p>${sentence}</p>`)}
${advice !== '' && html`<p>${advice}</p>`}
${counter !== null && html`<p class="quiet">By ${counter}, read before the load and after it. ${exclusive ? `Nobody else sends to this gateway. Tolerance: ${count(cut, 'request')} that k6 may have cut off at the end of a window.` : 'Others may send to this gateway as well: what it counted beyond this run is theirs.'}${apart.length > 0 && ` At another address, so not checked: ${apart.join(', ')}.`}${uncounted.length > 0 && ` Not counted there, as the target file says: ${uncounted.join(', ')}.`}</p>`}
${
  rows.length > 0 &&
  table(
    'What was sent beside what the gateway counted, by route',
    COLUMNS,
    rows.map((one) => row(one, exclusive)),
    'reconciliation',
  )
}`,
  }
}
