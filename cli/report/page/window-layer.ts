/** Windows as shaded bands behind the lines of a chart, with their names. */
import type uPlot from 'uplot'
import type { PageWindow } from '../model.ts'
import { clipped, FONT, theme } from './canvas.ts'

const NAMES = 16

interface Span {
  names: string[]
  start: number
  end: number
}

/** Windows that run at the same time share the room for their names. */
function together(windows: readonly PageWindow[]): Span[] {
  const spans: Span[] = []
  for (const { name, start, end } of [...windows].sort((a, b) => a.start - b.start)) {
    const last = spans.at(-1)
    if (last === undefined || start >= last.end) spans.push({ names: [name], start, end })
    else {
      last.names.push(name)
      last.end = Math.max(last.end, end)
    }
  }
  return spans
}

/** As many of the names as there is room for. */
function namesIn(context: CanvasRenderingContext2D, names: readonly string[], room: number): string | undefined {
  const texts = names.map((_, left) => [...names.slice(0, names.length - left), ...(left > 0 ? ['…'] : [])].join(', '))
  return texts.find((text) => context.measureText(text).width <= room)
}

export function windowLayer(windows: readonly PageWindow[]): uPlot.Plugin {
  return {
    hooks: {
      drawClear: (u) =>
        clipped(u, NAMES, (context, ratio) => {
          const { shade, quiet, rule } = theme()
          const { top, height, left: edge, width: whole } = u.bbox
          context.font = `${FONT * ratio}px system-ui, sans-serif`
          context.textAlign = 'left'
          context.textBaseline = 'top'
          const head = top - NAMES * ratio
          const sides = ({ start, end }: Pick<Span, 'start' | 'end'>): [number, number] => [
            u.valToPos(start, 'x', true),
            u.valToPos(end, 'x', true),
          ]
          context.fillStyle = shade
          for (const [left, right] of windows.filter(({ gated }) => gated).map(sides))
            context.fillRect(left, head, right - left, height + NAMES * ratio)
          for (const window of windows) {
            const [left, right] = sides(window)
            context.strokeStyle = rule
            context.lineWidth = ratio
            context.beginPath()
            for (const x of [left, right]) {
              context.moveTo(x, head)
              context.lineTo(x, top + height)
            }
            context.stroke()
          }
          context.fillStyle = quiet
          for (const span of together(windows)) {
            const [left, right] = sides(span)
            const from = Math.max(left, edge) + 4 * ratio
            const text = namesIn(context, span.names, Math.min(right, edge + whole) - from)
            if (text !== undefined) context.fillText(text, from, head + 2 * ratio)
          }
        }),
    },
  }
}
