/** The command line: what there is to say and what it is called. */
import { type Command, CommanderError } from 'commander'
import { SECRETS } from '../../lib/base/settings.ts'
import { FLAGGED, settingOptions } from '../base/flags.ts'
import type { PlanOptions } from '../capacity/plan/plan.ts'
import type { InitOptions } from '../init/init.ts'
import type { KubernetesOptions } from '../kubernetes/request.ts'
import { CommandLine } from './command-line.ts'
import type { JudgeOptions } from './judge.ts'

export interface Actions {
  /** @param mistakes of the line, found before */
  run(script: string, options: Record<string, unknown>, mistakes: readonly string[]): Promise<number>
  build(scripts: string[], options: { out: string; cloud?: string | true }): Promise<number>
  list(): Promise<number>
  k6(options: { provisionOnly?: boolean; printPath?: boolean }): Promise<number>
  completion(shell: string): Promise<number>
  judge(paths: string[], options: JudgeOptions): Promise<number>
  doctor(script: string | undefined, options: Record<string, unknown>): Promise<number>
  calibrate(script: string, options: { upTo?: string }): Promise<number>
  plan(script: string, options: PlanOptions): Promise<number>
  /** @param mistakes of the line, found before */
  kubernetes(script: string, options: KubernetesOptions, mistakes: readonly string[]): Promise<number>
  selftest(scripts: string[], options: Record<string, unknown>): Promise<number>
  show(run: string | undefined, options: { results: string }): Promise<number>
  open(run: string | undefined, options: { results: string; serve?: boolean; port?: string }): Promise<number>
  listResults(options: { results: string; json?: boolean }): Promise<number>
  gatesDiff(old: string, now: string, options: { allow?: boolean }): Promise<number>
  compare(earlier: string, later: string | undefined, options: { results: string }): Promise<number>
  init(options: InitOptions): Promise<number>
  check(options: Record<string, unknown>): Promise<number>
}

const EXIT_CODES = `
Exit codes of run:
  0   pass     every gate held on sufficient evidence
  99  fail     the gateway broke a limit
  3   invalid  the run cannot say: too few samples, load not sent, script error, interrupted, no results
  2   usage    wrong arguments or configuration; nothing was sent
`
const RUN_HELP = `
Without --target and --base-url, the embedded reference gateway is started and loaded.
Every flag that stands for a setting can also be given in the environment (--rate 50 is RATE=50); a flag wins.
Secrets (${SECRETS.join(', ')}) are taken from the environment only.

Examples:
  loadgate run burst
  loadgate run burst --rate 200 --duration 1m
  CLIENT_SECRET=… loadgate run burst --base-url https://staging.example.com --allow-target staging.example.com
  loadgate run burst -- --out json=samples.json
${EXIT_CODES}`
const BUILD_HELP = `
A bundle imports nothing but k6's own modules, and its exit code alone is a gate: 0, or not 0.

Examples:
  loadgate build ./my-flow.ts
  k6 run dist/my-flow.js

Exit codes:
  0  written
  2  wrong arguments, or a script that cannot be bundled
`
const DIFF_HELP = `
Examples:
  loadgate gates diff main:thresholds thresholds
  loadgate gates diff old.json new.json --allow

Exit codes:
  0  no gate was loosened or removed, or --allow was given
  1  a gate was loosened or removed
  2  wrong arguments, or a file that no run would take
`
const COMPARE_HELP = `
Exit codes:
  0   every gate that held still holds; of benchmarks: nothing is worse by more than the spread of their rounds
  99  a gate that held is broken or gone; of benchmarks: a figure is worse or gone
  3   a run that is neither pass nor fail proves nothing
  2   wrong arguments, or runs that cannot be compared
`
const SELFTEST_HELP = `
Each run is a whole loadgate run against an embedded gateway with faults on; clean runs must pass.

Exit codes:
  0  every run was as expected, and every gate has a fault that turns it red
  1  a fault was missed, a clean run was red, or a gate cannot be turned red
  3  interrupted; what was found is kept
  2  wrong arguments
`
const INIT_HELP = `
Writes loadgate/target.json, limits, jobs for CI and a README; nothing that is there is overwritten.

Examples:
  loadgate init --openapi openapi.json
  loadgate init --har recording.har --include "POST /orders"
  loadgate init --base-url http://127.0.0.1:8080

Exit codes:
  0  written
  3  nothing answered at the URL
  2  wrong arguments, or a file that cannot be used; nothing was written
`
const CHECK_HELP = `
Sends what users would send (the mix of the target file) once, in order, and a GET whose values vary twice. Then it breaks
the real answers and shows which breakage no expectation would notice.
Secrets (${SECRETS.join(', ')}) are taken from the environment only.

Exit codes:
  0   every answer was right
  99  an answer was wrong
  3   nobody answered, or there was no token
  2   wrong arguments or configuration, or an expectation that notices nothing
`
const PLAN_HELP = `
What one generator sends honestly is what loadgate calibrate has found on this machine, or --per-generator. It is planned with 70 % of it.

Examples:
  loadgate plan http --rate 60000 --per-generator 20000
  loadgate plan burst --profile production --instances 3

Exit codes:
  0  these generators have room for the load
  1  generator-limited: those that --instances asks for have none
  2  wrong arguments, or nobody knows what one generator sends
`
const KUBERNETES_HELP = `
Writes manifests for k6-operator 1.6: runners that share the load, and a Job with loadgate judge, which judges them as one run.
With --apply it runs them with your kubectl, follows the run, fetches its results, and takes away what it has created.
Secrets (${SECRETS.join(', ')}) are those of the cluster.

Examples:
  loadgate kubernetes burst --parallelism 4 --base-url http://gateway.staging:8080 --allow-target gateway.staging
  loadgate kubernetes burst --parallelism 4 --base-url http://10.0.0.7:8080 --secret CLIENT_SECRET=loadgate/client-secret --apply

Exit codes: 0 written; with --apply those of run.
`
const JUDGE_HELP = `
Every instance leaves instance.json in its results folder, and posts it where COLLECTOR=http://judge:7777 says. The token, which both
sides have, is COLLECTOR_TOKEN in the environment.

Examples:
  loadgate judge instance-1 instance-2 --instances 2
  loadgate judge artefacts --instances 8
  COLLECTOR_TOKEN=… loadgate judge --listen 0.0.0.0:7777 --instances 8

Exit codes: those of run; 3, invalid, where an instance is missing, came twice, had other settings, or did not send with the others.
`
const MAIN_HELP = `
Start here:
  loadgate run smoke     every endpoint once, against the embedded gateway
  loadgate init          the files of a load test of your own gateway, from OpenAPI or a recording
  loadgate check         each of its endpoints once, and what its expectations would not notice
  loadgate judge         several k6 instances that share a run, as one
  loadgate run ./my.ts   a scenario of your own, which imports plan and endpoint from loadgate
  loadgate list          the load tests there are
  loadgate open          the report of the latest run
  loadgate doctor        whether this machine can send the load
${EXIT_CODES}`

