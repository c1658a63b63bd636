/** What stands behind and before the lines of a chart: windows as shaded bands with their names, limits as dashed lines. */
import type uPlot from 'uplot'
import type { PageLimit, PageWindow } from '../model.ts'
import { figure } from './format.ts'
import { theme } from './theme.ts'

const FONT = 11

/** @param above pixels above the plot that may be drawn in, too */
function clipped(u: uPlot, above: number, draw: (context: CanvasRenderingContext2D, ratio: number) => void): void {
  const { ctx, bbox } = u
  const room = above * devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top - room, bbox.width, bbox.height + room)
  ctx.clip()
  draw(ctx, devicePixelRatio)
  ctx.restore()
}

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

export function limitLayer(limits: readonly PageLimit[]): uPlot.Plugin {
  return {
    hooks: {
      draw: (u) =>
        clipped(u, 0, (context, ratio) => {
          const { bad, ink, ground } = theme()
          const { top, height, left: edge, width: whole } = u.bbox
          context.font = `${FONT * ratio}px system-ui, sans-serif`
          context.textAlign = 'left'
          context.textBaseline = 'top'
          const taken: { left: number; right: number; y: number }[] = []
          for (const { start, end, value, label, side, ok } of limits) {
            const [left, right] = [
              Math.max(edge, u.valToPos(start, 'x', true)),
              Math.min(edge + whole, u.valToPos(end, 'x', true)),
            ]
            if (right <= left) continue
            const at = u.valToPos(value, 'y', true)
            const above = at < top
            const y = above ? top + ratio : at
            if (y > top + height) continue
            context.strokeStyle = ok ? ink : bad
            context.lineWidth = (ok ? 1 : 2) * ratio
            context.setLineDash([7 * ratio, 4 * ratio])
            context.beginPath()
            context.moveTo(left, y)
            context.lineTo(right, y)
            context.stroke()
            context.setLineDash([])
            // Where the window is narrow on this screen, the number alone.
            const texts = [label, figure(value)].map((words) => `${above ? '↑ ' : ''}${words}${ok ? '' : ' ✗'}`)
            const text = texts.find((words) => context.measureText(words).width + 8 * ratio <= right - left)
            if (text === undefined) continue
            const width = context.measureText(text).width
            const high = (FONT + 3) * ratio
            const from = right - width - 4 * ratio
            // Above only where there is room above.
            const down = side === 'below' || y - high < top
            let label_y = down ? y + 3 * ratio : y - high
            while (taken.some((box) => from < box.right && box.left < right && Math.abs(box.y - label_y) < high - ratio))
              label_y += down ? high : -high
            taken.push({ left: from, right, y: label_y })
            context.globalAlpha = 0.8
            context.fillStyle = ground
            context.fillRect(from - 2 * ratio, label_y - ratio, width + 4 * ratio, high)
            context.globalAlpha = 1
            context.fillStyle = ok ? ink : bad
            context.fillText(text, from, label_y)
          }
        }),
    },
  }
}
