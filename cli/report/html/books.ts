/** The gateway's own count beside what was sent. */
import { valueText } from '../../../lib/summary/wording.ts'
import type { BooksFile } from '../../books/books-model.ts'
import { count } from '../../figures.ts'
import { type Html, html } from './markup.ts'

const FINDINGS: Record<BooksFile['finding'], string> = {
  balanced: 'balanced',
  unbalanced: 'not balanced',
  'not-checked': 'not checked',
}

const number = (value: number): string => valueText(value, 'count', 12)

function row(
  { endpoints, routes, k6, probe, unanswered, counted, elsewhere, lost, extra }: BooksFile['rows'][number],
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
<td data-label="k6" class="number">${number(k6)}</td>
<td data-label="Probe and looks" class="number">${number(probe)}</td>
<td data-label="Without an answer" class="number">${number(unanswered)}</td>
<td data-label="The gateway" class="number">${number(counted)}</td>
<td class="why">${red && html`<span class="red"><span aria-hidden="true">✗</span></span> `}${found.join(', ')}</td>
</tr>`
}

export function booksSection(books: BooksFile | undefined): Html | undefined {
  if (books === undefined) return undefined
  const { finding, sentences, advice, counter, exclusive, tolerance, rows, apart } = books
  const cut = tolerance.interrupted + tolerance.unpushed
  return html`<section aria-labelledby="books">
<h2 id="books">Books <span class="count">${FINDINGS[finding]}</span></h2>
${sentences.map((sentence) => html`<p>${sentence}</p>`)}
${advice !== '' && html`<p>${advice}</p>`}
${counter !== null && html`<p class="quiet">By ${counter}, read before the load and after it. ${exclusive ? `Nobody else sends to this gateway. Tolerance: ${count(cut, 'request')} that k6 may have cut off at the end of a window.` : 'Others may send to this gateway as well: what it counted beyond this run is theirs.'}${apart.length > 0 && ` At another address, so not checked: ${apart.join(', ')}.`}</p>`}
${
  rows.length > 0 &&
  html`<div class="scroll" role="region" aria-label="What was sent beside what the gateway counted" tabindex="0"><table class="books">
<caption class="hidden">What was sent beside what the gateway counted, by route</caption>
<thead><tr><th scope="col">Endpoint</th><th scope="col">Counted as</th><th scope="col" class="number">k6</th><th scope="col" class="number">Probe and looks</th><th scope="col" class="number">Without an answer</th><th scope="col" class="number">The gateway</th><th scope="col">Found</th></tr></thead>
<tbody>${rows.map((one) => row(one, exclusive))}</tbody>
</table></div>`
}
</section>`
}
