/** The gates: those that did not hold first, each beside what it was in the former run. */

import type { GateResult } from '../../../lib/gates/model.ts'
import type { RunSummary } from '../../../lib/summary/model.ts'
import { shownGates } from '../../../lib/summary/shown-gates.ts'
import { brokenText, limitText, measuredText, onlyWaited, placeText, valueText } from '../../../lib/summary/wording.ts'
import { changeText, gateKey } from '../../compare/run-changes.ts'
import { type Column, figureCell, type Html, html, type Section, table } from './markup.ts'

/** Room that was left to the limit, as a share of it: negative when the limit was missed. Null where a share means nothing. */
export function marginOf({ measured, limit, bound }: Pick<GateResult, 'measured' | 'limit' | 'bound'>): number | null {
  if (measured === null || limit === 0) return null
  return (bound === 'max' ? limit - measured : measured - limit) / limit
}

/** Where k6's own figure held, the share of the answers that came late is what missed its limit. */
function marginText(result: GateResult): string {
  const { late } = result
  const gate: GateResult =
    late !== undefined && onlyWaited(result) ? { ...result, unit: 'share', measured: late.measured, limit: late.share } : result
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

/** Gates of the former run by `gateKey`; undefined where there is none to compare with. */
export type Former = ReadonlyMap<string, GateResult> | undefined

export const formerGates = (former: RunSummary | undefined): Former =>
  former && new Map(former.gates.map((gate) => [gateKey(gate), gate]))

function formerCell(gate: GateResult, former: Former): Html | undefined {
  if (former === undefined) return undefined
  const before = former.get(gateKey(gate))
  if (before === undefined) return figureCell('Before', undefined, html`<span class="quiet">–</span>`)
  const state =
    before.ok === gate.ok
      ? ''
      : before.ok
        ? html` <span class="red">held then</span>`
        : html` <span class="ok">broken then</span>`
  const change = changeText(before.measured, gate.measured, gate.unit)
  const text = html`${measuredText(before)}${state}${change !== '' && change !== '±0' && html` <span class="delta">${change}</span>`}`
  return figureCell('Before', before.measured, text)
}

const row = (
  gate: GateResult,
  above: GateResult | undefined,
  former: Former,
): Html => html`<tr class="${gate.ok ? 'held' : 'broken'}">
<td class="state" data-value="${gate.ok ? 1 : 0}">${gate.ok ? html`<span class="ok"><span aria-hidden="true">✓</span> held</span>` : html`<span class="red"><span aria-hidden="true">✗</span> ${brokenText(gate)}</span>`}</td>
<th scope="row">${placeText(gate)}</th>
<td data-label="Gate">${gate.label}</td>
<td data-label="Measured" class="number measured" data-value="${gate.measured ?? ''}"><span class="bar" style="--used:${used(gate)}%">${measuredText(gate)}</span></td>
${formerCell(gate, former)}
${figureCell('Limit', gate.limit, limitText(gate))}
${figureCell('Margin', marginOf(gate), marginText(gate))}
${figureCell('Evidence', gate.samples, evidenceText(gate))}
${reason(gate, above)}
</tr>`

const COLUMNS: readonly Column[] = [
  { title: 'State' },
  { title: 'Where' },
  { title: 'Gate' },
  { title: 'Measured', number: true },
  { title: 'Before', number: true },
  { title: 'Limit', number: true },
  { title: 'Margin', number: true },
  { title: 'Evidence', number: true },
  { title: 'Reason' },
]

export const gateTable = (gates: readonly GateResult[], caption: string, former: Former): Html =>
  table(
    caption,
    COLUMNS.filter(({ title }) => former !== undefined || title !== 'Before'),
    gates.map((gate, i) => row(gate, gates[i - 1], former)),
    'gates',
  )

export function gateSection(summary: RunSummary | undefined, former: RunSummary | undefined): Section {
  const section = { id: 'gates', title: 'Gates' }
  if (summary === undefined) return { ...section, body: html`<p>The run left no summary, so no gate was judged.</p>` }
  const { gates, thresholds } = summary
  const { shown, folded, foldedNames } = shownGates(gates)
  const red = gates.filter(({ ok }) => !ok).length
  const before = formerGates(former)
  return {
    ...section,
    count: red > 0 ? `${red} of ${gates.length} did not hold` : `all ${gates.length} held`,
    red: red > 0,
    body: html`<p class="quiet">Limits are from <code>${thresholds}</code>. Failed answers count in every percentile. The bar behind a measured value is the part of its limit that it has used up.${former && ' “Before” is the former run of the same script and size.'}</p>
${shown.length > 0 && gateTable(shown, red > 0 ? 'Gates, those that did not hold first' : 'Gates', before)}
${
  folded.length > 0 &&
  html`<details><summary>${folded.length} more held, evidence and what must be zero: ${foldedNames}</summary>
${gateTable(folded, 'Gates on evidence and on what must be zero', before)}</details>`
}`,
  }
}
