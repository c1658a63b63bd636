/** Where something can be written in a chart without standing on a curve. */
import type uPlot from 'uplot'

export interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

type Point = readonly [x: number, y: number]

const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** Whether a straight line comes into the box. */
function crosses([x0, y0]: Point, [x1, y1]: Point, { left, right, top, bottom }: Box): boolean {
  if (x1 < left || x0 > right) return false
  const at = (x: number): number => (x1 === x0 ? y0 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0))
  const ends = [at(Math.max(x0, left)), at(Math.min(x1, right))]
  return Math.min(...ends) < bottom && Math.max(...ends) > top
}

/** Pieces of all curves in pixels of the canvas. */
function piecesOf(u: uPlot): (readonly [Point, Point])[] {
  const [t, ...lines] = u.data
  return lines.flatMap((values) => {
    const points = Array.from(values, (value, i): Point | undefined =>
      value == null ? undefined : [u.valToPos(t[i] ?? 0, 'x', true), u.valToPos(value, 'y', true)],
    )
    return points.flatMap((point, i) => {
      const next = points[i + 1]
      return point && next ? [[point, next] as const] : []
    })
  })
}

/** The free places of one chart. */
export class Room {
  readonly #pieces: (readonly [Point, Point])[]
  readonly #taken: Box[] = []

  constructor(u: uPlot) {
    this.#pieces = piecesOf(u)
  }

  /** Takes the first of the boxes that is free. */
  take(boxes: readonly Box[]): Box | undefined {
    const found = boxes.find(
      (box) => !this.#taken.some((other) => meet(other, box)) && !this.#pieces.some(([a, b]) => crosses(a, b, box)),
    )
    if (found !== undefined) this.#taken.push(found)
    return found
  }
}
