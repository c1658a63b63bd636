/** Where a chart stands in the page. */
import type uPlot from 'uplot'

/** A figure element knows its chart, so that what is drawn can be read back. */
export interface Figure extends HTMLElement {
  chart?: uPlot
}

export interface Place {
  figure: Figure
  plot: HTMLElement
  legend: HTMLElement
}

/** @returns the place, empty; undefined where the page has none of that name */
export function placeOf(id: string): Place | undefined {
  const figure = document.getElementById(`chart-${id}`) as Figure | null
  const plot = figure?.querySelector<HTMLElement>('.plot')
  const legend = figure?.querySelector<HTMLElement>('.legend')
  if (!figure || !plot || !legend) return undefined
  plot.replaceChildren()
  plot.removeAttribute('role')
  plot.removeAttribute('aria-label')
  legend.replaceChildren()
  delete figure.chart
  return { figure, plot, legend }
}

/** Words in place of a chart. */
export function say(place: Place | undefined, text: string): void {
  const words = document.createElement('p')
  words.className = 'empty'
  words.textContent = text
  place?.plot.append(words)
}
