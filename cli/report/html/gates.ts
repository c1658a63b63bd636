/** The gate table, failures first. */
import type { GateResult, RunSummary } from '../../../lib/summary/model.ts'
import { shownGates } from '../../../lib/summary/shown-gates.ts'
import { brokenText, keyText, limitText, measuredText, placeText, valueText } from '../../../lib/summary/wording.ts'
import { type Html, html } from './markup.ts'

/** Room that was left to the limit, as a share of it: negative when the limit was missed. Null where a share means nothing. */
export function marginOf({ measured, limit, bound }: Pick<GateResult, 'measured' | 'limit' | 'bound'>): number | null {
  if (measured === null || limit === 0) return null
  return (bound === 'max' ? limit - measured : measured - limit) / limit
}

function marginText(gate: GateResult): string {
  const margin = marginOf(gate)
  if (margin === null)
    return gate.limit === 0 && gate.measured !== null
      ? gate.ok
        ? 'none allowed'
        : `${valueText(gate.measured, gate.unit)} too many`
      : ''
  const percent = Math.abs(margin) * 100
  const text = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`
  // Below zero there is no share of the limit that was used.
  if (margin > 1 && gate.bound === 'max') return '100 % to spare'
  if (margin >= 1 && gate.bound === 'min') return `${valueText(1 + margin, 'count')} × the limit`
  if (margin <= -1 && gate.bound === 'max') return `${valueText(1 - margin, 'count')} × the limit`
  if (percent < 0.05) return gate.ok ? 'at the limit' : 'just missed'
  return margin < 0 ? `missed by ${text}` : `${text} to spare`
}

/** How much of the limit was used, for the bar behind the measured value. Capped: what is red fills it. */
function used({ measured, limit, bound, ok }: GateResult): number {
  if (!ok) return 100
  if (measured === null || limit === 0) return 0
  return Math.round(
    100 * Math.min(1, Math.max(0, bound === 'max' ? measured / limit : limit / Math.max(measured, Number.MIN_VALUE))),
  )
}

function evidenceText(gate: GateResult): string {
  if (gate.samples === null) return ''
  return `${valueText(gate.samples, 'count')} ${gate.samples === 1 ? 'sample' : 'samples'}`
}

/** The reason of the row above is not printed twice where the rows stand in a table; it is read out. */
const reason = (gate: GateResult, above: GateResult | undefined): Html =>
  gate.why !== '' && gate.why === above?.why
    ? html`<td data-label="Reason" class="why same"><span aria-hidden="true" class="ditto">″</span><span class="text">${gate.why}</span></td>`
    : html`<td data-label="Reason" class="why">${gate.why}</td>`

const row = (gate: GateResult, above: GateResult | undefined): Html => html`<tr class="${gate.ok ? 'held' : 'broken'}">
<td class="state">${gate.ok ? html`<span class="ok"><span aria-hidden="true">✓</span> held</span>` : html`<span class="red"><span aria-hidden="true">✗</span> ${brokenText(gate)}</span>`}</td>
<th scope="row">${placeText(gate)}</th>
<td data-label="Gate">${keyText(gate.key)}</td>
<td data-label="Measured" class="number measured"><span class="bar" style="--used:${used(gate)}%">${measuredText(gate)}</span></td>
<td data-label="Limit" class="number">${limitText(gate)}</td>
<td data-label="Margin" class="number">${marginText(gate)}</td>
<td data-label="Evidence" class="number">${evidenceText(gate)}</td>
${reason(gate, above)}
</tr>`

const table = (
  gates: readonly GateResult[],
  caption: string,
): Html => html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="gates">
<caption class="hidden">${caption}</caption>
<thead><tr><th scope="col">State</th><th scope="col">Where</th><th scope="col">Gate</th><th scope="col" class="number">Measured</th><th scope="col" class="number">Limit</th><th scope="col" class="number">Margin</th><th scope="col" class="number">Evidence</th><th scope="col">Reason</th></tr></thead>
<tbody>${gates.map((gate, i) => row(gate, gates[i - 1]))}</tbody>
</table></div>`

export function gateSection({ gates, thresholds }: RunSummary): Html {
  const { shown, folded, foldedNames } = shownGates(gates)
  const red = gates.filter(({ ok }) => !ok).length
  return html`<section aria-labelledby="gates">
<h2 id="gates">Gates <span class="count">${red > 0 ? `${red} of ${gates.length} did not hold` : `all ${gates.length} held`}</span></h2>
<p class="quiet">Limits are from <code>${thresholds}</code>. Failed answers count in every percentile. The bar behind a measured value is the part of its limit that it has used up.</p>
${shown.length > 0 && table(shown, red > 0 ? 'Gates, those that did not hold first' : 'Gates')}
${
  folded.length > 0 &&
  html`<details><summary>${folded.length} more held, evidence and what must be zero: ${foldedNames}</summary>
${table(folded, 'Gates on evidence and on what must be zero')}</details>`
}
</section>`
}