/** Shells that `loadgate completion` knows. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
const COMPLETION_HELP = `
Examples:
  eval "$(loadgate completion bash)"                  in ~/.bashrc
  eval "$(loadgate completion zsh)"                   in ~/.zshrc, after compinit
  loadgate completion fish > ~/.config/fish/completions/loadgate.fish
`

/** Settings that say how much is sent. */
const SIZE = ['PROFILE', 'RATE', 'DURATION', 'USERS', 'CONNECTIONS', 'STALL', 'VUS', 'INSTANCES'] as const

/** Settings that say who is asked, and how one gets in. */
const WHO = [
  'TARGET',
  'BASE_URL',
  'ALLOW_TARGET',
  'AUTH',
  'AUTH_USERNAME',
  'CLIENT_ID',
  'TIMEOUT',
  'SEED',
  'INSECURE_TLS',
] as const

const each = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

/**
 * @param done takes the exit code of the command that ran
 * @param write where help goes: asked for, and in place of what was not said
 * @param meant what else than a command a word may have meant, as a command line
 * @throws Mistakes from `parseAsync`
 */
export function makeProgram(
  version: string,
  actions: Actions,
  done: (code: number) => void,
  write: { out(text: string): void; err(text: string): void },
  meant: (word: string) => string | undefined = () => undefined,
): Command {
  const program = new CommandLine('loadgate')
    .description('k6 load tests for API gateways, with gates whose green can be believed')
    .version(version, '--version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', MAIN_HELP)
    .exitOverride()
    .configureOutput({ writeOut: write.out, writeErr: write.err })
    // These tell them together with what is wrong with their settings.
    .hook('preAction', (_, command) => {
      if (command.name() !== 'run' && command.name() !== 'kubernetes') (command as CommandLine).requireNone()
    })
  program.meant = meant
  const command = (name: string, description: string): CommandLine =>
    (program.command(name) as CommandLine).description(description).helpOption('-h, --help', 'show this help').helpCommand(false)

  const run = command('run', 'run a load test and judge the gateway')
    .usage('<script> [options] [-- k6 flags]')
    .argument('<script>', 'name of a script (loadgate list), or a file of your own, as ./my-flow.ts')
    .option('--results <folder>', 'folder in which a folder for this run is made (default results)')
    .option('--no-probe', 'leave out the control probe, which sees whether k6 measures the gateway or itself')
    .option('--no-record', 'leave out the recording second by second, which report.html draws its curves from')
    .option('--raw', "show k6's own output while it runs")
    .option('--prometheus <url>', 'write everything to this Prometheus as well (remote write, native histograms)')
    .option('--fault <fault>', 'a fault of the embedded gateway, as latency:endpoint=resource,ms=200; may be repeated', each)
    .option('--gateway-arg <arg>', 'passed to the embedded gateway, as --gateway-arg=--rate-limit=100; may be repeated', each)
  for (const option of settingOptions()) run.addOption(option)
  run.addHelpText('after', RUN_HELP)
  run.action(async (script: string, options) => done(await actions.run(script, options, run.mistakes())))

  const init = command('init', 'write the files of a load test of your own gateway, from OpenAPI or from a recording')
    .option('--openapi <file|url>', 'OpenAPI 3.0 or 3.1, or Swagger 2.0, as JSON or YAML')
    .option('--har <file>', 'recording of a browser or a proxy (HTTP Archive)')
    .option('--include <operation>', 'operationId, or METHOD /path, that may be sent though it is no GET; may be repeated', each)
    .option('--out <folder>', 'folder to write into', '.')
  for (const option of settingOptions(['BASE_URL', 'ALLOW_TARGET'])) init.addOption(option)
  init.addHelpText('after', INIT_HELP)
  init.action(async (options) => done(await actions.init(options)))

  const check = command('check', 'send each endpoint of a target once, and show what its expectations would not notice')
  for (const option of settingOptions(WHO)) check.addOption(option)
  check.addHelpText('after', CHECK_HELP)
  check.action(async (options) => done(await actions.check(options)))

  const build = command('build', 'write scripts as single files for plain k6, k6 Cloud and Kubernetes')
    .argument('[scripts...]', 'names (loadgate list), or files of your own; all that come along without it')
    .option('--out <folder>', 'folder to write into', 'dist')
    .option(
      '--cloud [zones]',
      'for k6 Cloud: limits that add up over its generators, and where those are, as amazon:us:ashburn=60,amazon:ie:dublin=40',
    )
    .addHelpText('after', BUILD_HELP)
  build.action(async (scripts: string[], options) => done(await actions.build(scripts, options)))

  command('judge', 'judge several k6 instances that shared a run, as one run')
    .argument('[folders...]', 'results folders of the instances, folders of these, or their instance.json')
    .option('--instances <count>', 'so many must have taken part')
    .option('--listen <host:port>', 'wait for what the instances post (COLLECTOR), in place of folders')
    .option('--patience <duration>', 'after the first has come, the others have so long', '60s')
    .option('--wait <duration>', 'the first must come within so long', '2h')
    .option('--results <folder>', 'folder in which a folder for the run is made', 'results')
    .addHelpText('after', JUDGE_HELP)
    .action(async (folders: string[], options) => done(await actions.judge(folders, options)))

  command('list', 'list the load tests').action(async () => done(await actions.list()))

  const results = (name: string, description: string): Command =>
    command(name, description).option('--results <folder>', 'folder that holds the runs', 'results')
  const RUN = 'folder of a run, or the beginning of its name; the latest without it'
  results('show', 'print a finished run again')
    .argument('[run]', RUN)
    .action(async (run: string | undefined, options) => done(await actions.show(run, options)))
  results('open', 'open the report of a run in a browser, or serve it where there is none')
    .argument('[run]', RUN)
    .option('--serve', 'serve it on a loopback address, even where a browser could be started')
    .option('--port <number>', 'port to serve it on (default: a free one)')
    .action(async (run: string | undefined, options) => done(await actions.open(run, options)))
  results('list-results', 'list the runs with their verdicts, the latest first')
    .option('--json', 'one JSON object a line')
    .action(async (options) => done(await actions.listResults(options)))
  results('compare', 'compare two runs of a script: what differs, gates, windows, endpoints')
    .argument('<earlier>', 'folder of a run, or the beginning of its name; a benchmarks.json that was kept')
    .argument('[later]', 'the same; the latest run of the same script without it')
    .addHelpText('after', COMPARE_HELP)
    .action(async (earlier: string, later: string | undefined, options) => done(await actions.compare(earlier, later, options)))

  command('gates', 'look at limits without a run: gates diff lists those that a change has loosened')
    .command('diff')
    .description('list the gates that were loosened, tightened, added or removed between two thresholds files or folders of them')
    .helpOption('-h, --help', 'show this help')
    .argument('<old>', 'file or folder, or one of another revision of git, as main:thresholds')
    .argument('<new>', 'the same of today')
    .option('--allow', 'a gate that was loosened or removed is listed, and no failure')
    .addHelpText('after', DIFF_HELP)
    .action(async (old: string, now: string, options) => done(await actions.gatesDiff(old, now, options)))

  command('k6', 'print the k6 that would be used, and install one where there is none')
    .option('--provision-only', 'print nothing unless it takes time')
    .option('--print-path', 'print what puts it on the PATH of a shell: eval "$(loadgate k6 --print-path)"')
    .action(async (options) => done(await actions.k6(options)))

  command('completion', 'print what completes the words of loadgate in a shell')
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText('after', COMPLETION_HELP)
    .action(async (shell: string) => done(await actions.completion(shell)))

  command('calibrate', 'find out how many requests a second this machine can send, or how many sockets it can hold')
    .argument('[script]', 'http, gateway or websocket', 'http')
    .option('--up-to <count>', 'ask only whether so many can be sent, or held; what is not its limit is not kept')
    .action(async (script: string, options) => done(await actions.calibrate(script, options)))

  command('selftest', 'show on this machine that every gate goes red for the fault that it is there for')
    .argument('[scripts...]', 'scripts, or suites of them; all without it')
    .option('--all', 'every fault of the tables, not only the selection for CI')
    .option('--clean <count>', 'so many clean runs of each suite in a row and no faults: none may be red')
    .option('--case <name>', 'only the cases of this name; may be repeated', each)
    .option('--instances <count>', 'so many k6 share each run: the verdicts must be the same (benchmarks can not be shared)')
    .option('--jobs <count>', 'runs at the same time (default: half of the cores)')
    .option('--results <folder>', 'folder in which a folder for this self-test is made', 'results')
    .addHelpText('after', SELFTEST_HELP)
    .action(async (scripts: string[], options) => done(await actions.selftest(scripts, options)))

  const plan = command('plan', 'say how many generators a load takes, what each needs, and what the gateway must be set up for')
    .argument('<script>', 'name of a script (loadgate list), or a file of your own, as ./my-flow.ts')
    .option('--per-generator <rate>', 'requests a second that one generator sends honestly (default: as calibrated here)')
    .option('--json', 'one JSON object')
  for (const option of settingOptions(['TARGET', ...SIZE])) plan.addOption(option)
  plan.addHelpText('after', PLAN_HELP)
  plan.action(async (script: string, options: PlanOptions) => done(await actions.plan(script, options)))

  const kubernetes = command('kubernetes', 'write the manifests of a run that k6-operator shares out, or run it in a cluster')
    .usage('<script> --parallelism <count> [options] [-- k6 flags]')
    .argument('<script>', 'name of a script (loadgate list), or a file of your own, as ./my-flow.ts')
    .option('--parallelism <count>', 'runners that share the load')
    .option('--out <folder>', 'folder for the manifests', 'kubernetes')
    .option('--apply', 'run it with kubectl, and end with the exit code of the verdict')
    .option('--keep', 'leave in the cluster what was created')
    .option('--results <folder>', 'folder in which the results are put', 'results')
    .option('--name <name>', 'name of all that is created (default: loadgate- and the script)')
    .option('--namespace <name>', "namespace (default: that of kubectl's context)")
    .option('--context <name>', 'context of kubectl')
    .option('--secret <setting=secret/key>', 'where the cluster has a secret setting; may be repeated', each)
    .option('--volume-claim <name>', 'PersistentVolumeClaim that has bundle and files, in place of a ConfigMap')
    .option('--separate', 'no two runners on a node; without it they are kept apart as far as there are nodes')
    .option('--per-generator <rate>', 'requests a second that one generator sends honestly (default: as calibrated here)')
    .option('--patience <time>', 'how long nothing may happen (default 2m)')
    .option('--runner-image <image>', 'image of the runners')
    .option('--judge-image <image>', 'image of the judge (deploy/kubernetes/Dockerfile)')
    .option('--starter-image <image>', "image of the operator's starter")
    .option('--operator-namespace <name>', 'namespace of k6-operator (default k6-operator-system)')
  // The segments say how many instances there are, and the judge is the collector.
  const ofTheCluster: readonly string[] = ['INSTANCES', 'COLLECTOR']
  for (const option of settingOptions(FLAGGED.filter((name) => !ofTheCluster.includes(name)))) kubernetes.addOption(option)
  kubernetes.addHelpText('after', KUBERNETES_HELP)
  kubernetes.action(async (script: string, options: KubernetesOptions) =>
    done(await actions.kubernetes(script, options, kubernetes.mistakes())),
  )

  const doctor = command('doctor', 'check whether this machine can send the load, and say how to change it').argument(
    '[script]',
    'script whose load is meant; without it, a load of --rate and --connections',
  )
  for (const option of settingOptions(SIZE)) doctor.addOption(option)
  doctor.action(async (script: string | undefined, options) => done(await actions.doctor(script, options)))
  return program
}

/** The exit code of what commander has stopped with: help and version are no failures. */
export const commanderExit = (error: CommanderError): number => (error.exitCode === 0 ? 0 : 2)
export const isCommanderError = (error: unknown): error is CommanderError => error instanceof CommanderError
