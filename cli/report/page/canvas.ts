/** Drawing beside the lines of a chart, in the colours of the page. */
import type uPlot from 'uplot'

/** Colours of the page's style, for the canvas. */
export interface Theme {
  ink: string
  quiet: string
  rule: string
  shade: string
  ground: string
  bad: string
  /** Colours of lines, in the order in which they are used. Lines differ by dashes too. */
  lines: string[]
}

export function theme(): Theme {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: of('ink'),
    quiet: of('quiet'),
    rule: of('rule'),
    shade: of('shade'),
    ground: of('ground'),
    bad: of('bad'),
    lines: [1, 2, 3, 4, 5, 6].map((number) => of(`line-${number}`)),
  }
}

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
