/** The summary as a person reads it in a terminal: failed gates first. */

import type { GateResult } from '../gates/model.ts'
import type { EndpointSummary, RunSummary, WindowSummary } from './model.ts'
import { shownGates } from './shown-gates.ts'
import { gateName, limitText, measuredText, placeText, valueText } from './wording.ts'

/** Where there are colours, whoever prints the lines says what they are. */
export type Paint = Readonly<Record<'red' | 'green' | 'dim' | 'bold', (text: string) => string>>
const same = (text: string): string => text
const PLAIN: Paint = { red: same, green: same, dim: same, bold: same }

const gateRow = (gate: GateResult): string[] => [
  gate.ok ? '✓' : '✗',
  placeText(gate),
  gate.label,
  measuredText(gate),
  limitText(gate),
  gate.samples === null || gate.kind !== 'limit' ? '' : valueText(gate.samples, 'count'),
]

/** `12 rpc_error (10 x -32603, 2 x success_false)` */
const codesText = (codes: EndpointSummary['rpc_codes']): string =>
  codes === undefined
    ? ''
    : ` (${Object.entries(codes)
        .map(([code, n]) => `${n} x ${code}`)
        .join(', ')})`

function endpointRow({
  window,
  endpoint,
  sent,
  ok,
  shed,
  failures,
  rpc_codes,
  not_sent = 0,
  latency,
}: EndpointSummary): string[] {
  const others = Object.entries(failures).flatMap(([failure, n]) =>
    failure === 'shed' ? [] : [`${n} ${failure}${failure === 'rpc_error' ? codesText(rpc_codes) : ''}`],
  )
  if (not_sent > 0) others.push(`${not_sent} not sent: what they build on did not come`)
  const ms = (value: number | undefined) => (value === undefined ? '-' : valueText(value, 'ms'))
  return [
    `${window} / ${endpoint}`,
    valueText(sent, 'count'),
    valueText(ok, 'count'),
    valueText(shed, 'count'),
    ms(latency?.p50),
    ms(latency?.p95),
    ms(latency?.p99),
    others.join(', '),
  ]
}

/** The figures that every load tool reports, so that two runs can be laid side by side. */
const windowRow = ({ name, total }: WindowSummary): string[][] =>
  total === undefined
    ? []
    : [
        [
          name,
          valueText(total.sent, 'count'),
          valueText(total.errors, 'count'),
          valueText(total.shed, 'count'),
          valueText(total.rps, 'rps'),
          total.latency === null ? '-' : valueText(total.latency.p95, 'ms'),
        ],
      ]

