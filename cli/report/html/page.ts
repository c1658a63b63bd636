/** The whole report: one file that needs nothing else. */
import type { RunSummary } from '../../../lib/summary/model.ts'
import type { Fleet } from '../../fleet/fleet-model.ts'
import type { GeneratorEvidence } from '../../generator/evidence-model.ts'
import type { Reconciliation } from '../../reconcile/reconciliation-model.ts'
import type { SeriesFile } from '../../record/series-model.ts'
import type { FailureGroup } from '../../results/failure-samples.ts'
import type { Verdict } from '../../results/verdict-model.ts'
import { type EarlierRun, formerRun } from '../earlier-runs.ts'
import type { PageData } from '../model.ts'
import { pageData } from '../page-data.ts'
import { chartSection } from './charts.ts'
import { earlierSection } from './earlier.ts'
import { endpointSection } from './endpoints.ts'
import { checkedWeaklySection, factSection, notTestedSection } from './facts.ts'
import { failureSection } from './failures.ts'
import { fleetSection } from './fleet.ts'
import { formerGates, gateSection } from './gates.ts'
import { generatorSection } from './generator.ts'
import { contents, html, json, type Section, script, sectionHtml, style } from './markup.ts'
import { reconciliationSection } from './reconciliation.ts'
import { verdictHeader } from './verdict.ts'

/** What a run has left behind. */
export interface RunResults {
  verdict: Verdict
  summary: RunSummary | undefined
  series: SeriesFile | undefined
  failures: readonly FailureGroup[]
  /** Absent where the generator was not watched. */
  generator?: GeneratorEvidence | undefined
  /** Absent where the run did not get so far, and in results of before it was kept. */
  reconciliation?: Reconciliation | undefined
  /** Absent where one k6 sent everything. */
  fleet?: Fleet | undefined
  /** Runs of the same script and size before it, the latest first. */
  earlier?: readonly EarlierRun[]
}

/** The built script and style of the page. */
export interface PageAssets {
  script: string
  style: string
}

/** Nothing may be loaded: who opens a report from a CI artefact sends nothing anywhere. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

const adviceSection = (summary: RunSummary | undefined): Section | undefined =>
  summary?.advice && summary.advice.length > 0
    ? {
        id: 'advice',
        title: 'What the figures say',
        body: html`<ul>${summary.advice.map((line) => html`<li>${line}</li>`)}</ul>`,
      }
    : undefined

/** What went wrong stands before the curves. */
function sectionsOf(run: RunResults, data: PageData | undefined): Section[] {
  const { verdict, summary, series, failures, generator, reconciliation, fleet, earlier = [] } = run
  const former = formerRun(earlier)?.summary
  return [
    gateSection(summary, former),
    failureSection(summary, failures),
    adviceSection(summary),
    summary && earlierSection({ verdict, summary }, earlier),
    chartSection(data),
    summary && endpointSection({ summary, data, series, samples: failures, former: formerGates(former) }),
    fleetSection(fleet),
    reconciliationSection(reconciliation),
    generatorSection(generator),
    checkedWeaklySection(summary),
    notTestedSection(summary),
    factSection(verdict, summary, series),
  ].filter((section) => section !== undefined)
}

export function reportPage(run: RunResults, assets: PageAssets): string {
  const { verdict, summary, series } = run
  const data = series && pageData(series, summary)
  const title = `${verdict.verdict}: ${verdict.script}, ${verdict.started_at.slice(0, 16).replace('T', ' ')}`
  const sections = sectionsOf(run, data)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="loadgate ${verdict.loadgate}">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
${style(assets.style)}
</head>
<body>
<a class="skip" href="#gates">To the gates</a>
${verdictHeader(verdict, summary)}
${contents(sections)}
<main>
${sections.map(sectionHtml)}
</main>
<script type="application/json" id="data">${json(data ?? null)}</script>
${script(assets.script)}
</body>
</html>
`.text
}
