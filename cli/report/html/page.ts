/** The whole report: one file that needs nothing else. */
import type { RunSummary } from '../../../lib/summary/model.ts'
import type { BooksFile } from '../../books/books-model.ts'
import type { EarlierRun } from '../../history/earlier-runs.ts'
import type { SeriesFile } from '../../recorder/series-model.ts'
import type { Verdict } from '../../verdict-model.ts'
import type { FailureGroup } from '../failure-samples.ts'
import type { ShownGenerator } from '../generator-file.ts'
import { pageData } from '../page-data.ts'
import { booksSection } from './books.ts'
import { chartSection } from './charts.ts'
import { endpointSection } from './endpoints.ts'
import { factSection, notTestedSection } from './facts.ts'
import { failureSection } from './failures.ts'
import { gateSection } from './gates.ts'
import { generatorSection } from './generator.ts'
import { Html, html, json } from './markup.ts'
import { verdictHeader } from './verdict.ts'

/** What a run has left behind. */
export interface RunResults {
  verdict: Verdict
  summary: RunSummary | undefined
  series: SeriesFile | undefined
  failures: readonly FailureGroup[]
  /** Absent where the generator was not watched. */
  generator?: ShownGenerator | undefined
  /** Absent where the run did not get so far, and in results of before it was kept. */
  books?: BooksFile | undefined
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

const adviceSection = (summary: RunSummary | undefined): Html | undefined =>
  summary?.advice && summary.advice.length > 0
    ? html`<section aria-labelledby="advice"><h2 id="advice">What the figures say</h2><ul>${summary.advice.map((line) => html`<li>${line}</li>`)}</ul></section>`
    : undefined

export function reportPage({ verdict, summary, series, failures, generator, books }: RunResults, assets: PageAssets): string {
  const data = series && pageData(series, summary)
  const title = `${verdict.verdict}: ${verdict.script}, ${verdict.started_at.slice(0, 16).replace('T', ' ')}`
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="loadgate ${verdict.loadgate}">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<style>${new Html(assets.style.replaceAll('</', '<\\/'))}</style>
</head>
<body>
<a class="skip" href="#gates">To the gates</a>
${verdictHeader(verdict, summary)}
<main>
${summary ? gateSection(summary) : html`<section><h2 id="gates">Gates</h2><p>The run left no summary, so no gate was judged.</p></section>`}
${adviceSection(summary)}
${chartSection(data)}
${failureSection(summary, failures)}
${summary && endpointSection(summary)}
${booksSection(books)}
${generatorSection(generator)}
${notTestedSection(summary)}
${factSection(verdict, summary, series)}
</main>
<script type="application/json" id="data">${json(data ?? null)}</script>
<script>${new Html(assets.script.replaceAll('</script', '<\\/script'))}</script>
</body>
</html>`.text
  }\n`
}
