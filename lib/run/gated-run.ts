/** What only the first pass of a script needs: thresholds read and bound to the windows, k6's options, and the summary at the end. */
import type { Options } from 'k6/options'
import { UsageError } from '../base/errors.ts'
import type { Settings } from '../base/settings.ts'
import type { AnyEndpoint } from '../endpoint/endpoint.ts'
import { guardsOf } from '../gates/evidence.ts'
import { makeGates } from '../gates/gates.ts'
import type { Gate } from '../gates/model.ts'
import type { Beside } from '../gates/run.ts'
import { statName, toThresholds } from '../gates/threshold.ts'
import { type ReadThresholds, readThresholds, type Thresholds } from '../gates/thresholds.ts'
import { METRICS, type MetricDeclaration } from '../metrics/list.ts'
import { INSTANCE_STATS, instanceThresholds } from '../summary/instance.ts'
import type { RunSummary } from '../summary/model.ts'
import { observed } from '../summary/observed.ts'
import type { SummaryPlan } from '../summary/plan-model.ts'
import type { Target } from '../target/target.ts'
import type { Window } from '../windows/workload.ts'
import { readUserFile } from './file.ts'

/** The script's own thresholds files, not checked; as text where the build made them so, which costs a VU nothing. */
export interface ThresholdsFiles {
  standard: unknown
  /** Taken with PROFILE=production. */
  production: unknown
}

export interface RunPlan {
  name: string
  description: string
  /** Files, or limits in code; not checked. */
  thresholds: unknown
  /** The thresholds file that stands beside the script, for a script that gives none itself. */
  beside?: FileBeside | undefined
  /** Metrics of the script's own. */
  metrics?: Readonly<Record<string, MetricDeclaration>>
  settings: Settings
  target: Target
  windows: readonly Window[]
  /** Windows of the script that this run does not have: limits on them are no mistake. */
  absentWindows: readonly string[]
  planned: Readonly<Record<string, number>>
  /** Windows that metrics of evidence are of. */
  restsOn?: Readonly<Record<string, readonly string[]>>
  /** Custom metrics of the script that this run does not have: limits on them are no mistake. */
  absentMetrics?: readonly string[]
  /** Custom metrics that must have limits. */
  required?: readonly string[]
  /** Endpoints that this script sends to. */
  endpoints?: Readonly<Record<string, AnyEndpoint>>
  /** What the script would have sent to or looked at, had the target it. */
  missed: readonly string[]
  /** Endpoints whose answers are checked weakly, and why. */
  weakly: readonly string[]
  /** Windows of whose mix the target leaves so little that it is another's. */
  narrowed?: readonly string[]
  /** Where those of its endpoints are that are not at the target's base URL. */
  elsewhere: NonNullable<RunSummary['target']['elsewhere']>
  /** There where the script puts away after the load what it has made for it. */
  teardown?: unknown
  options?: Options
}

export interface FileBeside {
  text: string
  /** Path from where it was bundled. */
  file: string
}

