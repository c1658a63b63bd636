/** All charts of the page: they share a time axis, the moment pointed at, and the endpoint that is shown. */
import type uPlot from 'uplot'
import type { PageChart, PageData, PageView } from '../model.ts'
import { type ChartSpec, makeChart } from './chart.ts'
import { distribution, distributionText, drawDistribution } from './distribution.ts'
import { legend } from './legend.ts'
import { type Figure, type Place, placeOf, say } from './place.ts'
import { baseOf, failures, latency, measured, throughput } from './specs.ts'

interface Drawn {
  chart: uPlot
  figure: Figure
  spec: ChartSpec | undefined
}

/** Who hears of what was done in a chart. */
export interface Listeners {
  /** The moment pointed at, in seconds since the load began. */
  moment(seconds: number | null): void
  /** A part of the run was chosen by dragging, or all of it again. */
  zoom(range: [number, number] | undefined): void
}

export class Board {
  readonly #data: PageData
  readonly #drawn = new Map<string, Drawn>()
  readonly #listen: Listeners
  #view: PageView
  #range: [number, number]
  #log = true
  #open: boolean
  /** Places in `views` of the endpoints whose part of the page is open. */
  readonly #endpoints = new Set<number>()
  #following = false

  constructor(data: PageData, view: PageView, listen: Listeners) {
    this.#data = data
    this.#view = view
    this.#range = [0, data.end]
    this.#listen = listen
    // Where there are no requests, what is measured stands in their place.
    this.#open = !data.hasRequests
  }

  get view(): PageView {
    return this.#view
  }

  show(view: PageView): void {
    this.#view = view
    this.#requests()
  }

  logScale(on: boolean): void {
    this.#log = on
    this.draw()
  }

  /** Shows a part of the run; the whole of it without one. */
  zoom(range: [number, number] | undefined): void {
    this.#range = range ?? [0, this.#data.end]
    this.draw()
  }

  /** The charts of what the script measures are made when somebody looks. */
  openMeasured(open: boolean): void {
    this.#open = open
    this.#measured()
  }

  /** The charts in the part of one endpoint are made when somebody looks. @param place in `views` */
  openEndpoint(place: number, open: boolean): void {
    if (open) this.#endpoints.add(place)
    else this.#endpoints.delete(place)
    this.#endpoint(place)
  }

  /** Everything anew: at first, and when the colours have changed. */
  draw(): void {
    this.#requests()
    for (const place of this.#endpoints) this.#endpoint(place)
    for (const chart of this.#data.machine) this.#one(chart.id, this.#measuredSpec(chart))
    this.#measured()
  }

  /** Points every chart at a moment. */
  point(seconds: number | null): void {
    this.#following = true
    for (const { chart, spec } of this.#drawn.values()) {
      if (spec === undefined) continue
      chart.setCursor({ left: seconds === null ? -10 : chart.valToPos(seconds, 'x'), top: 10 })
    }
    this.#following = false
  }

  /** Paper has no control that would say which part it is. */
  get #base(): Pick<ChartSpec, 'windows' | 'range'> {
    return baseOf(this.#data, matchMedia('print').matches ? [0, this.#data.end] : this.#range)
  }

  #measuredSpec = (chart: PageChart): ChartSpec => measured(chart, this.#base)

  #endpoint(place: number): void {
    const view = this.#data.views[place]
    if (view === undefined || !this.#endpoints.has(place)) return
    this.#one(`throughput-${place}`, throughput(view, this.#base))
    this.#one(`latency-${place}`, latency(view, this.#base, this.#log))
  }

  #measured(): void {
    if (this.#open) for (const chart of this.#data.measured) this.#one(chart.id, this.#measuredSpec(chart))
  }

  #requests(): void {
    const base = this.#base
    this.#one('throughput', throughput(this.#view, base))
    this.#one('latency', latency(this.#view, base, this.#log))
    const failed = failures(this.#view, base)
    if (failed.lines.length > 0) this.#one('failures', failed)
    else say(this.#place('failures'), 'No request failed.')
    this.#distribution()
  }

  /** The place of a chart, emptied; undefined where the page has none. */
  #place(id: string): Place | undefined {
    this.#drawn.get(id)?.chart.destroy()
    this.#drawn.delete(id)
    return placeOf(id)
  }

  #keep(id: string, figure: Figure, chart: uPlot, spec: ChartSpec | undefined): void {
    figure.chart = chart
    this.#drawn.set(id, { chart, figure, spec })
  }

  #one(id: string, spec: ChartSpec): void {
    const place = this.#place(id)
    if (place === undefined) return
    const values = legend(place.legend, spec.lines, spec.unit, spec.limits)
    const chart = makeChart(place.plot, spec, (u, index) => {
      values(index)
      if (this.#following) return
      const seconds = index === null ? null : (u.data[0][index] ?? null)
      this.#listen.moment(seconds)
    })
    this.#zoomable(chart)
    this.#keep(id, place.figure, chart, spec)
  }

  /** Drag to look closer, double click to look at everything again. */
  #zoomable(chart: uPlot): void {
    chart.hooks.setSelect = [
      (u) => {
        const { left, width } = u.select
        if (width < 4) return
        const range: [number, number] = [u.posToVal(left, 'x'), u.posToVal(left + width, 'x')]
        this.zoom(range)
        this.#listen.zoom(range)
      },
    ]
    chart.over.addEventListener('dblclick', () => {
      this.zoom(undefined)
      this.#listen.zoom(undefined)
    })
  }

  #distribution(): void {
    const { distribution: windows } = this.#view
    if (windows.length === 0) {
      say(this.#place('distribution'), 'Nothing was answered in a gated window.')
      return
    }
    const place = this.#place('distribution')
    if (place === undefined) return
    const drawn = distribution(windows)
    const values = legend(place.legend, drawn.lines, 'percent')
    const chart = drawDistribution(place.plot, drawn, (_, index) => values(index))
    place.plot.setAttribute('role', 'img')
    place.plot.setAttribute('aria-label', distributionText(windows))
    this.#keep('distribution', place.figure, chart, undefined)
  }

  /** Fits every chart to the room that it has now. */
  resize(): void {
    for (const { chart, figure } of this.#drawn.values()) {
      const width = figure.querySelector('.plot')?.clientWidth ?? 0
      if (width > 0 && width !== chart.width) chart.setSize({ width, height: chart.height })
    }
  }
}
