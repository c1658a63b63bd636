/** `loadgate run`: everything around one run of k6, from the request to the exit code. */
import type { RunPlan } from '../../../lib/run/run-plan.ts'
import { type EmbeddedGateway, startGateway } from '../../base/embedded-gateway.ts'
import { CannotRun, EXIT, messageOf } from '../../base/errors.ts'
import { type Interruption, onInterruption } from '../../base/interruption.ts'
import { gatewayFile, type Project } from '../../base/project.ts'
import type { Terminal } from '../../base/terminal.ts'
import { watchClock } from '../../base/wall-clock.ts'
import { calibrationFor } from '../../capacity/calibrations.ts'
import { headroom, warning } from '../../capacity/headroom.ts'
import { runSeveral } from '../../fleet/several.ts'
import { startGenerator } from '../../generator/generator.ts'
import { scriptFile } from '../../k6/bundle.ts'
import { segmentIn } from '../../k6/flags.ts'
import { inspect, planOf } from '../../k6/inspect.ts'
import { found, provision } from '../../k6/provision.ts'
import type { K6Output } from '../../k6/push-output.ts'
import { repeatCommand } from '../../k6/repeat.ts'
import { runK6 } from '../../k6/run-k6.ts'
import { type RunRequest, shown } from '../../k6/run-request.ts'
import { watch } from '../../live/watch.ts'
import { unexplained } from '../../reconcile/counters.ts'
import { startReconciliation } from '../../reconcile/reconcile.ts'
import { allSent } from '../../reconcile/sent.ts'
import { openResults, type Results, release, reserve } from '../../results/results.ts'
import { report } from './conclude.ts'
import type { Outcome } from './outcome.ts'

interface Surroundings {
  project: Project
  results: Results
  terminal: Terminal
  env: NodeJS.ProcessEnv
  interruption: Interruption
}

