/** What was not tested, where and how the run was made, and how to make it again. */

import type { RunSummary } from '../../../lib/summary/model.ts'
import { addressesOf, narrowedText } from '../../../lib/summary/text.ts'
import { valueText } from '../../../lib/summary/wording.ts'
import { count } from '../../base/figures.ts'
import type { SeriesFile } from '../../record/series-model.ts'
import type { Verdict } from '../../results/verdict-model.ts'
import { type Html, html, type Section } from './markup.ts'
import { when } from './verdict.ts'

type Fact = [name: string, value: string]

const list = (facts: readonly Fact[]): Html =>
  html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`

export function checkedWeaklySection(summary: RunSummary | undefined): Section | undefined {
  const weakly = summary?.checked_weakly ?? []
  if (weakly.length === 0) return undefined
  return {
    id: 'checked-weakly',
    title: 'Checked weakly',
    count: count(weakly.length, 'endpoint'),
    folds: true,
    body: html`<ul>
${weakly.map((one) => html`<li>${one}</li>`)}
</ul>`,
  }
}

export function notTestedSection(summary: RunSummary | undefined): Section | undefined {
  const missing = summary?.not_tested ?? []
  const idle = summary?.windows.filter(({ gated }) => !gated).map(({ name }) => name) ?? []
  if (missing.length === 0 && idle.length === 0) return undefined
  return {
    id: 'not-tested',
    title: 'Not tested',
    count: [missing.length > 0 && count(missing.length, 'endpoint'), idle.length > 0 && count(idle.length, 'window')]
      .filter(Boolean)
      .join(', '),
    folds: true,
    body: html`<ul>
${missing.length > 0 && html`<li>The target does not have it, or a setting leaves it out: ${missing.join(', ')}.</li>`}
${idle.length > 0 && html`<li>The latency of ${idle.length === 1 ? 'this window' : 'these windows'}, which is given time to settle: ${idle.join(', ')}.</li>`}
</ul>`,
  }
}

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

function recordingFact(series: SeriesFile | undefined, summary: RunSummary | undefined): string {
  if (series === undefined) return 'none; tables are by the count of k6 itself'
  const seen = total(series.rows.map(({ sent }) => total(sent)))
  const of = summary ? ` of ${valueText(summary.totals.sent, 'count')}` : ''
  const end = series.complete ? '' : '; the end of the run was not recorded'
  // k6 pushes no sample that comes in the millisecond of the push before.
  const added = series.added_at_end > 0 ? `, ${valueText(series.added_at_end, 'count')} of them known from its summary only` : ''
  const percent = Math.round((series.bucket_ratio - 1) * 100)
  return `${valueText(seen, 'count')}${of} requests${added}${end}. Percentiles of the curves are within ${percent} % of the true ones; tables are by the count of k6 itself`
}

export function factSection(verdict: Verdict, summary: RunSummary | undefined, series: SeriesFile | undefined): Section {
  const { machine, k6 } = verdict
  const settings = Object.entries(summary?.settings ?? {}).map(([name, value]): Fact => [name, String(value)])
  const facts: Fact[] = [
    ['Machine', `${machine.cpus} cores, ${machine.model}, ${valueText(machine.memory_bytes, 'bytes')}, ${machine.os}`],
    ['Versions', `loadgate ${verdict.loadgate}, k6 ${k6.version ?? 'unknown'}, Node ${machine.node}`],
    ...(summary
      ? ([
          ['Target', addressesOf(summary, verdict.target.embedded) + narrowedText(summary)],
          ['Thresholds', summary.thresholds],
          ['Seed', String(summary.seed)],
          ['k6 instances', String(summary.instances)],
          ['Time to write a request', `p99 ${valueText(summary.sending_p99_ms, 'ms')}`],
        ] as Fact[])
      : []),
    ['k6 ended with', k6.signal ?? String(k6.exit_code ?? 'never started')],
    ['Recording', recordingFact(series, summary)],
    ['Finished', when(verdict.finished_at)],
  ]
  return {
    id: 'run',
    title: 'This run',
    folds: true,
    body: html`${list(facts)}
${settings.length > 0 && html`<details><summary>Settings</summary>${list(settings)}</details>`}
<h3>Repeat it</h3>
<div class="command"><pre tabindex="0" id="command" aria-label="Command that repeats this run">${verdict.command}</pre><button type="button" class="copy" data-copy="command" hidden>Copy</button></div>
<p class="quiet">Secrets are not in it: they come from the environment again.</p>`,
  }
}
