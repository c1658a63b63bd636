/** `loadgate judge`: several instances as one run, with the verdict, the report and the exit code of one. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseDuration } from '../../lib/base/duration.ts'
import { UsageError } from '../../lib/base/errors.ts'
import { forJson } from '../../lib/base/escape.ts'
import { secretsIn } from '../../lib/base/settings.ts'
import { count } from '../base/figures.ts'
import { settingOptions, settingsFromFlags } from '../base/flags.ts'
import { type Interruption, onInterruption } from '../base/interruption.ts'
import { type Project, targetFile } from '../base/project.ts'
import { lineByLine, redaction } from '../base/redaction.ts'
import type { Terminal } from '../base/terminal.ts'
import type { Arrival } from '../fleet/arrivals.ts'
import { assemble } from '../fleet/assemble.ts'
import { OVER, openBeside, type Planned, planned, UNPLANNED } from '../fleet/beside.ts'
import { startCollector } from '../fleet/collector.ts'
import { type Found, readFolders } from '../fleet/folders.ts'
import { leftBy } from '../fleet/left.ts'
import { unlikePlan } from '../fleet/run-plan-file.ts'
import { keepMerged } from '../fleet/several.ts'
import { targetFacts } from '../k6/run-request.ts'
import { startReconciliation } from '../reconcile/reconcile.ts'
import { openResults, type Results } from '../results/results.ts'
import type { Command, Given } from './command.ts'
import { report } from './run/conclude.ts'
import type { Outcome } from './run/outcome.ts'

interface JudgeOptions extends Record<string, unknown> {
  instances?: string
  listen?: string
  plan?: string
  results: string
  patience: string
  wait: string
}

const MOST_INSTANCES = 10_000
/** What nobody guesses. */
const SHORTEST_TOKEN = 16

function instancesOf(written: string | undefined): number {
  const of = Number(written)
  if (written === undefined) throw new UsageError('--instances: missing; say how many were to come, or nobody would miss one')
  if (!Number.isInteger(of) || of < 1 || of > MOST_INSTANCES)
    throw new UsageError(`--instances: expected a whole number from 1 to ${MOST_INSTANCES}, found ${JSON.stringify(written)}`)
  return of
}

/** `127.0.0.1:7777`, `0.0.0.0:7777`, `[::1]:7777`; `:7777` is on this machine only. */
function addressOf(written: string): { host: string; port: number } {
  const [, bracketed, plain, digits = ''] = /^(?:\[([0-9a-f:]+)\]|([\w.-]*)):(\d{1,5})$/i.exec(written) ?? []
  const port = Number(digits)
  if (digits === '' || port > 65_535)
    throw new UsageError(`--listen: expected HOST:PORT, such as 0.0.0.0:7777, found ${JSON.stringify(written)}`)
  return { host: bracketed ?? (plain || '127.0.0.1'), port }
}

function secondsOf(flag: string, written: string): number {
  const seconds = parseDuration(written)
  if (!(seconds >= 0))
    throw new UsageError(`${flag}: expected a duration such as 30s, 10m or 1h30m, found ${JSON.stringify(written)}`)
  return seconds
}

function tokenOf({ COLLECTOR_TOKEN: token }: NodeJS.ProcessEnv): string {
  if (token === undefined || token === '')
    throw new UsageError('setting COLLECTOR_TOKEN: missing; without a token anybody could post evidence')
  if (token.length < SHORTEST_TOKEN)
    throw new UsageError(`setting COLLECTOR_TOKEN: expected at least ${SHORTEST_TOKEN} characters`)
  return token
}

/** What the judge is to look at itself, and what must not be told of it. */
interface ToLookAt {
  planned?: Planned
  secrets: string[]
  tokenParameters: string[]
}

