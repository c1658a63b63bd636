/** What two runs of a script do not have in common, so that who compares them knows what a change may come from. Pure. */
import type { RunSummary, WindowSummary } from '../../lib/summary/model.ts'
import { limitText, placeText, valueText } from '../../lib/summary/wording.ts'
import { seconds } from '../base/figures.ts'
import type { Verdict } from '../results/verdict-model.ts'
import { gateChanges } from './run-changes.ts'

/** A finished run, as far as it is compared. */
export interface ComparedRun {
  verdict: Verdict
  summary: RunSummary
}

export interface Difference {
  name: string
  earlier: string
  later: string
}

const NONE = 'none'
/** Settings that say how much is sent where no planned count does. */
const SIZES =
  'USERS THINK_TIME CONNECTIONS VUS REQUESTS_PER_ITERATION AGENTS LIVES SERIES REGISTRATIONS EVENTS DELIVERIES LISTS ROUNDS INSTANCES'.split(
    ' ',
  )
/** Other ones each time, or told by a name of their own. */
const NOT_TOLD = ['BASE_URL', 'RESULTS_DIR', 'PROFILE', 'INSTANCES', 'THRESHOLDS']

const planned = ({ planned: counts = {} }: WindowSummary): number => Object.values(counts).reduce((a, b) => a + b, 0)

const windowText = (window: WindowSummary): string =>
  `${seconds(window.duration)}${window.planned ? `, ${valueText(planned(window), 'count')} requests` : ''}`

/** Equal where as much is sent, in the same windows. */
export function sizeOf({ script, profile, windows, settings }: RunSummary): string {
  const all = windows.map((window) => [window.name, window.model, window.duration, planned(window)])
  return JSON.stringify([script, profile, all, SIZES.map((name) => settings[name] ?? null)])
}

/** Words for the embedded gateway, as those that make it answer incorrectly. */
const gatewayArguments = ({ command }: Verdict): string =>
  [...command.matchAll(/'(?:--gateway-arg=|(?=--fault=))((?:[^']|'\\'')*)'|(?:--gateway-arg=|(?=--fault=))(\S+)/g)]
    .map(([, quoted, word]) => quoted ?? word)
    .join(' ') || NONE

type Facts = Record<string, string>

function factsOf({ verdict, summary }: ComparedRun): Facts {
  const { machine, target, k6 } = verdict
  return {
    profile: summary.profile,
    ...Object.fromEntries(summary.windows.map((window) => [`window ${window.name}`, windowText(window)])),
    ...Object.fromEntries(
      Object.entries(summary.settings).flatMap(([name, value]) =>
        NOT_TOLD.includes(name) ? [] : [[`setting ${name}`, String(value)]],
      ),
    ),
    // The port of the embedded gateway is another one each time.
    target: target.embedded ? 'embedded reference gateway' : `${summary.target.name} at ${target.base_url ?? NONE}`,
    'gateway arguments': gatewayArguments(verdict),
    thresholds: summary.thresholds,
    'k6 instances': String(summary.instances),
    machine: `${machine.cpus} cores, ${machine.model}`,
    memory: valueText(machine.memory_bytes, 'bytes'),
    system: machine.os,
    'Node.js': machine.node,
    k6: k6.version ?? 'unknown',
    loadgate: verdict.loadgate,
  }
}

export function differences(earlier: ComparedRun, later: ComparedRun): Difference[] {
  const [before, now] = [factsOf(earlier), factsOf(later)]
  const facts = [...new Set([...Object.keys(now), ...Object.keys(before)])].map((name) => ({
    name,
    earlier: before[name] ?? NONE,
    later: now[name] ?? NONE,
  }))
  const limits = gateChanges(earlier.summary, later.summary).flatMap(({ earlier: old, later: current }) => {
    const gate = current ?? old
    return gate?.kind !== 'limit'
      ? []
      : [
          {
            name: `limit ${placeText(gate)} ${gate.label}`,
            earlier: old ? limitText(old) : NONE,
            later: current ? limitText(current) : NONE,
          },
        ]
  })
  return [...facts, ...limits].filter((fact) => fact.earlier !== fact.later)
}
