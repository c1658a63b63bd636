/** Where the time of requests goes: waiting for a connection, making one, TLS, sending, waiting, receiving. */
import { valueText } from '../../../lib/summary/wording.ts'
import type { SeriesRow } from '../../record/series-model.ts'
import { type Column, figureCell, type Html, html, table } from './markup.ts'

type Recorded = NonNullable<SeriesRow['phases']>

/** k6 times no look-up of a name apart: it is what is left of the time before sending, as is the wait for a free connection. */
const PARTS: readonly { title: string; of: (mean: (phase: keyof Recorded) => number) => number }[] = [
  {
    title: 'DNS, queue',
    of: (mean) => Math.max(0, mean('blocked') - mean('connecting') - mean('tls')),
  },
  { title: 'Connect', of: (mean) => mean('connecting') },
  { title: 'TLS', of: (mean) => mean('tls') },
  { title: 'Send', of: (mean) => mean('sending') },
  { title: 'Wait', of: (mean) => mean('waiting') },
  { title: 'Receive', of: (mean) => mean('receiving') },
]

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
const sentOf = ({ sent }: SeriesRow): number => sum(sent)

/** Mean of a phase over several rows, each by its requests. */
const meanOf =
  (rows: readonly SeriesRow[]) =>
  (phase: keyof Recorded): number =>
    sum(rows.map((row) => (row.phases?.[phase]?.mean ?? 0) * sentOf(row))) / Math.max(1, sum(rows.map(sentOf)))

function row(name: Html, rows: readonly SeriesRow[], most: number): Html {
  const times = PARTS.map(({ title, of }) => ({ title, mean: of(meanOf(rows)) }))
  const opened = sum(rows.map((each) => each.phases?.connecting?.some ?? 0))
  const bar = times.map(({ mean }, i) => html`<i class="part-${i + 1}" style="width:${((100 * mean) / most).toFixed(2)}%"></i>`)
  return html`<tr>
<th scope="row">${name}</th>
<td class="split"><span class="stack" aria-hidden="true">${bar}</span></td>
${times.map(({ title, mean }) => figureCell(title, mean, valueText(mean, 'ms')))}
${figureCell('Opened', opened, valueText(opened, 'count'))}
</tr>`
}

const NUMBERS = [...PARTS.map(({ title }) => title), 'Opened'].map((title): Column => ({ title, number: true }))

/** @returns undefined where nothing of it was recorded */
export function phaseTable(
  caption: string,
  first: string,
  places: readonly { name: Html; rows: readonly SeriesRow[] }[],
): Html | undefined {
  const known = places.filter(({ rows }) => rows.some(({ phases }) => phases !== undefined))
  if (known.length === 0) return undefined
  const totals = known.map(({ rows }) => sum(PARTS.map(({ of }) => of(meanOf(rows)))))
  return html`<h3>Where the time goes <span class="count">mean of a request; “opened” are the requests that made a connection of their own</span></h3>
${table(
  caption,
  [{ title: first }, { title: 'Share' }, ...NUMBERS],
  known.map(({ name, rows }) => row(name, rows, Math.max(...totals, Number.MIN_VALUE))),
  'phases',
)}`
}