/** Figures of sub-metrics: what went wrong, by class or status. */
const kindsOf = ({ figures }: RunSummary): string[] =>
  Object.entries(figures).flatMap(([name, { values }]) =>
    /\{(class|status):/.test(name) ? [`${name} ${valueText(values.count ?? 0, 'count')}`] : [],
  )

/** Stopped in setup, or before: tables of zeros would hide why. An interrupted iteration counts nowhere, so its figures are asked too. */
const neverBegan = ({ totals, endpoints, figures }: RunSummary): boolean =>
  totals.iterations === 0 &&
  totals.dropped === 0 &&
  endpoints.every(({ sent }) => sent === 0) &&
  Object.values(figures).every(({ values }) => (values.count ?? 0) === 0)

/**
 * The target with every address that is sent to. Its name is that of its target file: who gave a base URL alone has not said whose that is.
 * @param embedded whether the base URL is that of the embedded gateway
 */
export function addressesOf({ target, settings }: Pick<RunSummary, 'target' | 'settings'>, embedded = false): string {
  const { name, base_url, elsewhere = [] } = target
  const nameless = !embedded && settings.BASE_URL !== undefined && settings.TARGET === undefined
  const addresses = [base_url, ...elsewhere.map((other) => `${other.base_url} (${someOf(other.endpoints)})`)].join(' and ')
  return nameless ? addresses : `${name} at ${addresses}`
}

/** Behind the title: the load is not what the script's name says. */
export const narrowedText = ({ narrowed = [] }: Pick<RunSummary, 'narrowed'>): string =>
  narrowed.length === 0 ? '' : `, narrowed by the target: ${narrowed.join('; ')}`

const NAMED = 3
const someOf = (names: readonly string[]): string =>
  names.length <= NAMED ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`

/**
 * Lines that hold names and reasons as they are: they are for a writer that escapes them.
 * @param embedded whether the gateway is the embedded one
 */
export function summaryLines(summary: RunSummary, paint: Paint = PLAIN, embedded = false): string[] {
  const { gates } = summary
  const red = gates.filter(({ ok }) => !ok)
  const { totals } = summary
  const title = paint.bold(
    `${summary.script} (${summary.profile}) against ${addressesOf(summary, embedded)}${narrowedText(summary)}`,
  )
  if (neverBegan(summary))
    return ['', title, '', paint.red('  No load was sent: the run ended before it began, so no gate could hold.'), '']
  // What always holds is said in one line; a reader looks for the limits of the thresholds file.
  const { shown, folded, foldedNames } = shownGates(gates)
  const gateLines = columns([['', 'where', 'gate', 'measured', 'limit', 'samples'], ...shown.map(gateRow)], [3, 5])
  const endpointLines = columns(
    [['where', 'sent', 'right', 'shed', 'p50', 'p95', 'p99', 'failures'], ...summary.endpoints.map(endpointRow)],
    [1, 2, 3, 4, 5, 6],
  )
  const windowLines = columns(
    [['window', 'requests', 'errors', 'shed', 'sent/s', 'p95'], ...summary.windows.flatMap(windowRow)],
    [1, 2, 3, 4, 5],
  )
  const [windowHead = '', ...windowRows] = windowLines
  const [gateHead = '', ...gateRows] = gateLines
  const [endpointHead = '', ...endpointRows] = endpointLines
  const whys = [...new Set(red.map(({ why }) => why))].flatMap((why) =>
    why
      ? [
          `  ${red
            .filter((gate) => gate.why === why)
            .map(gateName)
            .join(', ')}:`,
          `    ${why}`,
        ]
      : [],
  )
  const kinds = red.length === 0 ? [] : kindsOf(summary)
  return [
    '',
    title,
    '',
    ...(windowRows.length > 0 ? [paint.dim(`  ${windowHead}`), ...windowRows.map((line) => `  ${line}`), ''] : []),
    ...(endpointRows.length > 0 ? [paint.dim(`  ${endpointHead}`), ...endpointRows.map((line) => `  ${line}`), ''] : []),
    paint.dim(`  ${gateHead}`),
    ...gateRows.map((line, i) => `  ${shown[i]?.ok ? line : paint.red(line)}`),
    ...(folded.length > 0 ? [paint.dim(`  ✓  and ${folded.length} more: ${foldedNames}`)] : []),
    '',
    ...(whys.length > 0 ? ['  Why these limits:', ...whys.map((line) => `  ${line}`), ''] : []),
    ...(kinds.length > 0 ? [`  Counted by kind: ${kinds.join(', ')}`, ''] : []),
    ...(summary.advice ?? []).map((line) => `  ${line}`),
    ...(summary.not_tested.length > 0 ? [`  Not tested: ${summary.not_tested.join(', ')}`] : []),
    ...(summary.checked_weakly === undefined ? [] : ['  Checked weakly:', ...summary.checked_weakly.map((one) => `    ${one}`)]),
    `  ${valueText(totals.sent, 'count')} requests sent in ${summary.duration_s.toFixed(1)} s, ${valueText(totals.dropped, 'count')} iterations dropped, ${valueText(totals.script_errors, 'count')} threw`,
    red.length === 0
      ? paint.green(`  All ${gates.length} gates held.`)
      : paint.red(`  ${red.length} of ${gates.length} gates did not hold; limits are from ${summary.thresholds}`),
    '',
  ]
}

/**
 * Rows of a table as lines of text.
 * @param right columns that are aligned to the right
 */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
