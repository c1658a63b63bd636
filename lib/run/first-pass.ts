/**
 * All that a script works out before the load: settings, target, windows, gates, and what the VUs are told.
 * The build keeps this file and what only it imports apart, so that a VU never loads it; it imports nothing of k6.
 */
import type { Options } from 'k6/options'
import reference from '../../targets/reference.json'
import { authPlan } from '../auth/auth.ts'
import { UsageError } from '../base/errors.ts'
import { seeded } from '../base/random.ts'
import { withoutKnown } from '../base/redact.ts'
import { environmentOfRun, type Settings, secretsOfRun, settingsOfRun, widthOfRun } from '../base/settings.ts'
import { seedOf } from '../described/draws.ts'
import { describedEndpoint, SCHEMA_FIRST, SCHEMA_ONE_IN } from '../described/endpoint.ts'
import type { PlanEndpoint } from '../described/in-code.ts'
import type { AnyEndpoint } from '../endpoint/endpoint.ts'
import type { Metric } from '../metrics/declaration.ts'
import { WATCH, watchWindow } from '../monitor/monitor.ts'
import type { RunSummary } from '../summary/model.ts'
import type { SummaryPlan } from '../summary/plan-model.ts'
import { handleSummaryOf, type OwnResults, roomFor, type Teller } from '../summary/write.ts'
import { CONTRACT_NAMES, EXTRA_NAMES, READY, REFUSAL_NAMES } from '../target/contract.ts'
import { bindTarget, type Target, urlsOf } from '../target/target.ts'
import { type InitData, toTexts } from '../vu/init-data.ts'
import {
  greetingOf,
  type Prepared,
  placeOf,
  prepare,
  prepareDescribed,
  prepareSession,
  type RequestTemplate,
  requireRequests,
} from '../vu/requests.ts'
import { sameEverywhere, scheduleOf } from '../vu/schedule.ts'
import { narrowedIn } from '../windows/narrowed.ts'
import { peakOf, vusAtOnce } from '../windows/offered.ts'
import { fit, schedule, type Window } from '../windows/workload.ts'
import { forCloud } from './cloud.ts'
import { controlPlan } from './control.ts'
import { readBeside, readUserFile, requireRoom } from './file.ts'
import { type FileBeside, gatedRun } from './gated-run.ts'
import { requireEnvironment, requireOptions } from './k6-options/guard.ts'
import { requireKnownNames } from './k6-options/mistyped.ts'
import { requireNoProxy } from './k6-options/proxy.ts'
import { apart, withOwn } from './own-endpoints.ts'
import { declaredBy } from './own-metrics.ts'
import { reconciliationOf } from './reconciliation.ts'
import { RUN_PLAN_SCHEMA, type RunPlan } from './run-plan.ts'
import { type Profiles, type SizeOf, sizeOf } from './sizing.ts'
import type { PlanSpec } from './spec.ts'
import { waitsOf } from './waits.ts'

export interface FirstPass {
  options: Options
  /** What the VUs are told. */
  initData: string[]
  /** What the user should know before the load. */
  warnings: string[]
}

/** The requests of every endpoint of the script that the target has. */
function writeOut(
  target: Target,
  { SEED }: Settings,
  endpoints: Readonly<Record<string, AnyEndpoint>>,
): Pick<InitData<unknown>, 'templates' | 'requests'> {
  const templates: Record<string, RequestTemplate> = {}
  const requests: Record<string, Prepared[]> = {}
  for (const [name, endpoint] of Object.entries(endpoints)) {
    if (!target.has(name)) continue
    if ('session' in endpoint) {
      templates[name] = prepareSession(endpoint, target)
      continue
    }
    // Seeded by its name, so that one more endpoint changes no other's requests.
    const prepared = prepare(endpoint, target, seeded(seedOf(SEED, name)))
    templates[name] = prepared.template
    requests[name] = prepared.requests
  }
  for (const { described } of target.described) {
    templates[described.name] = prepareDescribed(described, target)
    delete requests[described.name]
  }
  return { templates, requests }
}

