/** The places that the page's script draws into, and what stands there without it. */
import { seconds as duration } from '../../base/figures.ts'
import type { PageChart, PageData, PageWindow } from '../model.ts'
import { type Html, html, type Section } from './markup.ts'

const viewName = (endpoint: string): string => (endpoint === '*' ? 'All endpoints' : endpoint)

export const figure = (
  id: string,
  title: string,
  unit: string,
  note: Html | string = '',
): Html => html`<figure class="chart" id="chart-${id}">
<figcaption><span class="title">${title}</span> <span class="unit">${unit}</span><span class="legend"></span>${note}</figcaption>
<div class="plot"></div>
</figure>`

function picker({ views }: PageData): Html | undefined {
  if (views.length < 2) return undefined
  return html`<fieldset class="picker"><legend>Show</legend>
${views.map(
  ({ endpoint }, i) =>
    html`<label><input type="radio" name="view" value="${endpoint}"${i === 0 && html` checked`}><span>${viewName(endpoint)}</span></label>`,
)}</fieldset>`
}

const UNITS: Record<string, string> = { cores: 'cores', mib: 'MiB', bytes: 'bytes', count: '', ms: 'ms', share: '%', '': '' }

const chartFigure = ({ id, title, unit, doc }: PageChart): Html =>
  figure(id, title, UNITS[unit] ?? '', doc === undefined ? '' : html`<span class="doc">${doc}</span>`)

const requests = (failed: boolean): Html => html`${figure('throughput', 'Throughput', 'requests/s')}
${figure('latency', 'Latency', 'ms', html`<label class="scale"><input type="checkbox" id="scale" checked> log scale</label>`)}
${failed && figure('failures', 'Failures', 'requests/s')}
${figure('distribution', 'Latency distribution', '% of answers by ms')}`

function shaded(windows: readonly PageWindow[]): string {
  const names = (gated: boolean): string =>
    windows
      .filter((window) => window.gated === gated)
      .map(({ name }) => name)
      .join(', ')
  const [gated, others] = [names(true), names(false)]
  return `${gated === '' ? '' : `Shaded: ${gated}.`}${others === '' ? '' : ` Latency not gated: ${others}.`}`
}

/** Whether there is anything to draw. */
export const hasCurves = (data: PageData | undefined): data is PageData => (data?.views[0]?.t.length ?? 0) > 0

export function chartSection(data: PageData | undefined): Section {
  const section = { id: 'curves', title: 'Over time', folds: true }
  if (!hasCurves(data))
    return {
      ...section,
      count: 'not recorded',
      body: html`<p>This run was not recorded second by second${data === undefined ? '' : ' (nothing was sent)'}, so there are no curves.</p>`,
    }
  const { seconds, drawn, windows } = data
  const failed = data.views.some((view) => Object.keys(view.failed).length > 0)
  const measured = data.measured.map(chartFigure)
  const thinned = drawn < seconds ? ` Of ${seconds} recorded seconds ${drawn} are drawn; every peak is among them.` : ''
  return {
    ...section,
    count: duration(data.end),
    body: html`<p class="quiet">${shaded(windows)} Limits are dashed lines over the window that they hold in.${failed || !data.hasRequests ? '' : ' No request failed.'}${thinned}</p>
<noscript><p>The curves are drawn by a script in this page, which is turned off. Every table is complete without it.</p></noscript>
<div class="controls" hidden>
${picker(data)}
<div class="zoom"><label for="zoom">Part</label><select id="zoom"><option value="">whole run</option>${windows.map(({ name }) => html`<option>${name}</option>`)}</select></div>
<div class="moment"><label for="moment">Moment</label><input type="range" id="moment" min="0" max="0" step="1" value="0"><output for="moment" id="moment-text"></output></div>
</div>
<div class="grid">
${data.hasRequests ? requests(failed) : measured}
${data.machine.map(chartFigure)}
</div>
${
  data.hasRequests &&
  data.measured.length > 0 &&
  html`<details id="measured"><summary>What the script measures beyond requests (${data.measured.length})</summary>
<div class="grid">${measured}</div></details>`
}`,
  }
}
