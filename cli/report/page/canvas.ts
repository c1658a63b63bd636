/** Drawing beside the lines of a chart. */
import type uPlot from 'uplot'

export const FONT = 11

/** @param above pixels above the plot that may be drawn in, too */
export function clipped(u: uPlot, above: number, draw: (context: CanvasRenderingContext2D, ratio: number) => void): void {
  const { ctx, bbox } = u
  const room = above * devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top - room, bbox.width, bbox.height + room)
  ctx.clip()
  draw(ctx, devicePixelRatio)
  ctx.restore()
}