/** Scheme, host and port that an endpoint's requests go to. */
const hostOf = (endpoint: AnyEndpoint | undefined, target: Target): string[] =>
  endpoint === undefined ? [] : [/^[a-z]+:\/\/[^/]*/.exec(placeOf(endpoint, target).base)?.[0] ?? '']

/** Where endpoints are that are not at the base URL: whoever reads a report thinks of one address. */
function elsewhereOf(
  names: readonly string[],
  endpoints: Readonly<Record<string, AnyEndpoint>>,
  target: Target,
): NonNullable<RunSummary['target']['elsewhere']> {
  const [here] = /^[a-z]+:\/\/[^/]*/.exec(target.baseUrl) ?? []
  const byHost = new Map<string, string[]>()
  for (const name of names)
    for (const host of hostOf(endpoints[name], target)) if (host !== here) byHost.set(host, [...(byHost.get(host) ?? []), name])
  return [...byHost].map(([base_url, endpoints]) => ({ base_url, endpoints }))
}

/** What gates must know of the endpoints of a window. */
function withEndpoints(
  window: Window,
  endpoints: Readonly<Record<string, AnyEndpoint>>,
  requests: Readonly<Record<string, readonly Prepared[]>>,
): Window {
  const rpc = window.endpoints.filter((name) => endpoints[name]?.rpc)
  const each = window.endpoints.filter((name) => endpoints[name]?.each)
  return {
    ...window,
    ...(rpc.length === 0 ? {} : { rpc }),
    ...(each.length === 0 ? {} : { least: Object.fromEntries(each.map((name) => [name, requests[name]?.length ?? 1])) }),
  }
}

/** Where the bundler leaves the thresholds file that stands beside the script by its name, where there is one (build/k6-scripts.mjs). */
const beside = (): FileBeside | undefined => (globalThis as { LOADGATE_THRESHOLDS?: FileBeside }).LOADGATE_THRESHOLDS

/** What a setting has left out must be read in every report. */
const unchecked = ({ CHECK_EVERY }: Settings): string[] =>
  CHECK_EVERY === 1 ? [] : [`the content of ${CHECK_EVERY - 1} in ${CHECK_EVERY} answers (CHECK_EVERY; their status was checked)`]

const plannedWindow = ({ name, start, duration, offered }: Window): RunPlan['windows'][number] => ({
  name,
  start,
  duration,
  ...(offered === undefined ? {} : { offered: offered.map(([at, rate]): [number, number] => [at, rate]) }),
})

/** Endpoints that are sent to and whose answers are not looked at as closely as they could be: no report leaves them out. */
function weaklyChecked({ described, endpoints }: Target, used: ReadonlySet<string>): string[] {
  const own = described.flatMap(({ described: { name, expect }, weak }) => [
    ...weak.map((why) => `${name}: ${why}`),
    ...(expect.schema === undefined
      ? []
      : [`${name}: its schema in the first ${SCHEMA_FIRST} answers of each VU and in one of ${SCHEMA_ONE_IN} after those`]),
  ])
  const replaced = Object.entries(endpoints).flatMap(([name, endpoint]) =>
    endpoint !== false && endpoint.expect !== undefined
      ? [
          `${name}: by what the target file expects in place of its own check; describe it with a method and a path to hold it to more`,
        ]
      : [],
  )
  return [...own, ...replaced].filter((one) => used.has(one.slice(0, one.indexOf(':'))))
}

/** @throws UsageError for anything that the user wrote and this run could not hold itself to */
export function firstPass<P extends Profiles, F, W extends string, E extends PlanEndpoint, M extends Metric>(
  spec: PlanSpec<P, F, W, E, M>,
): FirstPass {
  try {
    return workOut(spec)
  } catch (error) {
    // What it quotes may be a secret that stands where it should not.
    if (error instanceof UsageError) error.message = withoutKnown(error.message, secretsOfRun())
    throw error
  }
}

