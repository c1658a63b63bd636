/** Lines that are longer than the terminal, broken at spaces: what follows stands below the text, not below its label. */

/** Columns of a terminal of which nothing is known. */
export const USUAL_WIDTH = 80

/** Of these somebody copies what follows: commands, folders. */
const WHOLE = /^ *(repeat|results|report|\$) /
/** A word that two spaces part from its text, as in `next     Ask for it again`. */
const LABEL = /^ *\S{1,14} {2,}(?=\S)/
const INDENT = 2
/** Room that is worth being a column. */
const LEAST = 24
/** A row of a table has more gaps than a label has. */
const ROW = /^(.*\S {2,}\S.*\S) {2,}(?=\S)(.*?)$/

/** A number stays with its unit. */
const BREAK = / (?!(?:ms|s|MiB)\b|%)/

const leading = (text: string): number => text.length - text.trimStart().length

type Plain = (text: string) => string
const same: Plain = (text) => text

function broken(words: readonly string[], start: string, hang: number, width: number, plain: Plain): string[] {
  const lines: string[] = []
  let [line, length] = [start, plain(start).length]
  let empty = true
  for (const word of words) {
    const longer = length + (empty ? 0 : 1) + plain(word).length
    if (!empty && longer > width) {
      lines.push(line)
      line = ' '.repeat(hang) + word
      length = plain(line).length
    } else {
      line += `${empty ? '' : ' '}${word}`
      length = longer
    }
    empty = false
  }
  return [...lines, line]
}

/**
 * @param width characters that a line has room for; colours take none
 * @param plain the text without its colours, where it may have some
 * @returns the line itself where it fits, or where it must stay whole
 */
export function wrapped(line: string, width: number, plain: Plain = same): string[] {
  const bare = plain(line)
  if (bare.length <= width || WHOLE.test(bare)) return [line]
  const label = LABEL.exec(bare)?.[0].length
  const row = label === undefined || bare.slice(label).includes('  ') ? ROW.exec(line) : null
  if (row !== null) {
    const [, cells = '', last = ''] = row
    const begins = bare.length - plain(last).length
    if (width - begins >= LEAST) return broken(last.split(BREAK), line.slice(0, line.length - last.length), begins, width, plain)
    // The last cell goes below the others.
    const hang = leading(bare) + 2 * INDENT
    return [cells, ...broken(last.split(BREAK), ' '.repeat(hang), hang, width, plain)]
  }
  const hang = label ?? leading(bare) + INDENT
  const [start, rest] = splitAt(line, label ?? leading(bare), plain)
  return broken(rest.split(BREAK), start, hang, width, plain)
}

/** Splits a text that may hold colours behind so many of its characters; never within a colour. */
function splitAt(line: string, characters: number, plain: Plain): [start: string, rest: string] {
  const start = plain(line).slice(0, characters)
  let at = characters
  while (at < line.length && plain(line.slice(0, at)) !== start) at += 1
  return [line.slice(0, at), line.slice(at)]
}
