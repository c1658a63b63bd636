/** Limits as dashed lines over their windows. A limit is named where no curve is; its name stands in the legend in any case. */
import type uPlot from 'uplot'
import type { PageLimit } from '../model.ts'
import { clipped, FONT, theme } from './canvas.ts'
import { figure } from './format.ts'
import { type Box, Room } from './room.ts'

/** Pixels between two places that are tried for a name. */
const STEP = 12
const GAP = 4

/** Places for a text along a line: from its end to its start, first on the side where good values are not. */
function placesFor(
  width: number,
  height: number,
  y: number,
  [left, right]: [number, number],
  plot: Box,
  ratio: number,
  side: PageLimit['side'],
): Box[] {
  const above = { top: y - height - ratio, bottom: y - ratio }
  const below = { top: y + 2 * ratio, bottom: y + height + 2 * ratio }
  const sides = (side === 'above' ? [above, below] : [below, above]).filter(
    ({ top, bottom }) => top >= plot.top && bottom <= plot.bottom,
  )
  return sides.flatMap(({ top, bottom }) => {
    const boxes: Box[] = []
    for (let end = right - GAP * ratio; end - width >= left; end -= STEP * ratio)
      boxes.push({ left: end - width, right: end, top, bottom })
    return boxes
  })
}

export function limitLayer(limits: readonly PageLimit[]): uPlot.Plugin {
  return {
    hooks: {
      draw: (u) =>
        clipped(u, 0, (context, ratio) => {
          const { bad, ink } = theme()
          const { top, height, left: edge, width: whole } = u.bbox
          const plot: Box = { left: edge, right: edge + whole, top, bottom: top + height }
          context.font = `${FONT * ratio}px system-ui, sans-serif`
          context.textAlign = 'left'
          context.textBaseline = 'top'
          const room = new Room(u)
          for (const { start, end, value, label, side, ok } of limits) {
            const [left, right] = [Math.max(edge, u.valToPos(start, 'x', true)), Math.min(plot.right, u.valToPos(end, 'x', true))]
            if (right <= left) continue
            const at = u.valToPos(value, 'y', true)
            const isBeyond = at < top
            const y = isBeyond ? top + ratio : at
            if (y > plot.bottom) continue
            context.strokeStyle = ok ? ink : bad
            context.lineWidth = (ok ? 1 : 2) * ratio
            context.setLineDash([7 * ratio, 4 * ratio])
            context.beginPath()
            context.moveTo(left, y)
            context.lineTo(right, y)
            context.stroke()
            context.setLineDash([])
            // Where there is no room for all of it, the number alone.
            for (const words of [label, figure(value)]) {
              const text = `${isBeyond ? '↑ ' : ''}${words}${ok ? '' : ' ✗'}`
              const places = placesFor(context.measureText(text).width, FONT * ratio, y, [left, right], plot, ratio, side)
              const box = room.take(places)
              if (box === undefined) continue
              context.fillStyle = ok ? ink : bad
              context.fillText(text, box.left, box.top)
              break
            }
          }
        }),
    },
  }
}
