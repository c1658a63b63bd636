/**
 * Colours of our own text. While a text is made, a colour is a mark that this process has made up, so that no text from outside can
 * hold one; the terminal's own sequences are written at the very end, when all else is escaped.
 */
import { randomUUID } from 'node:crypto'
import { visible } from '../../lib/base/escape.ts'

const CODES = { red: [31, 39], green: [32, 39], yellow: [33, 39], bold: [1, 22], dim: [2, 22] } as const
export type Palette = Readonly<Record<keyof typeof CODES, (text: string) => string>>

const OURS = `\u001b${randomUUID()}:`
/** A mark, with its code; splitting by it leaves texts and codes in turn. */
const MARK = new RegExp(`${OURS}(\\d+)m`)

export const palette = (on: boolean): Palette =>
  Object.fromEntries(
    Object.entries(CODES).map(([name, [begin, end]]) => [
      name,
      (text: string) => (on ? `${OURS}${begin}m${text}${OURS}${end}m` : text),
    ]),
  ) as unknown as Palette

/** Without its colours. */
export const plain = (text: string): string =>
  text
    .split(MARK)
    .filter((_, i) => i % 2 === 0)
    .join('')

/** One line, as a terminal may have it: nothing is obeyed but our own colours. */
export const forTerminal = (line: string): string =>
  line
    .split(MARK)
    .map((part, i) => (i % 2 === 0 ? visible(part) : `\u001b[${part}m`))
    .join('')

/** Cut to a width that is counted without colours; colours end with the line. */
export function fit(text: string, width: number): string {
  let seen = 0
  return text
    .split(MARK)
    .map((part, i) => {
      if (i % 2 === 1) return `${OURS}${part}m`
      const kept = part.slice(0, width - seen)
      seen += kept.length
      return kept
    })
    .join('')
}