/** @throws UsageError for a plan that cannot be followed from here */
function toLookAt(
  { plan: file, listen, ...options }: JudgeOptions,
  of: number,
  project: Project,
  env: NodeJS.ProcessEnv,
): ToLookAt {
  if (file === undefined) return { secrets: [], tokenParameters: [] }
  if (listen === undefined)
    throw new UsageError('--plan: is for judge --listen; of a run that is over nobody can count or probe anything any more')
  const given: NodeJS.ProcessEnv = { ...env, ...settingsFromFlags(options) }
  const target = given.TARGET?.trim() ? targetFile(project, given.TARGET.trim()) : undefined
  const { secrets, tokenParameters } = target === undefined ? { secrets: [], tokenParameters: [] } : targetFacts(target)
  const made = planned(file, { ...given, TARGET: target })
  if (made.plan.instances !== of)
    throw new UsageError(
      `${file}: instances: made with INSTANCES=${made.plan.instances}, and --instances is ${of}; make it anew with INSTANCES=${of}`,
    )
  return {
    planned: made,
    secrets: [...secretsIn(given), ...secrets],
    tokenParameters,
  }
}

/** All that come in time: the first within `wait`, the others within `patience` after it. */
async function collect(
  { host, port, token, of }: { host: string; port: number; token: string; of: number },
  { wait, patience }: { wait: number; patience: number },
  { results, terminal, interruption }: { results: Results; terminal: Terminal; interruption: Interruption },
): Promise<Arrival[]> {
  const arrivals: Arrival[] = []
  let done = (): void => {}
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  let timer = setTimeout(done, wait * 1000)
  interruption.handle(done, done)
  mkdirSync(join(results.folder, 'instances'), { recursive: true })
  const collector = await startCollector({
    ...{ host, port, token },
    most: 2 * of + SHORTEST_TOKEN,
    onArrival(arrival) {
      arrivals.push(arrival)
      results.write(`instances/${arrivals.length}.json`, `${forJson(arrival.instance)}\n`)
      const there = new Set(arrivals.map(({ instance }) => instance.instance)).size
      terminal.note(`${there} of ${of} instances: instance ${arrival.instance.instance} came from ${arrival.from}`)
      if (arrivals.length === 1) {
        clearTimeout(timer)
        timer = setTimeout(done, patience * 1000)
      }
      if (there >= of) done()
    },
  })
  terminal.note(`Listening on ${collector.url} for ${count(of, 'instance')}`)
  try {
    await all
  } finally {
    clearTimeout(timer)
    await collector.close()
  }
  return arrivals
}

