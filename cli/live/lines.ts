/** A moment of the run in words: rows for a terminal that can rewrite them, one line for a log. */
import { gateName, valueText } from '../../lib/summary/wording.ts'
import { seconds } from '../base/figures.ts'
import type { GateSoFar } from './gates-so-far.ts'
import type { Row } from './layout.ts'
import type { Moment } from './moment.ts'

export interface Paint {
  red(text: string): string
  green(text: string): string
  dim(text: string): string
  bold(text: string): string
}

/** Red gates that are named; the others are counted. */
const NAMED = 4

const rate = (value: number): string => `${valueText(value < 10 ? Number(value.toFixed(1)) : Math.round(value), 'count')}/s`
const ms = (value: number | null): string => (value === null ? '–' : valueText(value, 'ms'))

function timeText({ elapsed, planned }: Moment): string {
  const left = planned === undefined || elapsed >= planned ? '' : `, ${seconds(planned - elapsed)} left`
  return `${seconds(elapsed)}${left}`
}

type Window = Moment['windows'][number]

const place = ({ name, elapsed, duration }: Window): string =>
  `${name} ${Math.max(0, Math.floor(elapsed))} of ${seconds(duration)}`

function windowText({ elapsed, planned, windows }: Moment, text: (window: Window) => string): string {
  const over = planned !== undefined && elapsed >= planned
  return windows.map(text).join(', ') || (over ? 'finishing' : 'between windows')
}

function failureText({ failures }: Moment): string {
  const found = Object.entries(failures).filter(([, count]) => count > 0)
  if (found.length === 0) return 'none'
  return found
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${valueText(count, 'count')}`)
    .join(', ')
}

const processText = ({ role, cpu, rss }: Moment['processes'][number]): string =>
  `${role} ${cpu === null ? '–' : cpu.toFixed(2)} cores${rss === null ? '' : `, ${valueText(rss, 'bytes')}`}`

const redText = ({ gate, measured = 0, late }: GateSoFar): string =>
  late !== undefined && gate.late !== undefined
    ? `${gateName(gate)} ${valueText(late, 'share')} waited over ${valueText(gate.late.ms, 'ms')}, must be at most ${valueText(gate.late.share, 'share')}`
    : `${gateName(gate)} ${valueText(measured, gate.unit)}, must be ${gate.bound === 'max' ? 'at most' : 'at least'} ${valueText(gate.limit, gate.unit)}`

function gateCounts({ gates }: Moment): { text: string; red: GateSoFar[] } {
  const of = (state: GateSoFar['state']): GateSoFar[] => gates.filter((gate) => gate.state === state)
  const red = of('red')
  const parts = [
    ...(red.length > 0 ? [`${red.length} red`] : []),
    `${of('holds').length} hold so far`,
    ...(of('open').length > 0 ? [`${of('open').length} open`] : []),
  ]
  return { text: parts.join(', '), red }
}

const SIGNS: Record<GateSoFar['state'], string> = { red: '✗', holds: '✓', open: '·' }

/** Every gate as a sign, those of a window together. */
function signs({ gates }: Moment, paint: Paint): string[] {
  const byWindow = new Map<string, string>()
  for (const { gate, state } of gates) {
    const { window } = gate
    const sign = state === 'red' ? paint.red(SIGNS.red) : SIGNS[state]
    byWindow.set(window, (byWindow.get(window) ?? '') + sign)
  }
  return [...byWindow].map(([window, all]) => `${window} ${all}`)
}

export function rows(script: string, moment: Moment, paint: Paint): Row[] {
  const { offered, sent, goodput, p50, p95, p99, dropped, vus, vusMax, processes, gates } = moment
  const bad = (text: string, is: boolean): string => (is ? paint.red(text) : text)
  const { text, red } = gateCounts(moment)
  const failed = Object.values(moment.failures).some((count) => count > 0)
  const requests = [`sent ${rate(sent)}`, `goodput ${rate(goodput)}`]
  return [
    { parts: [paint.bold(script), timeText(moment), windowText(moment, place)] },
    { label: 'requests', parts: [...(offered === undefined ? [] : [`offered ${rate(offered)}`]), ...requests] },
    { label: 'latency', parts: [`p50 ${ms(p50)}`, `p95 ${ms(p95)}`, `p99 ${ms(p99)}`] },
    {
      label: 'failures',
      parts: [bad(failureText(moment), failed), bad(`dropped ${valueText(dropped, 'count')}`, dropped > 0)],
    },
    { label: 'load', parts: [`VUs ${vus ?? 0} of ${vusMax ?? 0}`, ...processes.map(processText)] },
    ...(gates.length === 0
      ? []
      : [
          { label: 'gates', parts: [red.length > 0 ? paint.red(text) : paint.green(text)] },
          { label: '', parts: signs(moment, paint) },
        ]),
    ...red.slice(0, NAMED).map((gate) => ({ label: '', parts: [`${paint.red('✗')} ${redText(gate)}`] })),
    ...(red.length > NAMED ? [{ label: '', parts: [`and ${red.length - NAMED} more red`] }] : []),
  ]
}

const BETWEEN = ' · '

/** The same in one line, for a log: what matters most first, and of the rest what the width has room for. */
export function line(moment: Moment, width: number): string {
  const { offered, sent, goodput, p95, dropped } = moment
  const { red } = gateCounts(moment)
  const failures = failureText(moment)
  const [time, ...parts] = [
    timeText(moment),
    windowText(moment, ({ name }) => name),
    ...(red.length > 0 ? [`${red.length} of ${moment.gates.length} gates red`] : []),
    failures === 'none' ? 'no failures' : failures,
    `goodput ${rate(goodput)} of ${rate(offered ?? sent)}`,
    `p95 ${ms(p95)}`,
    ...(dropped > 0 ? [`${valueText(dropped, 'count')} dropped`] : []),
  ]
  const fits = (text: string, part: string): string => {
    const longer = text + BETWEEN + part
    return longer.length <= width ? longer : text
  }
  return parts.reduce(fits, time ?? '')
}
