/** Earlier runs of the same script and size: what differs from the former one, and the trend of the last ten. */
import type { RunSummary } from '../../../lib/summary/model.ts'
import { placeText, valueText } from '../../../lib/summary/wording.ts'
import { count } from '../../base/figures.ts'
import { type ComparedRun, type Difference, differences } from '../../compare/differences.ts'
import { type GateState, gateChanges } from '../../compare/run-changes.ts'
import { headline } from '../../verdict/verdict-text.ts'
import { type EarlierRun, formerRun } from '../earlier-runs.ts'
import { type Html, html, type Section, table } from './markup.ts'
import { trends } from './trend.ts'
import { when } from './verdict.ts'

const STATES: readonly (readonly [GateState, string])[] = [
  ['broke', 'Held then, not now'],
  ['mended', 'Did not hold then, holds now'],
  ['gone', 'Gone'],
  ['new', 'New'],
]

function gateLines(former: RunSummary, now: RunSummary): Html[] {
  const changes = gateChanges(former, now)
  return STATES.flatMap(([state, text]) => {
    const names = changes.flatMap(({ earlier, later, state: is }) => {
      const gate = later ?? earlier
      return is === state && gate ? [`${placeText(gate)} ${gate.label}`] : []
    })
    return names.length === 0
      ? []
      : [html`<li>${state === 'broke' ? html`<span class="red">${text}</span>` : text}: ${names.join(', ')}</li>`]
  })
}

const differenceTable = (found: readonly Difference[]): Html =>
  table(
    'What differs from the former run',
    [{ title: 'What differs' }, { title: 'Then' }, { title: 'Now' }],
    found.map(
      ({ name, earlier, later }) =>
        html`<tr><th scope="row">${name}</th><td class="long" data-label="Then">${earlier}</td><td class="long" data-label="Now">${later}</td></tr>`,
    ),
  )

function beside(former: EarlierRun, now: ComparedRun): Html {
  const found = differences(former, now)
  const gates = gateLines(former.summary, now.summary)
  return html`<p>Compared with <b>${former.name}</b> (${former.verdict.verdict}, ${when(former.verdict.started_at)}), the latest of the same script and size that could say anything.</p>
${gates.length > 0 ? html`<ul>${gates}</ul>` : html`<p>Every gate stands as it stood then.</p>`}
${found.length > 0 ? differenceTable(found) : html`<p class="quiet">Both were made with the same settings and limits, on the same machine.</p>`}`
}

const runTable = (runs: readonly EarlierRun[]): Html =>
  table(
    'The last runs, the latest first',
    [{ title: 'Started' }, { title: 'Verdict' }, { title: 'Requests', number: true }, { title: 'Headline' }],
    runs.map(
      ({ verdict, summary }) => html`<tr>
<th scope="row">${when(verdict.started_at)}</th>
<td data-label="Verdict">${verdict.verdict}</td>
<td data-label="Requests" class="number" data-value="${summary.totals.sent}">${valueText(summary.totals.sent, 'count')}</td>
<td data-label="Headline" class="why">${headline(verdict)}</td>
</tr>`,
    ),
  )

export function earlierSection(now: ComparedRun, earlier: readonly EarlierRun[]): Section | undefined {
  if (earlier.length === 0) return undefined
  const former = formerRun(earlier)
  const runs = [{ name: '', ...now }, ...earlier]
  const broke = former ? gateChanges(former.summary, now.summary).filter(({ state }) => state === 'broke').length : 0
  return {
    id: 'earlier',
    title: 'Earlier runs',
    count: broke > 0 ? `${count(broke, 'gate')} held in the former` : `${earlier.length} of this script and size`,
    red: broke > 0,
    folds: true,
    body: html`${former ? beside(former, now) : html`<p>None of the earlier runs of this script and size could say anything.</p>`}
${trends(runs.toReversed())}
<details><summary>The last ${runs.length} runs</summary>${runTable(runs)}</details>`,
  }
}
