/** The script of the report: draws the charts and answers to the controls. */
import 'uplot/dist/uPlot.min.css'
import './style/colours.css'
import './style/base.css'
import './style/verdict.css'
import './style/contents.css'
import './style/tables.css'
import './style/controls.css'
import './style/charts.css'
import './style/facts.css'
import './style/runs.css'
import './style/phone.css'
import './style/print.css'
import type { PageData, PageView } from '../model.ts'
import { Board } from './board.ts'
import { folding } from './fold.ts'
import { clock, figure } from './format.ts'
import { sortTables } from './sort.ts'

/** A moment in words. */
function momentText({ windows, hasRequests }: PageData, view: PageView, index: number): string {
  const at = view.t[index] ?? 0
  const window = windows.find(({ start, end }) => at >= start && at < end)
  const value = (name: string, values: (number | null)[], unit: string): string => {
    const now = values[index] ?? null
    return now === null ? '' : `, ${name} ${figure(now)}${unit}`
  }
  const where = `${clock(at)}${window ? ` in ${window.name}` : ''}`
  if (!hasRequests) return where
  return `${where}${value('offered', view.offered, '/s')}${value('sent', view.sent, '/s')}${value('right', view.right, '/s')}${value('p95', view.p95, ' ms')}`
}

const nearest = (t: readonly number[], at: number): number =>
  t.reduce((best, moment, i) => (Math.abs(moment - at) < Math.abs((t[best] ?? 0) - at) ? i : best), 0)

function copyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    const text = document.getElementById(button.dataset.copy ?? '')?.textContent ?? ''
    button.hidden = false
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text)
        button.textContent = 'Copied'
      } catch {
        // A file that was opened from a disk may not write to the clipboard everywhere.
        button.textContent = 'Select it by hand'
      }
    })
  }
}

function controls(data: PageData, first: PageView): void {
  const slider = document.getElementById('moment') as HTMLInputElement
  const output = document.getElementById('moment-text') as HTMLOutputElement
  const scale = document.getElementById('scale') as HTMLInputElement | null
  const say = (index: number, view: PageView): void => {
    const text = momentText(data, view, index)
    output.textContent = text
    slider.setAttribute('aria-valuetext', text)
  }
  const zoom = document.getElementById('zoom') as HTMLSelectElement
  const board = new Board(data, first, {
    moment(seconds) {
      board.point(seconds)
      if (seconds === null) return
      const index = nearest(board.view.t, seconds)
      slider.value = String(index)
      say(index, board.view)
    },
    zoom(range) {
      zoom.querySelector('option[value="part"]')?.remove()
      if (range === undefined) zoom.value = ''
      else zoom.add(new Option(`${clock(range[0])} to ${clock(range[1])}`, 'part', false, true))
    },
  })
  const fit = (): void => {
    slider.max = String(Math.max(0, board.view.t.length - 1))
    output.textContent = ''
    slider.removeAttribute('aria-valuetext')
  }
  slider.addEventListener('input', () => {
    const index = Number(slider.value)
    board.point(board.view.t[index] ?? 0)
    say(index, board.view)
  })
  for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=view]'))
    radio.addEventListener('change', () => {
      board.show(data.views.find(({ endpoint }) => endpoint === radio.value) ?? first)
      fit()
    })
  scale?.addEventListener('change', () => board.logScale(scale.checked))
  zoom.addEventListener('change', () => {
    const window = data.windows.find(({ name }) => name === zoom.value)
    board.zoom(window && [window.start, window.end])
  })
  const measured = document.getElementById('measured') as HTMLDetailsElement | null
  measured?.addEventListener('toggle', () => board.openMeasured(measured.open))
  for (const part of document.querySelectorAll<HTMLDetailsElement>('details.endpoint[data-view]'))
    part.addEventListener('toggle', () => board.openEndpoint(Number(part.dataset.view), part.open))
  for (const changing of ['(prefers-color-scheme: dark)', 'print'])
    matchMedia(changing).addEventListener('change', () => board.draw())
  new ResizeObserver(() => board.resize()).observe(document.body)
  for (const hidden of document.querySelectorAll<HTMLElement>('.controls[hidden]')) hidden.hidden = false
  fit()
  board.draw()
}

const data = JSON.parse(document.getElementById('data')?.textContent ?? 'null') as PageData | null
copyButtons()
sortTables()
folding()
const first = data?.views[0]
if (data && first && document.getElementById('moment')) controls(data, first)
// How long it took until everything could be used, for those who measure it.
document.documentElement.dataset.ready = String(Math.round(performance.now()))
