/** The last runs as small multiples: one little chart for each window and figure, drawn without a script. */
import type { WindowTotal } from '../../../lib/summary/model.ts'
import { valueText } from '../../../lib/summary/wording.ts'
import type { ComparedRun } from '../../compare/differences.ts'
import { changeText } from '../../compare/run-changes.ts'
import { type Html, html } from './markup.ts'

const FIGURES: readonly { name: string; unit: 'ms' | 'share' | 'rps'; of: (total: WindowTotal) => number | undefined }[] = [
  { name: 'p95', unit: 'ms', of: ({ latency }) => latency?.p95 },
  { name: 'error rate', unit: 'share', of: ({ sent, errors }) => (sent > 0 ? errors / sent : undefined) },
  { name: 'sent/s', unit: 'rps', of: ({ rps }) => rps },
]

const [WIDTH, HEIGHT, EDGE] = [180, 44, 6]

interface Point {
  x: number
  y: number
  verdict: string
}

/** Places of the runs that know the figure; the axis begins at zero. */
function pointsOf(values: readonly (number | undefined)[], runs: readonly ComparedRun[]): Point[] {
  const most = Math.max(...values.map((value) => value ?? 0)) || 1
  const step = (WIDTH - 2 * EDGE) / Math.max(1, values.length - 1)
  return values.flatMap((value, i) =>
    value === undefined
      ? []
      : [
          {
            x: EDGE + i * step,
            y: HEIGHT - EDGE - (value / most) * (HEIGHT - 2 * EDGE),
            verdict: runs[i]?.verdict.verdict ?? '',
          },
        ],
  )
}

/** Verdicts differ by shape as well as by colour. */
function mark({ x, y, verdict }: Point): Html {
  const [at, up] = [x.toFixed(1), y.toFixed(1)]
  if (verdict === 'pass') return html`<circle class="pass" cx="${at}" cy="${up}" r="2.6"/>`
  if (verdict === 'fail') return html`<path class="fail" d="M${at} ${up}m-3-3l6 6m0-6l-6 6"/>`
  return html`<circle class="doubt" cx="${at}" cy="${up}" r="2.6"/>`
}

function multiple(
  title: string,
  unit: 'ms' | 'share' | 'rps',
  values: readonly (number | undefined)[],
  runs: readonly ComparedRun[],
): Html {
  const points = pointsOf(values, runs)
  const known = values.filter((value): value is number => value !== undefined)
  const text = (value: number | undefined): string => (value === undefined ? 'unknown' : valueText(value, unit))
  const [before, now] = [values.at(-2), values.at(-1)]
  const change = changeText(before, now, unit)
  const said = `${title} over ${runs.length} runs: from ${text(Math.min(...known))} to ${text(Math.max(...known))}, in this one ${text(now)}`
  return html`<figure class="trend"><figcaption><span class="quiet">${title}</span><br><b>${text(now)}</b>${change !== '' && change !== '±0' && html` <span class="delta">${change}</span>`}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${said}"><path class="floor" d="M0 ${HEIGHT - EDGE}H${WIDTH}"/><polyline points="${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}"/>${points.map(mark)}</svg></figure>`
}

/** @param runs the earliest first, this one last */
export function trends(runs: readonly ComparedRun[]): Html | undefined {
  const windows = runs.at(-1)?.summary.windows.filter(({ total }) => total !== undefined) ?? []
  const all = windows.flatMap(({ name }) =>
    FIGURES.flatMap(({ name: figure, unit, of }) => {
      const values = runs.map(({ summary }) => {
        const total = summary.windows.find((window) => window.name === name)?.total
        return total && of(total)
      })
      return values.some((value) => value !== undefined) ? [multiple(`${name} ${figure}`, unit, values, runs)] : []
    }),
  )
  if (all.length === 0) return undefined
  return html`<h3>The last ${runs.length} runs <span class="count">● pass, ✗ fail, ○ neither; each axis begins at zero, this run is the last</span></h3>
<div class="trends">${all}</div>`
}
