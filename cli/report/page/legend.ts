/** The legend above a chart: each line as it is drawn, its name, and its value at the moment pointed at. */
import type { Line } from './chart.ts'
import { unitOf } from './format.ts'
import { theme } from './theme.ts'

const SVG = 'http://www.w3.org/2000/svg'

function sample({ colour, dash, width = 1.5 }: Pick<Line, 'colour' | 'dash' | 'width'>): SVGElement {
  const { lines, quiet } = theme()
  const svg = document.createElementNS(SVG, 'svg')
  const line = document.createElementNS(SVG, 'line')
  const attributes = {
    x1: 0,
    y1: 5,
    x2: 26,
    y2: 5,
    'stroke-width': width,
    stroke: colour === undefined ? quiet : (lines[colour] ?? quiet),
  }
  for (const [name, value] of Object.entries(attributes)) line.setAttribute(name, String(value))
  if (dash !== undefined) line.setAttribute('stroke-dasharray', dash.join(' '))
  for (const [name, value] of Object.entries({ width: 26, height: 10, 'aria-hidden': 'true' }))
    svg.setAttribute(name, String(value))
  svg.append(line)
  return svg
}

/** @returns takes the index pointed at; without one no values are shown */
export function legend(place: HTMLElement, lines: readonly Line[], unit: string): (index: number | null) => void {
  const { text } = unitOf(unit)
  const values = lines.map((line) => {
    const item = document.createElement('span')
    const name = document.createElement('span')
    const value = document.createElement('b')
    item.className = 'item'
    name.textContent = line.label
    item.append(sample(line), name, value)
    return { item, value, line }
  })
  place.replaceChildren(...values.map(({ item }) => item))
  return (index) => {
    for (const { value, line } of values) {
      const now = index === null ? null : (line.values[index] ?? null)
      value.textContent = now === null ? '' : text(now)
    }
  }
}
