/** What each endpoint did in each window, by k6's own count, and a part of the page for each. */

import type { GateResult } from '../../../lib/gates/model.ts'
import type { EndpointSummary, RunSummary } from '../../../lib/summary/model.ts'
import { valueText } from '../../../lib/summary/wording.ts'
import type { SeriesFile } from '../../record/series-model.ts'
import type { FailureGroup } from '../../results/failure-samples.ts'
import type { PageData } from '../model.ts'
import { figure, hasCurves } from './charts.ts'
import { failureArticle } from './failures.ts'
import { type Former, gateTable } from './gates.ts'
import { type Column, figureCell, type Html, html, type Section, table } from './markup.ts'
import { phaseTable } from './phases.ts'

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

const COLUMNS: readonly Column[] = [
  { title: 'Endpoint' },
  { title: 'Window' },
  ...['Share', 'Sent', 'Right', 'Shed', 'p50', 'p95', 'p99', 'Longest'].map((title) => ({ title, number: true })),
  { title: 'Failures' },
]

/** Share of the requests of its window. */
const shareOf = ({ window, sent }: EndpointSummary, all: readonly EndpointSummary[]): number =>
  sent / Math.max(1, sum(all.filter((other) => other.window === window).map((other) => other.sent)))

const failuresOf = ({ failures }: EndpointSummary): [name: string, count: number][] =>
  Object.entries(failures).filter(([name]) => name !== 'shed')

/** @param first what its row is called by */
function row(endpoint: EndpointSummary, all: readonly EndpointSummary[], first: Html): Html {
  const { sent, ok, shed, latency } = endpoint
  const failures = failuresOf(endpoint)
  const share = shareOf(endpoint, all)
  const ms = (name: string, value: number | undefined): Html =>
    figureCell(name, value, value === undefined ? '–' : valueText(value, 'ms'))
  return html`<tr>
${first}
${figureCell('Share', share, valueText(share, 'share'))}
${figureCell('Sent', sent, valueText(sent, 'count'))}
${figureCell('Right', ok, valueText(ok, 'count'))}
${figureCell('Shed', shed, valueText(shed, 'count'))}
${ms('p50', latency?.p50)}
${ms('p95', latency?.p95)}
${ms('p99', latency?.p99)}
${ms('Longest', latency?.max)}
<td data-label="Failures" class="why" data-value="${sum(failures.map(([, n]) => n))}">${failures.length > 0 ? html`<span class="red">${failures.map(([name, n]) => `${name} ${valueText(n, 'count')}`).join(', ')}</span>` : html`<span class="quiet">none</span>`}</td>
</tr>`
}

/** What an endpoint comes to over all gated windows, in a line. */
function lineOf(name: string, all: readonly EndpointSummary[]): Html {
  const own = all.filter(({ endpoint }) => endpoint === name)
  const [sent, failed] = [sum(own.map((each) => each.sent)), sum(own.flatMap(failuresOf).map(([, n]) => n))]
  const share = valueText(sent / Math.max(1, sum(all.map((each) => each.sent))), 'share')
  const slowest = own.reduce<EndpointSummary | undefined>(
    (most, each) => ((each.latency?.p95 ?? -1) > (most?.latency?.p95 ?? -1) ? each : most),
    undefined,
  )
  const latency = slowest?.latency ? `p95 ${valueText(slowest.latency.p95, 'ms')} in ${slowest.window}` : undefined
  return html`<span class="quiet">${[`${share} of the requests`, latency].filter(Boolean).join(' · ')}${failed > 0 && html` · <span class="red">${valueText(failed, 'count')} failed</span>`}</span>`
}

interface Known {
  summary: RunSummary
  data: PageData | undefined
  series: SeriesFile | undefined
  samples: readonly FailureGroup[]
  former: Former
}

const idOf = (i: number): string => `endpoint-${i + 1}`

function page(name: string, i: number, { summary, data, series, samples, former }: Known): Html {
  const own = summary.endpoints.filter(({ endpoint }) => endpoint === name)
  const gates: GateResult[] = summary.gates.filter((gate) => gate.endpoint === name && gate.window !== 'run')
  const view = hasCurves(data) ? data.views.findIndex(({ endpoint }) => endpoint === name) : -1
  const classes = new Map<string, number>()
  for (const [failure, n] of own.flatMap(({ failures }) => Object.entries(failures)))
    classes.set(failure, (classes.get(failure) ?? 0) + n)
  const phases = (series?.rows ?? []).filter((each) => each.endpoint === name && own.some(({ window }) => window === each.window))
  return html`<details class="endpoint" id="${idOf(i)}"${view >= 0 && html` data-view="${view}"`}>
<summary><h3>${name}</h3> ${lineOf(name, summary.endpoints)}</summary>
${view >= 0 && html`<div class="grid">${figure(`throughput-${view}`, 'Throughput', 'requests/s')}${figure(`latency-${view}`, 'Latency', 'ms')}</div>`}
${table(
  `${name} by window`,
  COLUMNS.slice(1),
  own.map((each) => row(each, summary.endpoints, html`<th scope="row">${each.window}</th>`)),
)}
${phaseTable(
  `Where the time of ${name} goes, by window`,
  'Window',
  phases.map((each) => ({ name: html`${each.window}`, rows: [each] })),
)}
${gates.length > 0 && gateTable(gates, `Gates of ${name}`, former)}
${[...classes].map(([failure, n]) =>
  failureArticle(
    failure,
    valueText(n, 'count'),
    (samples.find((group) => group.class === failure)?.samples ?? []).filter(({ endpoint }) => endpoint === name),
  ),
)}
</details>`
}

export function endpointSection(known: Known): Section | undefined {
  const { endpoints } = known.summary
  const names = [...new Set(endpoints.map(({ endpoint }) => endpoint))]
  if (names.length === 0) return undefined
  const link = (name: string): Html => html`<a href="#${idOf(names.indexOf(name))}">${name}</a>`
  const failing = names.filter((name) => endpoints.some((each) => each.endpoint === name && failuresOf(each).length > 0)).length
  return {
    id: 'endpoints',
    title: 'Endpoints',
    count: `${names.length}${failing > 0 ? `, ${failing} with failures` : ''}`,
    red: failing > 0,
    folds: true,
    body: html`${table(
      'Requests and latency by endpoint and window',
      COLUMNS,
      endpoints.map((each) =>
        row(
          each,
          endpoints,
          html`<th scope="row">${link(each.endpoint)}</th><td data-label="Window" class="window">${each.window}</td>`,
        ),
      ),
      'endpoints',
    )}
${phaseTable(
  'Where the time goes, by endpoint',
  'Endpoint',
  names.map((name) => ({
    name: link(name),
    rows: (known.series?.rows ?? []).filter(
      (each) => each.endpoint === name && endpoints.some(({ window }) => window === each.window),
    ),
  })),
)}
${names.map((name, i) => page(name, i, known))}`,
  }
}
