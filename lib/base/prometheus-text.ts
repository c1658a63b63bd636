/**
 * Reads Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/), as far as it is asked for:
 * a page has hundreds of series, a question is about one.
 */

export interface Series {
  labels: Readonly<Record<string, string>>
  value: number
}

/** A metric, or those of its series that carry certain labels: `name` or `name{label="value",…}`. */
export interface SeriesSelector {
  name: string
  labels: Readonly<Record<string, string>>
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const LABEL = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/
const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' }

const unescaped = (text: string): string => text.replace(/\\[\\"n]/g, (pair) => ESCAPES[pair] ?? pair)

/** Labels in braces at the start of a text, and what comes after them; undefined where they are not closed or not labels. */
function readLabels(text: string): { labels: Record<string, string>; rest: string } | undefined {
  const labels: Record<string, string> = {}
  if (!text.startsWith('{')) return { labels, rest: text }
  let rest = text.slice(1)
  for (;;) {
    const end = /^\s*\}/.exec(rest)
    if (end !== null) return { labels, rest: rest.slice(end[0].length) }
    const label = LABEL.exec(rest)
    if (label === null) return undefined
    const [whole, name = '', value = ''] = label
    labels[name] = unescaped(value)
    rest = rest.slice(whole.length)
  }
}

function readValue(text: string): number | undefined {
  const written = /^\s+(\S+)/.exec(text)?.[1]
  if (written === undefined) return undefined
  if (/^\+?inf$/i.test(written)) return Number.POSITIVE_INFINITY
  if (/^-inf$/i.test(written)) return Number.NEGATIVE_INFINITY
  const value = Number(written)
  return Number.isNaN(value) ? undefined : value
}

/** undefined where the text is no selector. */
export function readSelector(text: string): SeriesSelector | undefined {
  const name = NAME.exec(text)?.[0]
  if (name === undefined) return undefined
  const read = readLabels(text.slice(name.length))
  return read === undefined || read.rest.trim() !== '' ? undefined : { name, labels: read.labels }
}

/** Series of a page that the selector names. Comments, lines that are not of the format and values that are no number are passed over. */
export function seriesOf(page: string, { name, labels }: SeriesSelector): Series[] {
  const wanted = Object.entries(labels)
  const found: Series[] = []
  const lines = `\n${page}`
  const start = `\n${name}`
  for (let at = lines.indexOf(start); at !== -1; at = lines.indexOf(start, at + 1)) {
    const end = lines.indexOf('\n', at + 1)
    const rest = lines.slice(at + start.length, end === -1 ? undefined : end)
    // Otherwise it is another metric, whose name begins with this one.
    if (!/^[{\s]/.test(rest)) continue
    const read = readLabels(rest.trimStart())
    const value = read && readValue(` ${read.rest}`)
    if (read !== undefined && value !== undefined && wanted.every(([label, text]) => read.labels[label] === text))
      found.push({ labels: read.labels, value })
  }
  return found
}

/** Sum over the series that the selector names; undefined where the page has none. */
export function sumOf(page: string, selector: SeriesSelector): number | undefined {
  const series = seriesOf(page, selector)
  return series.length === 0 ? undefined : series.reduce((sum, { value }) => sum + value, 0)
}
