/** The instances of a run as a table, for a terminal and a page of a CI system. */
import { columns } from '../../lib/summary/text.ts'
import { valueText } from '../../lib/summary/wording.ts'
import type { Fleet, InstanceRow } from './fleet-model.ts'

export const COLUMNS = [
  'instance',
  'from',
  'sent',
  'share',
  'rate',
  'dropped',
  'start lag p99',
  'CPU',
  'p95',
  'clock',
  'unlike the others',
] as const

const or = (value: number | null, text: (value: number) => string): string => (value === null ? '' : text(value))

export const cells = ({
  instance,
  from,
  sent,
  share,
  rate,
  dropped,
  lag_ms,
  cpu,
  p95_ms,
  clock_ms,
  outlier,
}: InstanceRow): string[] => [
  String(instance),
  from,
  valueText(sent, 'count'),
  valueText(share, 'share'),
  or(rate, (value) => valueText(value, 'rps')),
  valueText(dropped, 'count'),
  or(lag_ms, (value) => valueText(value, 'ms')),
  or(cpu, (value) => `${value.toFixed(2)} cores`),
  or(p95_ms, (value) => valueText(value, 'ms')),
  or(clock_ms, (value) => `${value > 0 ? '+' : ''}${Math.round(value)} ms`),
  outlier.join(', '),
]

/** The first row is the head. */
export const instanceRows = ({ rows }: Fleet): string[][] => [[...COLUMNS], ...rows.map(cells)]

/** Of a large fleet, those that are unlike the others come first. */
const SHOWN = 20

export function fleetLines(fleet: Fleet): string[] {
  const first = fleet.rows.toSorted((a, b) => b.outlier.length - a.outlier.length).slice(0, SHOWN)
  const more = fleet.rows.length - first.length
  return [
    '',
    ...columns(instanceRows({ ...fleet, rows: first }), [2, 3, 4, 5, 6, 7, 8, 9]).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more, see fleet.json`] : []),
    '',
  ]
}
