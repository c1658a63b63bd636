/** Whether the generator had headroom to measure: k6's percentiles beside those of the control probe. */
import { valueText } from '../../../lib/summary/wording.ts'
import type { GeneratorEvidence, WindowEvidence } from '../../generator/evidence-model.ts'
import { type Column, figureCell, type Html, html, type Section, table } from './markup.ts'

const FINDINGS: Record<GeneratorEvidence['finding'], string> = {
  agree: 'k6 and the control probe agree',
  differ: 'k6 and the control probe do not agree',
  'generator-bound': 'k6 measured its own queue',
  unknown: 'too little to say',
}

const three = (of: { p50: number; p95: number; p99: number } | null): string =>
  of === null ? '–' : `${valueText(of.p50, 'ms')} · ${valueText(of.p95, 'ms')} · ${valueText(of.p99, 'ms')}`

/** Time that others took from k6 is told where there was any. */
function lost({ stolen, throttled, stopped, waited, others }: NonNullable<WindowEvidence['cpu']>): string {
  const parts = [
    stolen >= 0.005 && `${valueText(stolen, 'share')} stolen`,
    throttled >= 0.005 && `${valueText(throttled, 'share')} throttled`,
    stopped >= 0.005 && `${valueText(stopped, 'share')} stopped`,
    waited >= 0.1 && `waited for a core ${waited.toFixed(2)} s a second`,
    others >= 0.1 && `others used ${others.toFixed(2)}`,
  ]
  return parts.filter(Boolean).join(', ')
}

const row = (
  { window, endpoint, k6, probe, cpu, bound, cpu_starved }: WindowEvidence,
  cores: number,
): Html => html`<tr class="${bound || cpu_starved ? 'broken' : 'held'}">
<th scope="row">${window}${endpoint !== null && html` / ${endpoint}`}</th>
${figureCell('k6: p50 · p95 · p99', k6?.p95, three(k6))}
${figureCell('Probe: p50 · p95 · p99', probe?.p95, three(probe))}
${figureCell('Probe samples', probe?.samples, probe === null ? '–' : valueText(probe.samples, 'count'))}
${figureCell('CPU of k6', cpu?.used, cpu === null ? 'unknown' : `${cpu.used.toFixed(2)} of ${cores} cores`)}
<td class="why">${bound && html`<span class="red"><span aria-hidden="true">✗</span> its own bottleneck</span> `}${cpu_starved && html`<span class="red"><span aria-hidden="true">✗</span> kept from the cores</span> `}${cpu !== null && lost(cpu)}</td>
</tr>`

const COLUMNS: readonly Column[] = [
  { title: 'Window' },
  { title: 'k6: p50 · p95 · p99', number: true },
  { title: 'Probe: p50 · p95 · p99', number: true },
  { title: 'Probe samples', number: true },
  { title: 'CPU of k6', number: true },
  { title: 'Found' },
]

export function generatorSection(generator: GeneratorEvidence | undefined): Section | undefined {
  if (generator === undefined) return undefined
  const { finding, sentence, cpu_starved, tuning, cores, probe_rate, no_probe, start_lag_ms: lag, headroom, windows } = generator
  return {
    id: 'generator',
    title: 'Generator',
    count: FINDINGS[finding],
    red: finding === 'generator-bound',
    folds: finding !== 'generator-bound',
    body: html`<p>${sentence}</p>
${cpu_starved != null && html`<p>${cpu_starved}</p>`}
<p class="quiet">${probe_rate === null ? `There was no control probe: ${no_probe ?? 'nobody knows why'}.` : `The control probe, a process of its own, sent ${valueText(probe_rate, 'rps')} of the same mix.`} ${tuning}</p>
${headroom != null && html`<p class="quiet">${headroom}</p>`}
${lag != null && html`<p class="quiet">Iterations began ${valueText(lag.p99, 'ms')} (p99) after their planned moment, ${valueText(lag.max, 'ms')} at most.</p>`}
${
  windows.length > 0 &&
  table(
    'k6 beside the control probe, by window',
    COLUMNS,
    windows.map((window) => row(window, cores)),
  )
}`,
  }
}