/** @throws UsageError for a collector that nothing could be sent to: it would be noticed when the load is over */
function requireCollector({ COLLECTOR, COLLECTOR_TOKEN }: Settings): void {
  if (COLLECTOR === undefined) return
  if (!/^https?:\/\/[^/?#@]+\/?$/.test(COLLECTOR))
    throw new UsageError(
      `setting COLLECTOR: expected the URL of loadgate judge --listen, such as http://judge:7777, found ${JSON.stringify(COLLECTOR)}`,
    )
  if (COLLECTOR_TOKEN === undefined)
    throw new UsageError('setting COLLECTOR_TOKEN: missing; the collector takes nothing without it')
}

function workOut<P extends Profiles, F, W extends string, E extends PlanEndpoint, M extends Metric>(
  spec: PlanSpec<P, F, W, E, M>,
): FirstPass {
  const env = environmentOfRun()
  requireKnownNames(env)
  requireEnvironment(env)
  const settings = settingsOfRun()
  const targetFile = settings.TARGET ?? 'targets/reference.json'
  const script = `script ${spec.name}`
  const listed = apart(spec.endpoints ?? [], script)
  const bound = bindTarget(
    settings.TARGET ? readUserFile(settings.TARGET, 'TARGET') : reference,
    targetFile,
    settings,
    true,
    readBeside(targetFile),
  )
  const whole = withOwn(bound, listed, script, settings)
  requireNoProxy(env, urlsOf(whole))
  requireCollector(settings)
  const size = sizeOf(spec.profiles, settings, spec.name)
  const asked = spec.windows(size, settings, whole, whole.mix ?? spec.mix ?? {}).map((group) => [group].flat())
  const wanted = asked
    .flat()
    .flatMap(({ mix, sequence, endpoints }) => [...Object.keys(mix ?? {}), ...(sequence ?? []), ...(endpoints ?? [])])
  // Most scripts ask for nothing that must be refused.
  const target = {
    ...whole,
    described: whole.described.filter(({ described, refuses }) => refuses === undefined || wanted.includes(described.name)),
  }
  const written = writeOut(target, settings, listed.ready)
  const windows = schedule(
    asked.map((group) => group.flatMap((window) => fit(window, target.has) ?? [])),
    {
      stall: size.stall ?? 0,
      vus: settings.VUS,
      requestsPerIteration: settings.REQUESTS_PER_ITERATION,
      instances: settings.INSTANCES,
      timeout: settings.TIMEOUT,
    },
    (duration) => (spec.watch && target.has('metrics') ? [watchWindow(settings.WATCH_INTERVAL, duration)] : []),
  ).map((window) => withEndpoints(window, listed.ready, written.requests))
  const absentWindows = [...(spec.otherWindows ?? []), WATCH, ...asked.flat().map(({ name, limits }) => limits ?? name)].filter(
    (name) => !windows.some(({ limits }) => limits === name),
  )
  const looks = windows.find(({ name }) => name === WATCH)?.planned?.metrics
  const planned: Readonly<Record<string, number>> = {
    ...(looks === undefined ? {} : { watch_looks: looks * settings.INSTANCES }),
    ...spec.planned?.(size, settings, target),
  }
  const missed = [
    // Who asks without a right for what is not there is refused nothing.
    ...new Set(
      wanted.filter((name) => !target.has(name) && (!name.includes('.') || target.has(name.slice(0, name.indexOf('.'))))),
    ),
    ...(spec.watch ? target.unwatched.map((name) => `${name} of the gateway`) : []),
    ...unchecked(settings),
  ]
  if (!windows.some(({ gated, name }) => gated && name !== WATCH))
    throw new UsageError(
      `target ${target.name} has none of ${[...new Set(wanted)].join(', ')}: there is nothing that script ${spec.name} could test`,
    )
  const { has, described, notes: ofTarget = [], ...rest } = target
  const endpoints = {
    ...listed.ready,
    ...Object.fromEntries(described.map((one) => [one.described.name, describedEndpoint(one.described)])),
  }
  const narrowed = narrowedIn(asked.flat(), target.has)
  const used = [...new Set(windows.flatMap((window) => window.endpoints))]
  const metrics = declaredBy(spec.metrics ?? [], script)
  const {
    options: gated,
    summary,
    comeback,
    notes: ofLimits,
  } = gatedRun({
    ...spec,
    description: spec.description ?? spec.name,
    thresholds: spec.thresholds,
    beside: beside(),
    metrics,
    endpoints,
    options: typeof spec.options === 'function' ? spec.options(size) : (spec.options ?? {}),
    absentMetrics: spec.otherMetrics?.(settings, target, size) ?? [],
    planned,
    settings,
    target,
    windows,
    absentWindows,
    missed,
    weakly: weaklyChecked(target, new Set(used)),
    narrowed,
    elsewhere: elsewhereOf(used, endpoints, target),
  })
  const notes = [...ofTarget, ...ofLimits]
  const options = forCloud(gated, summary.gates, spec.name)
  const schedules = Object.fromEntries(windows.map((window) => [window.name, scheduleOf(window)]))
  const everywhere = sameEverywhere(schedules)
  requireRequests(used, written.templates, target.name)
  const hosts = new Set(used.flatMap((name) => hostOf(endpoints[name], target))).size
  const auth = authPlan(target, settings)
  const room = roomFor(summary, Object.keys(spec.results?.(() => undefined, size, settings) ?? {}))
  const unreserved = settings.RESULTS_DIR === undefined ? undefined : requireRoom(settings.RESULTS_DIR, room)
  const load = windows.filter(({ name }) => name !== WATCH)
  const runPlan: RunPlan = {
    schema: RUN_PLAN_SCHEMA,
    script: spec.name,
    target: { name: target.name, base_url: target.baseUrl },
    instances: settings.INSTANCES,
    windows: load.map(plannedWindow).sort((a, b) => a.start - b.start),
    rate: peakOf(load),
    vus: vusAtOnce(windows.map(({ reserved }) => reserved)),
    sockets: planned.ws_opened ?? 0,
    // A stream is opened once, and then again whenever it is resumed.
    streams: (planned.sse_opened ?? 0) - (planned.sse_resumed ?? 0),
    room,
    metrics,
    ...(notes.length > 0 ? { notes } : {}),
    gates: [...summary.gates],
    ...(summary.guards === undefined ? {} : { guards: [...summary.guards] }),
    control: {
      ...controlPlan(windows, endpoints, written.templates, written.requests, target.limiter),
      ...(options.userAgent ? { userAgent: options.userAgent } : {}),
    },
    reconciliation: reconciliationOf(target, auth, { ...READY, ...endpoints }, settings, written.templates),
  }
  return {
    options: { ...options, ext: { ...options.ext, loadgate: runPlan } },
    warnings: [...notes, ...(unreserved === undefined ? [] : [unreserved])],
    initData: toTexts({
      settings,
      size,
      target: {
        ...rest,
        described: [],
        absent: [...CONTRACT_NAMES, ...EXTRA_NAMES, ...REFUSAL_NAMES].filter((name) => !has(name)),
      },
      windows,
      asked: options,
      comeback,
      secrets: [...new Set([...secretsOfRun(), target.auth.password ?? '', target.auth.client_secret ?? ''])].filter(Boolean),
      sending: {
        auth,
        timeout: settings.TIMEOUT,
        greeting: greetingOf(target),
        ...(settings.CHECK_EVERY === 1 ? {} : { checkEvery: settings.CHECK_EVERY }),
        ...(settings.EXPECT_PROTO === undefined ? {} : { proto: settings.EXPECT_PROTO }),
        ...(everywhere === undefined ? {} : { everywhere }),
        ...(hosts > 1 ? { hosts } : {}),
      },
      schedules,
      waits: waitsOf(windows, summary.gates),
      summary: summary satisfies SummaryPlan,
      ...written,
    } satisfies InitData<SizeOf<P>>),
  }
}

/** k6's handleSummary, in a pass of its own: what it must know was worked out by the first. */
export const summarize = (summary: unknown, data: unknown, results?: OwnResults, teller?: Teller): Record<string, string> =>
  handleSummaryOf(summary as SummaryPlan, widthOfRun(), results, teller)(data)

/** For setup(), in a pass of its own: whether k6 runs what the first pass has asked it to. */
export function requireAsked(found: unknown, asked: Options, instances: number): void {
  const ran = JSON.parse(JSON.stringify(found)) as Readonly<Record<string, unknown>>
  requireOptions(
    ran,
    asked,
    instances,
    Object.keys(environmentOfRun()).some((name) => name.startsWith('K6_CLOUDRUN_')),
  )
}
