/** The legend above a chart: each line as it is drawn, its name, and its value at the moment pointed at. */
import type { PageLimit } from '../model.ts'
import { theme } from './canvas.ts'
import type { Line } from './chart.ts'
import { unitOf } from './format.ts'

const SVG = 'http://www.w3.org/2000/svg'

function sample(stroke: string, { dash, width = 1.5 }: Pick<Line, 'dash' | 'width'>): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  const line = document.createElementNS(SVG, 'line')
  const attributes = {
    x1: 0,
    y1: 5,
    x2: 26,
    y2: 5,
    'stroke-width': width,
    stroke,
  }
  for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, String(value))
  if (dash !== undefined) line.setAttribute('stroke-dasharray', dash.join(' '))
  for (const [name, value] of Object.entries({ width: 26, height: 10, 'aria-hidden': 'true' }))
    svg.setAttribute(name, String(value))
  svg.append(line)
  return svg
}

function itemOf(label: string, line: SVGElement): HTMLElement {
  const item = document.createElement('span')
  const name = document.createElement('span')
  item.className = 'item'
  name.textContent = label
  item.append(line, name)
  return item
}

/** The same limit of several windows once; a broken one of that name says so. */
function limitItems(limits: readonly PageLimit[]): HTMLElement[] {
  const { ink, bad } = theme()
  return [...new Set(limits.map(({ label }) => label))].map((label) => {
    const ok = limits.every((limit) => limit.label !== label || limit.ok)
    const item = itemOf(`${label}${ok ? '' : ' ✗'}`, sample(ok ? ink : bad, { dash: [7, 4], width: ok ? 1 : 2 }))
    if (!ok) item.classList.add('red')
    return item
  })
}

/** @returns takes the index pointed at; without one no values are shown */
export function legend(
  place: HTMLElement,
  lines: readonly Line[],
  unit: string,
  limits: readonly PageLimit[] = [],
): (index: number | null) => void {
  const { text } = unitOf(unit)
  const { lines: colours, quiet } = theme()
  const values = lines.map((line) => {
    const item = itemOf(line.label, sample(line.colour === undefined ? quiet : (colours[line.colour] ?? quiet), line))
    const value = document.createElement('b')
    item.append(value)
    return { item, value, line }
  })
  place.replaceChildren(...values.map(({ item }) => item), ...limitItems(limits))
  return (index) => {
    for (const { value, line } of values) {
      const now = index === null ? null : (line.values[index] ?? null)
      value.textContent = now === null ? '' : text(now)
    }
  }
}
