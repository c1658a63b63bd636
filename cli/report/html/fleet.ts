/** The instances that a run was put together from. */
import type { Fleet, InstanceRow } from '../../fleet/fleet-model.ts'
import { COLUMNS, cells } from '../../fleet/fleet-text.ts'
import { figureCell, type Html, html, type Section, table } from './markup.ts'

/** Columns that are no figures. */
const TEXTS = [1, 10]

const row = (of: InstanceRow): Html => {
  const { instance, sent, share, rate, dropped, lag_ms, cpu, p95_ms, clock_ms, outlier } = of
  const figures = [instance, null, sent, share, rate, dropped, lag_ms, cpu, p95_ms, clock_ms, null]
  return html`<tr class="${outlier.length > 0 ? 'broken' : 'held'}">
${cells(of).map((text, i) => (i === 0 ? html`<th scope="row" data-value="${instance}">${text}</th>` : TEXTS.includes(i) ? html`<td data-label="${COLUMNS[i]}">${text}</td>` : figureCell(COLUMNS[i] ?? '', figures[i], text)))}
</tr>`
}

export function fleetSection(fleet: Fleet | undefined): Section | undefined {
  if (fleet === undefined) return undefined
  const { of, rows, findings, percentile_error } = fleet
  return {
    id: 'instances',
    title: 'Instances',
    count: findings.length > 0 ? `${rows.length} of ${of}, not one whole run` : `${rows.length} of ${of}`,
    red: findings.length > 0,
    folds: findings.length === 0,
    body: html`${findings.length > 0 && html`<ul>${findings.map(({ sentence }) => html`<li>${sentence}</li>`)}</ul>`}
<p class="quiet">Counts are those of all instances together. Percentiles are put together from those of each, to ${percentile_error * 100} % of the values; limits on latency stand on counts of the answers that came later.</p>
${table(
  'Instances of the run',
  COLUMNS.map((title, i) => ({ title, number: !TEXTS.includes(i) })),
  rows.map(row),
)}`,
  }
}
