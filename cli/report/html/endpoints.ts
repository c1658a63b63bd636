/** What each endpoint did in each window, by k6's own count. */
import type { EndpointSummary, RunSummary } from '../../../lib/summary/model.ts'
import { valueText } from '../../../lib/summary/wording.ts'
import { type Html, html } from './markup.ts'

const ms = (value: number | undefined): string => (value === undefined ? '–' : valueText(value, 'ms'))

function row({ endpoint, sent, ok, shed, failures, latency }: EndpointSummary): Html {
  const others = Object.entries(failures).filter(([name]) => name !== 'shed')
  return html`<tr>
<th scope="row">${endpoint}</th>
<td data-label="Sent" class="number">${valueText(sent, 'count')}</td>
<td data-label="Right" class="number">${valueText(ok, 'count')}</td>
<td data-label="Shed" class="number">${valueText(shed, 'count')}</td>
<td data-label="p50" class="number">${ms(latency?.p50)}</td>
<td data-label="p95" class="number">${ms(latency?.p95)}</td>
<td data-label="p99" class="number">${ms(latency?.p99)}</td>
<td data-label="Longest" class="number">${ms(latency?.max)}</td>
<td data-label="Failures" class="why">${others.length > 0 ? html`<span class="red">${others.map(([name, n]) => `${name} ${valueText(n, 'count')}`).join(', ')}</span>` : html`<span class="quiet">none</span>`}</td>
</tr>`
}

export function endpointSection({ endpoints, windows }: RunSummary): Html | undefined {
  const gated = windows.filter(({ name }) => endpoints.some(({ window }) => window === name))
  if (gated.length === 0) return undefined
  return html`<section aria-labelledby="endpoints">
<h2 id="endpoints">Endpoints</h2>
<div class="scroll" role="region" aria-label="Endpoints by window" tabindex="0"><table class="endpoints">
<caption class="hidden">Requests and latency by window and endpoint</caption>
<thead><tr><th scope="col">Endpoint</th>${['Sent', 'Right', 'Shed', 'p50', 'p95', 'p99', 'Longest'].map((name) => html`<th scope="col" class="number">${name}</th>`)}<th scope="col">Failures</th></tr></thead>
${gated.map(
  ({ name }) => html`<tbody><tr class="group"><th scope="rowgroup" colspan="9">${name}</th></tr>
${endpoints.filter(({ window }) => window === name).map(row)}</tbody>`,
)}
</table></div>
</section>`
}