/** @returns the exit code */
async function judge(
  paths: readonly string[],
  options: JudgeOptions,
  project: Project,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const of = instancesOf(options.instances)
  const { listen } = options
  if ((listen === undefined) === (paths.length === 0))
    throw new UsageError('judge: expected folders of instances, or --listen HOST:PORT to wait for what they post; one of the two')
  const address = listen === undefined ? undefined : { ...addressOf(listen), token: tokenOf(env), of }
  const beside = toLookAt(options, of, project, env)
  const times = { wait: secondsOf('--wait', options.wait), patience: secondsOf('--patience', options.patience) }
  const there: Found = address === undefined ? readFolders(paths) : { arrivals: [], unreadable: [], logs: [], left: [] }
  const began = new Date()
  const results = openResults({ parent: options.results }, 'fleet', { INSTANCES: String(of) }, began)
  const interruption = onInterruption()
  const hide = redaction([env.COLLECTOR_TOKEN ?? '', ...beside.secrets], beside.tokenParameters)
  const open = beside.planned && (await openBeside(beside.planned, { project, hide, note: terminal.note }))
  let arrivals: Arrival[]
  try {
    arrivals = address === undefined ? there.arrivals : await collect(address, times, { results, terminal, interruption })
  } catch (error) {
    await open?.stop()
    throw error
  }
  const { summary, fleet, counted } = assemble({ of, arrivals, unreadable: there.unreadable })
  if (beside.planned !== undefined && summary !== undefined) fleet.findings.push(...unlikePlan(beside.planned.plan, summary))
  const looked = (await open?.end(counted, fleet)) ?? leftBy(there.left)
  // Who has copied a folder may have written into it.
  const kept = lineByLine((lines) => results.append('k6.log', `${lines.join('\n')}\n`), hide)
  for (const log of there.logs) {
    kept.feed(log)
    kept.end()
  }
  keepMerged(results, summary)
  const outcome: Outcome = {
    started: new Date(Math.min(began.getTime(), ...counted.map(({ instance }) => instance.began))),
    embedded: false,
    ...(summary === undefined ? {} : { baseUrl: summary.target.base_url }),
    // What k6 would have ended with: no instance has judged the gates of the run.
    run: {
      ...{ exitCode: summary?.ok === false ? 99 : 0, signal: null, killed: false },
      interrupted: summary?.figures.iterations_cut_off?.values.value ?? 0,
      log: { usage: undefined, aborted: undefined, errors: [], exhausted: { files: 0, ports: 0 } },
    },
    fleet,
    reconciliation: await startReconciliation(address === undefined ? OVER : UNPLANNED, false),
    ...looked,
    interrupted: interruption.signal(),
  }
  const command = [
    'npx loadgate judge',
    ...(listen === undefined ? paths : [`--listen ${listen}`, ...(options.plan === undefined ? [] : [`--plan ${options.plan}`])]),
    `--instances ${of}`,
  ].join(' ')
  const script = { name: summary?.script ?? 'fleet', description: '' }
  const asked = { script, hide, k6Flags: [], command }
  const verdict = await report(asked, outcome, project, results, terminal, env)
  interruption.release()
  return verdict.exit_code
}

/** Settings that the probe needs beside the plan. */
const PROBED = ['TARGET', 'ALLOW_TARGET', 'AUTH', 'AUTH_BODY', 'AUTH_USERNAME', 'CLIENT_ID', 'TIMEOUT', 'INSECURE_TLS'] as const

const HELP = `
Every instance leaves instance.json in its results folder, and posts it where COLLECTOR=http://judge:7777 says. The token, which both
sides have, is COLLECTOR_TOKEN in the environment.

Examples:
  loadgate judge instance-1 instance-2 --instances 2
  loadgate judge artefacts --instances 8
  COLLECTOR_TOKEN=… loadgate judge --listen 0.0.0.0:7777 --instances 8
  COLLECTOR_TOKEN=… loadgate judge --listen 0.0.0.0:7777 --instances 8 --plan dist/burst.plan.json

With --plan the judge reads the gateway's own counter before and after, and sends a control probe from when it listens until all have come:
start it when the gateway is there, from where it sees the gateway as the instances do, with their target file, hosts and secrets.

Exit codes: those of run; 3, invalid, where an instance is missing, came twice, had other settings, or did not send with the others.
`

export const command: Command = {
  name: 'judge',
  description: 'judge several k6 instances that shared a run, as one run',
  takes(line) {
    line
      .argument('[folders...]', 'results folders of the instances, folders of these, or their instance.json')
      .option('--instances <count>', 'so many must have taken part')
      .option('--listen <host:port>', 'wait for what the instances post (COLLECTOR), in place of folders')
      .option(
        '--plan <file>',
        "with --listen: look at the gateway's own count, and send a control probe, as this run plan says (build --plan)",
      )
      .option('--patience <duration>', 'after the first has come, the others have so long', '60s')
      .option('--wait <duration>', 'the first must come within so long', '2h')
      .option('--results <folder>', 'folder in which a folder for the run is made', 'results')
      .addHelpText('after', HELP)
    for (const option of settingOptions(PROBED)) line.addOption(option)
  },
  run: ([folders]: [string[]], { options, project, terminal, env }: Given<JudgeOptions>) =>
    judge(folders, options, project, terminal, env),
}
