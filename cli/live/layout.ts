/** Rows of figures in a terminal of any width: what does not fit stands below, and nothing is cut that a line has room for. */
import { fit, plain } from '../base/colour.ts'

export interface Row {
  /** Stands before the first part; a row without a label begins at the edge. */
  label?: string
  /** Never broken, unless one alone is wider than the terminal. Colours do not count. */
  parts: readonly string[]
}

const LABEL = 11
const MARGIN = 2
/** Terminals that are narrower give their room to the figures. */
const NARROW = 60
const GAP = '   '

const lengthOf = (text: string): number => plain(text).length

function linesOf({ label, parts }: Row, width: number, dim: (text: string) => string): string[] {
  const margin = label === undefined ? 0 : MARGIN
  const indent = label === undefined ? 0 : width < NARROW ? MARGIN * 2 : MARGIN + LABEL
  const lines: string[] = []
  let line = label === undefined || label === '' ? ' '.repeat(indent) : ' '.repeat(margin) + dim(label.padEnd(LABEL))
  let empty = true
  for (const part of parts) {
    const longer = line + (empty ? '' : GAP) + part
    if (!empty && lengthOf(longer) > width) {
      lines.push(line)
      line = ' '.repeat(indent) + part
    } else line = longer
    empty = false
  }
  return [...lines, line].map((text) => fit(text, width))
}

/** @param height lines that the terminal can rewrite: what is beyond them could not be wiped */
export const layout = (rows: readonly Row[], width: number, height: number, dim: (text: string) => string): string[] =>
  rows.flatMap((row) => linesOf(row, width, dim)).slice(0, height)