/** Never with a password that somebody wrote into the URL. */
const withoutUser = (url: string): string => url.replace(/\/\/[^/?#]*@/, '//')

/** Whoever gives k6 a segment has others somewhere that have the rest. */
const isOneOfSeveral = ({ k6Flags }: RunRequest): boolean => segmentIn(k6Flags) !== undefined

/** All k6 that share the run are here: what they sent is all there was. */
const reconciliationOf = (reconciliation: RunPlan['reconciliation'], several: number | undefined): RunPlan['reconciliation'] =>
  several === undefined || 'none' in reconciliation ? reconciliation : { ...reconciliation, instances: 1 }

async function runAgainst(
  url: string,
  request: RunRequest,
  outcome: Outcome,
  { project, results, terminal, env: own, interruption }: Surroundings,
  gatewayPid?: number,
): Promise<void> {
  const { k6 } = outcome
  if (k6 === undefined) return
  terminal.note(`k6 v${k6.version} runs ${request.script.name} against ${url}`)
  const env: NodeJS.ProcessEnv = {
    ...own,
    ...request.settings,
    ...(outcome.embedded ? { BASE_URL: url } : {}),
    RESULTS_DIR: results.folder,
  }
  const script = { name: request.script.name, file: await scriptFile(project, request.script) }
  const part = isOneOfSeveral(request)
  const watching = await watch({ ...request, k6, script, env, resultsFolder: results.folder, gatewayPid, part, terminal })
  outcome.watch = watching
  const keepLog = (text: string): void => results.append('k6.log', text)
  // An empty log says that k6 had nothing to say; a missing one says nothing.
  keepLog('')
  const plan = watching.plan ?? (await planOf(k6.path, script.file, env))
  outcome.plan = plan
  for (const note of plan?.notes ?? []) terminal.note(note)
  const calibration = calibrationFor(script.name, own)
  const several = part ? undefined : (plan?.instances ?? 1)
  const rate = plan === undefined ? 0 : several === undefined ? plan.rate / plan.instances : plan.rate
  const near = warning(rate, calibration)
  if (near !== undefined) terminal.note(near)
  const generator = startGenerator({
    project,
    env,
    plan,
    probe: request.probe,
    version: k6.version,
    hide: request.hide,
    several,
    // The closed model plans no rate.
    headroom: rate > 0 ? headroom(rate, calibration) : undefined,
  })
  outcome.generator = generator
  const routes =
    plan === undefined
      ? unexplained('k6 could not say before the run what it would send')
      : reconciliationOf(plan.reconciliation, several)
  const reconciliation = await startReconciliation(routes, outcome.embedded)
  outcome.reconciliation = reconciliation
  const started = (pid: number | undefined, place?: number): void => {
    watching.started(pid, place)
    generator.started(pid, place)
  }
  const k6At = (place?: number): K6Output => {
    const output = watching.output(place)
    return {
      env: { ...env, ...generator.env, ...output.env } as Record<string, string>,
      args: [...output.args, ...request.k6Flags, script.file],
    }
  }
  const room = plan?.room
  try {
    reserve(results.folder, room)
  } catch (error) {
    throw new CannotRun(`There is no room for the results: ${messageOf(error)}`)
  }
  const clockJump = watchClock()
  const { view } = watching
  const here = { results, room, view, interruption, keepLog, hide: request.hide }
  if (several === undefined || several === 1) {
    const { args, env: k6Env } = k6At()
    outcome.run = await runK6(k6.path, args, k6Env, { view, started }, interruption, keepLog, request.hide)
  } else {
    const each = { k6: k6.path, of: several, command: k6At, started, cpu: generator.cpu }
    const { run, fleet } = await runSeveral({ ...each, ...here })
    outcome.run = run
    outcome.fleet = fleet
  }
  outcome.clockJump = clockJump()
  release(results.folder, room)
  await Promise.all([watching.stop(), generator.stop()])
  await reconciliation.close(allSent(watching.totals(), generator.probed()))
}

/** Fills in `outcome` as it goes, so that a failure leaves what is known until then. */
async function carryOut(request: RunRequest, outcome: Outcome, surroundings: Surroundings): Promise<void> {
  const { project, results, terminal, env, interruption } = surroundings
  const stop = new AbortController()
  interruption.handle(
    () => stop.abort(),
    () => process.exit(EXIT.invalid),
  )
  outcome.k6 = await provision({ env, note: terminal.note, stop: stop.signal })
  if (stop.signal.aborted) return
  if (request.baseUrl !== undefined) {
    outcome.baseUrl = withoutUser(request.baseUrl)
    await runAgainst(outcome.baseUrl, request, outcome, surroundings)
    return
  }
  let gateway: EmbeddedGateway | undefined
  try {
    gateway = await startGateway(
      gatewayFile(project),
      request.gatewayArgs,
      (text) => results.append('gateway.log', text),
      request.hide,
    )
    outcome.baseUrl = gateway.url
    if (!stop.signal.aborted) await runAgainst(gateway.url, request, outcome, surroundings, gateway.pid)
    outcome.gatewayEnded = gateway.ended()
  } finally {
    await gateway?.stop(outcome.run?.killed ? 'SIGKILL' : 'SIGTERM')
  }
}

/**
 * Has k6 read the script with these settings, where there is a k6, and the embedded gateway its arguments: what does not suit is said
 * before anything is made or sent.
 * What else goes wrong is the run's to say.
 * @throws UsageError
 */
async function requireUsable(request: RunRequest, project: Project, env: NodeJS.ProcessEnv): Promise<void> {
  const { script, settings, gatewayArgs, hide } = request
  const file = await scriptFile(project, script)
  try {
    // It alone knows its words.
    if (gatewayArgs.length > 0) await (await startGateway(gatewayFile(project), gatewayArgs, () => {}, hide)).stop()
    const k6 = await found(env)
    if (k6 !== undefined) await inspect(k6.path, file, { ...env, ...settings })
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error
  }
}

/** @returns the exit code */
export async function run(request: RunRequest, project: Project, terminal: Terminal, env: NodeJS.ProcessEnv): Promise<number> {
  await requireUsable(request, project, env)
  const started = new Date()
  const results = openResults(request.results, request.script.name, shown(request.settings), started)
  const interruption = onInterruption()
  const outcome: Outcome = { started, embedded: request.baseUrl === undefined }
  try {
    await carryOut(request, outcome, { project, results, terminal, env, interruption })
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error
    outcome.notStarted = messageOf(error)
  }
  outcome.interrupted = interruption.signal()
  const verdict = await report({ ...request, command: repeatCommand(request) }, outcome, project, results, terminal, env)
  interruption.release()
  return verdict.exit_code
}
