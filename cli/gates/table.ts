/** What `loadgate gates diff` prints of a file: a row for each change, and the reasons that have changed. */
import type { Change, Comparison, Place, Value } from './compare.ts'

const ORDER: readonly Change['kind'][] = ['loosened', 'removed', 'tightened', 'added']
const HEAD = ['', 'window', 'endpoint', 'limit', 'old', '', 'new', 'by']

const valueText = (value: Value | undefined): string =>
  value === undefined ? 'none' : `${value.limit}${value.byDefault ? ' (default)' : ''}`

/** By how much: a share of the old limit, which says most where limits have different units. */
function by({ old, new: now }: Change): string {
  if (old === undefined || now === undefined || old.limit === 0) return ''
  const percent = Number((((now.limit - old.limit) / old.limit) * 100).toPrecision(3))
  return `${percent > 0 ? '+' : ''}${percent} %`
}

/** As gates are called: a metric is an endpoint of the window `run`. */
const named = ([part, first = '*', second = '']: Place): [window: string, endpoint: string] =>
  part === 'windows' ? [first, second] : ['run', first]
const isAt = (a: Place, b: Place): boolean => a.join() === b.join()

const rowOf = (change: Change): string[] => [
  change.kind,
  ...named(change.place),
  change.key,
  valueText(change.old),
  '->',
  valueText(change.new),
  by(change),
]

/** The rows in columns, without blanks at the end. */
function columns(rows: readonly string[][]): string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  )
}

export function tableOf({ changes, reasons }: Comparison): string[] {
  const sorted = ORDER.flatMap((kind) => changes.filter((change) => change.kind === kind))
  const rows = sorted.length === 0 ? [] : columns([HEAD, ...sorted.map(rowOf)])
  const explained = ({ place, key }: Change): boolean =>
    reasons.some((reason) => isAt(reason.place, place) && (reason.keys?.includes(key) ?? true))
  const loosened = sorted.filter((change) => change.kind === 'loosened' && !explained(change)).map(({ place }) => place)
  const unexplained = loosened.filter((place, index) => loosened.findIndex((other) => isAt(other, place)) === index)
  return [
    ...rows,
    ...reasons.flatMap((reason) => [
      `why of ${[...named(reason.place), ...(reason.keys === undefined ? [] : [reason.keys.join(', ')])].join(' ')}`,
      `  old: ${reason.old}`,
      `  new: ${reason.new}`,
    ]),
    ...unexplained.map((place) => `why of ${named(place).join(' ')}: the same as before, though a limit is looser`),
  ]
}
