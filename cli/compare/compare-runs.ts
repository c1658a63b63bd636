/** Two runs of one script side by side: what differs between them, gates, windows, endpoints. */
import { UsageError } from '../../lib/base/errors.ts'
import type { GateResult } from '../../lib/gates/model.ts'
import { columns } from '../../lib/summary/text.ts'
import { measuredText, placeText, valueText } from '../../lib/summary/wording.ts'
import { EXIT } from '../base/errors.ts'
import { type Terminal, tell } from '../base/terminal.ts'
import { readRun } from '../results/read-run.ts'
import { type ComparedRun, differences, sizeOf } from './differences.ts'
import {
  changeText,
  endpointFigures,
  type Figure,
  type GateChange,
  type GateState,
  gateChanges,
  windowFigures,
} from './run-changes.ts'

interface FoundRun extends ComparedRun {
  folder: string
}

/** @throws UsageError where the run has no figures */
function runIn(folder: string): FoundRun {
  const { verdict, summary, problems } = readRun(folder)
  if (summary === undefined)
    throw new UsageError(`${folder}: ${problems[0] ?? 'the run left no summary.json'}, so there is nothing to compare`)
  return { folder, verdict, summary }
}

const STATES: Readonly<Record<GateState, string>> = {
  broke: 'broken',
  mended: 'mended',
  gone: 'gone',
  new: 'new',
  same: '',
}

const gateText = (gate: GateResult | undefined): string =>
  gate === undefined ? '-' : `${gate.ok ? '✓' : '✗'} ${measuredText(gate)}`

function gateRow({ earlier, later, state }: GateChange): string[] {
  const gate = later ?? earlier
  if (gate === undefined) return []
  const change = changeText(earlier?.measured, later?.measured, gate.unit)
  return [placeText(gate), gate.label, gateText(earlier), gateText(later), change, STATES[state]]
}

/** Gates on evidence, and what must be zero, are told where they have changed their state. */
const isTold = ({ earlier, later, state }: GateChange): boolean =>
  state !== 'same' || ((later ?? earlier)?.kind === 'limit' && (later ?? earlier)?.limit !== 0)

function figureRow({ place, name, unit, earlier, later }: Figure): string[] {
  const text = (value: number | undefined): string => (value === undefined ? '-' : valueText(value, unit))
  return [place, name, text(earlier), text(later), changeText(earlier, later, unit)]
}

const RIGHT = [2, 3, 4]

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...columns([head, ...rows], RIGHT).map((line) => `  ${line}`)]
}

function lines(earlier: FoundRun, later: FoundRun): string[] {
  const [before, now] = [earlier.summary, later.summary]
  const about = ({ verdict, summary, folder }: FoundRun): string =>
    `${verdict.verdict.padEnd(7)}  ${verdict.started_at}  ${summary.script} (${summary.profile})  ${folder}`
  const found = differences(earlier, later)
  const head = ['where', 'figure', 'earlier', 'later', 'change']
  return [
    `earlier  ${about(earlier)}`,
    `later    ${about(later)}`,
    ...(found.length === 0
      ? ['', 'Both were made with the same settings and limits, on the same machine.']
      : [
          '',
          'what differs',
          ...columns([['', 'earlier', 'later'], ...found.map(({ name, earlier: a, later: b }) => [name, a, b])]).map(
            (line) => `  ${line}`,
          ),
        ]),
    ...table('gates', ['where', 'gate', 'earlier', 'later', 'change', ''], gateChanges(before, now).filter(isTold).map(gateRow)),
    ...table('windows', head, windowFigures(before, now).map(figureRow)),
    ...table('endpoints', head, endpointFigures(before, now).map(figureRow)),
    '',
  ]
}

/** @returns 99 where a gate that held does not hold any more, or is gone; 3 where one of the runs cannot be believed */
export function compareRuns(earlierFolder: string, laterFolder: string, terminal: Terminal): number {
  const [earlier, later] = [runIn(earlierFolder), runIn(laterFolder)]
  const [before, now] = [earlier.summary, later.summary]
  if (before.script !== now.script)
    throw new UsageError(`runs of different scripts cannot be compared: ${before.script}, then ${now.script}`)
  tell(terminal, lines(earlier, later))
  const changes = gateChanges(before, now)
  const of = (state: GateState): number => changes.filter((change) => change.state === state).length
  const lost = changes.some(({ state, earlier: gate }) => state === 'broke' || (state === 'gone' && gate?.ok === true))
  terminal.print(
    `Gates: ${of('broke')} broken, ${of('mended')} mended, ${of('gone')} gone, ${of('new')} new, ${of('same')} as they were`,
  )
  if (sizeOf(before) !== sizeOf(now)) terminal.print('The runs were not of the same size: their figures are of different loads.')
  if (lost) return EXIT.fail
  const unsure = [earlier, later].filter(({ verdict }) => verdict.verdict !== 'pass' && verdict.verdict !== 'fail')
  for (const { folder, verdict } of unsure)
    terminal.print(`${folder} is ${verdict.verdict}: what it measured proves nothing, so neither does this comparison.`)
  return unsure.length > 0 ? EXIT.invalid : EXIT.pass
}