/** The thresholds of a script, and what errors call them. */
interface BoundThresholds extends ThresholdsFiles {
  /** @param strict of PROFILE=production */
  called(strict: boolean): string
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const builtIn = (thresholds: unknown): unknown => (typeof thresholds === 'string' ? JSON.parse(thresholds) : thresholds)

/**
 * A script's own limits: two sets, one for PROFILE=production and one for all others, or one for all.
 */
function thresholdsOf({ name, thresholds: given, beside }: RunPlan): BoundThresholds {
  // One of the two would be changed one day, and nothing would come of it.
  if (given !== undefined && beside !== undefined)
    throw new UsageError(`script ${name}: thresholds: they stand in plan() and in ${beside.file}; keep one of the two`)
  const own = builtIn(given)
  if (isObject(own) && 'windows' in own) return { standard: own, production: own, called: () => `script ${name}: thresholds` }
  if (isObject(own))
    return { ...(own as ThresholdsFiles), called: (strict) => `thresholds/${strict ? 'production/' : ''}${name}.json` }
  const read = builtIn(beside?.text)
  return { standard: read, production: read, called: () => beside?.file ?? '' }
}

const builtInMetrics: Readonly<Record<string, MetricDeclaration>> = METRICS

/** Whether the target has what a metric is about. */
function isThere(name: string, target: Target): boolean {
  const { part } = builtInMetrics[name] ?? {}
  if (part === undefined) return true
  const whole = part.startsWith('stream') ? target.has('stream') : target.has('websocket') || target.has('websocket_events')
  return whole && !target.lacking.includes(part)
}

const isLimited = (limits: object | undefined): boolean => Object.keys(limits ?? {}).some((key) => key !== 'why')

/** Limits on what the target does not have: the built-in files are written for a gateway that has everything, a user's for this one. */
function metricsOf(
  { settings, target, absentMetrics = [] }: RunPlan,
  metrics: Thresholds['metrics'],
  file: string,
): Thresholds['metrics'] {
  return (
    metrics &&
    Object.fromEntries(
      Object.entries(metrics).filter(([name]) => {
        if (absentMetrics.includes(name)) return false
        const { watches, part } = builtInMetrics[name] ?? {}
        const unseen = watches !== undefined && !watches.some((one) => !target.unwatched.includes(one))
        const missing = !isThere(name, target)
        if (!unseen && !missing) return true
        if (settings.THRESHOLDS === undefined) return false
        throw new UsageError(
          `${file}: metrics.${name}: target ${target.name} ${missing ? `has no ${part}` : `does not tell its ${watches?.join(' or ')}`}`,
        )
      }),
    )
  )
}

function limitsOf(plan: RunPlan): ReadThresholds & { file: string } {
  const { name, settings, target, absentWindows } = plan
  const thresholds = thresholdsOf(plan)
  const strict = settings.PROFILE === 'production'
  const own = settings.THRESHOLDS
  const file = own ?? thresholds.called(strict)
  const written = own ? readUserFile(own, 'THRESHOLDS') : builtIn(strict ? thresholds.production : thresholds.standard)
  if (written === undefined)
    throw new UsageError(
      `script ${name}: thresholds: missing; give them to plan(), write them beside the script, as my-flow.thresholds.json beside my-flow.ts, or name a file with THRESHOLDS (loadgate run: --thresholds)`,
    )
  const { limits: read, notes } = readThresholds(written, file)
  const windows: Thresholds['windows'] = {}
  for (const [window, byEndpoint] of Object.entries(read.windows)) {
    if (absentWindows.includes(window)) continue
    windows[window] = Object.fromEntries(
      Object.entries(byEndpoint).filter(([endpoint]) => {
        if (endpoint === '*' || target.has(endpoint)) return true
        if (own === undefined) return false
        throw new UsageError(
          `${file}: windows.${window}.${endpoint}: target ${target.name} does not have this endpoint, so it cannot be gated`,
        )
      }),
    )
  }
  for (const metric of plan.required ?? [])
    if (!isLimited(read.metrics?.[metric]) && isThere(metric, target) && !plan.absentMetrics?.includes(metric))
      throw new UsageError(
        `${file}: metrics.${metric}: missing; without a limit on it this script would pass what it is there to see`,
      )
  const metrics = metricsOf(plan, read.metrics, file)
  return { limits: { ...read, windows, ...(metrics === undefined ? {} : { metrics }) }, notes, file }
}

/** Flows whose tokens come from the gateway, and are renewed there. */
const GRANTING = ['password', 'client_credentials']

/** Endpoints that some window may shed load of, where the target announces when to come back. */
function budgetedShed({ target, windows }: RunPlan, { windows: limits }: Thresholds): string[] {
  if (target.limiter?.retry_after === false) return []
  const shed = windows.flatMap(({ limits: name, endpoints }) => {
    const own = limits[name] ?? {}
    return endpoints.filter((endpoint) => (own[endpoint]?.shed_rate ?? own['*']?.shed_rate ?? 0) > 0)
  })
  return [...new Set(shed)]
}

const besideOf = ({ target, teardown }: RunPlan, comeback: readonly string[]): Beside[] => [
  'setup',
  ...(teardown === undefined ? [] : (['teardown'] as const)),
  ...(comeback.length === 0 ? [] : (['comeback'] as const)),
  ...(GRANTING.includes(target.auth.flow) ? (['auth'] as const) : []),
]

/** What a summary has of every trend. */
const SHOWN_STATS = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'count']
const percentilesOf = (gates: readonly Gate[]): string[] =>
  gates.flatMap(({ stat }) => (typeof stat === 'number' ? statName(stat) : []))

/** Options that are made of windows and limits: another value would put the gates out of force, and k6 would end with 0 whatever came. */
const MADE = ['scenarios', 'thresholds', 'summaryTrendStats', 'vus', 'iterations', 'duration', 'stages']

function requireOwnOptions({ name, options = {} }: RunPlan): void {
  const made = MADE.find((option) => Object.hasOwn(options, option))
  if (made !== undefined)
    throw new UsageError(
      `script ${name}: options.${made}: expected none: windows and thresholds of the plan make it, and it would put them out of force`,
    )
}

/** @throws UsageError for anything in the thresholds file that this run could not hold the gateway to */
export function gatedRun(plan: RunPlan): { options: Options; summary: SummaryPlan; comeback: string[]; notes: string[] } {
  const { windows, settings, target } = plan
  requireOwnOptions(plan)
  for (const name of windows.flatMap(({ endpoints }) => endpoints))
    if (plan.endpoints?.[name] === undefined)
      throw new UsageError(
        `script ${plan.name}: endpoints: expected "${name}", which a window sends to, among those of the script; import it and list it`,
      )
  const { limits, notes, file } = limitsOf(plan)
  const comeback = budgetedShed(plan, limits)
  const declared = { ...METRICS, ...plan.metrics }
  const gates = makeGates(limits, file, windows, plan.planned, besideOf(plan, comeback), declared).map((gate) => {
    const rests = gate.kind === 'evidence' ? plan.restsOn?.[gate.endpoint] : undefined
    return rests === undefined ? gate : { ...gate, rests_on: [...rests] }
  })
  // No part of a run can say whether the whole holds.
  const guards = settings.INSTANCES > 1 ? guardsOf(gates) : undefined
  return {
    options: {
      scenarios: Object.fromEntries(windows.map(({ name, scenario }) => [name, scenario])),
      thresholds: {
        ...observed(windows, limits.metrics),
        ...(guards === undefined ? toThresholds(gates) : instanceThresholds(gates, guards)),
      },
      summaryTrendStats: [...new Set([...(guards === undefined ? SHOWN_STATS : INSTANCE_STATS), ...percentilesOf(gates)])],
      // Following a redirect would send load to wherever it points, and count two requests as one answer.
      maxRedirects: 0,
      insecureSkipTLSVerify: settings.INSECURE_TLS,
      setupTimeout: '60s',
      ...plan.options,
    },
    summary: {
      name: plan.name,
      description: plan.description,
      ...(plan.metrics === undefined ? {} : { metrics: plan.metrics }),
      settings,
      target,
      missed: plan.missed,
      weakly: plan.weakly,
      narrowed: plan.narrowed ?? [],
      elsewhere: plan.elsewhere,
      windows,
      gates,
      ...(guards === undefined ? {} : { guards }),
      thresholdsFile: file,
    },
    comeback,
    notes: [...(plan.narrowed ?? []).map((one) => `narrowed by the target: ${one}`), ...notes],
  }
}
