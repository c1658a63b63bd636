/** From what came of a run to the results folder and the last lines on the terminal. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { forJson } from '../../../lib/base/escape.ts'
import type { Gate } from '../../../lib/gates/model.ts'
import type { RunSummary } from '../../../lib/summary/model.ts'
import { summaryLines } from '../../../lib/summary/text.ts'
import { palette } from '../../base/colour.ts'
import { EXIT } from '../../base/errors.ts'
import type { Project } from '../../base/project.ts'
import { redactedIn } from '../../base/redaction.ts'
import { type Terminal, tell } from '../../base/terminal.ts'
import { junitWith } from '../../ci/junit.ts'
import { summaryMarkdown } from '../../ci/markdown.ts'
import { fleetLines } from '../../fleet/fleet-text.ts'
import type { GeneratorEvidence } from '../../generator/evidence-model.ts'
import type { RunRequest } from '../../k6/run-request.ts'
import type { Reconciliation } from '../../reconcile/reconciliation-model.ts'
import type { SeriesFile } from '../../record/series-model.ts'
import { type FailureGroup, failureSamples } from '../../results/failure-samples.ts'
import { thisMachine } from '../../results/machine.ts'
import type { Results } from '../../results/results.ts'
import { readSummary, type SummaryFile } from '../../results/summary-file.ts'
import { VERDICT_SCHEMA, type Verdict } from '../../results/verdict-model.ts'
import { diagnose, plain } from '../../verdict/diagnosis/diagnosis.ts'
import { judge } from '../../verdict/verdict.ts'
import { verdictLines } from '../../verdict/verdict-text.ts'
import { announce, keep } from './keep.ts'
import type { Outcome } from './outcome.ts'

function gateCounts(summary: RunSummary): Verdict['gates'] {
  const counts = (kind?: Gate['kind']) => {
    const gates = summary.gates.filter((gate) => kind === undefined || gate.kind === kind)
    return { total: gates.length, red: gates.filter(({ ok }) => !ok).length }
  }
  return { ...counts(), limit: counts('limit'), evidence: counts('evidence'), load: counts('load'), script: counts('script') }
}

/** What was asked for. */
export interface Asked extends Pick<RunRequest, 'script' | 'hide' | 'k6Flags'> {
  /** The command that does it again. */
  command: string
}

/** A script of the user's own is called what it calls itself. */
const scriptOf = ({ script }: Asked, { plan }: Outcome): string =>
  script.source === undefined ? script.name : (plan?.script ?? script.name)

function verdictOn(
  request: Asked,
  outcome: Outcome,
  project: Project,
  read: SummaryFile,
  notKept: string | undefined,
  generator: GeneratorEvidence | undefined,
  reconciliation: Reconciliation | undefined,
  failures: readonly FailureGroup[],
  series: SeriesFile | undefined,
): Verdict {
  const { k6, run } = outcome
  const ending = { version: k6?.version, exitCode: run?.exitCode ?? null, signal: run?.signal ?? null }
  const { verdict, reasons: findings } = judge({
    read,
    k6: ending,
    log: run?.log ?? { usage: undefined, aborted: undefined, errors: [], exhausted: { files: 0, ports: 0 } },
    generator,
    reconciliation,
    fleet: outcome.fleet,
    plan: outcome.plan,
    clockJump: outcome.clockJump ?? 0,
    gateway: outcome.baseUrl ?? 'an unknown address',
    gatewayEnded: outcome.gatewayEnded,
    notStarted: outcome.notStarted,
    interrupted: outcome.interrupted,
    k6Flags: request.k6Flags.length > 0,
    notKept,
  })
  const reasons =
    verdict === 'fail' && 'summary' in read
      ? diagnose(findings, { summary: read.summary, failures, series })
      : findings.map(plain)
  return {
    schema: VERDICT_SCHEMA,
    verdict,
    exit_code: EXIT[verdict],
    reasons,
    script: scriptOf(request, outcome),
    target: { base_url: outcome.baseUrl ?? null, embedded: outcome.embedded },
    gates: 'summary' in read ? gateCounts(read.summary) : null,
    k6: { version: ending.version ?? null, exit_code: ending.exitCode, signal: ending.signal },
    started_at: outcome.started.toISOString(),
    finished_at: new Date().toISOString(),
    command: request.command,
    machine: thisMachine(),
    loadgate: project.version,
  }
}

/** The recorder knows to the second when the load began; without it, k6's own length of the run says it. */
function generatorOf(
  { generator }: Outcome,
  summary: RunSummary | undefined,
  series: SeriesFile | undefined,
): GeneratorEvidence | undefined {
  if (generator === undefined || summary === undefined) return undefined
  const began = Date.parse(summary.finished_at) - summary.duration_s * 1000
  return generator.evidence(summary, series === undefined ? began : Date.parse(series.load_started_at))
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Writes and prints everything; a results folder that cannot be written any more is part of the verdict. */
export async function report(
  request: Asked,
  outcome: Outcome,
  project: Project,
  results: Results,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<Verdict> {
  const read = readSummary(join(results.folder, 'summary.json'), scriptOf(request, outcome), outcome.started)
  const summary = 'summary' in read ? read.summary : undefined
  const junit = readIfThere(join(results.folder, 'junit.xml'))
  const series = outcome.watch?.series(summary)
  const failures = failureSamples(readIfThere(join(results.folder, 'k6.log')) ?? '')
  const generator = generatorOf(outcome, summary, series)
  if (generator !== undefined) results.write('generator.json', `${forJson(generator, 2)}\n`)
  // A run without a summary has not come to the point where its count means anything.
  const counted = summary && outcome.reconciliation?.file(outcome.run?.interrupted ?? 0, summary.totals.sent)
  // The gateway names its routes as it likes.
  const reconciliation = counted && redactedIn(counted, request.hide)
  if (reconciliation !== undefined) results.write('reconciliation.json', `${forJson(reconciliation, 2)}\n`)
  const { fleet } = outcome
  if (fleet !== undefined) results.write('fleet.json', `${forJson(fleet, 2)}\n`)
  const write = (): Verdict => {
    const verdict = verdictOn(request, outcome, project, read, results.problem(), generator, reconciliation, failures, series)
    results.write('summary.md', summaryMarkdown(verdict, summary, reconciliation, fleet))
    results.write('junit.xml', junitWith(verdict, junit))
    keep(results, project, { verdict, summary, series, failures, generator, reconciliation, fleet }, terminal.note)
    results.write('verdict.json', `${forJson(verdict, 2)}\n`)
    return verdict
  }
  const before = results.problem()
  let verdict = write()
  // What failed while writing changes the verdict, so what could be written is written once more.
  if (results.problem() !== before) verdict = write()

  await outcome.watch?.tell(verdict, summary)
  announce(verdict, summary, summaryMarkdown(verdict, summary, reconciliation, fleet), project, env, terminal)
  if (summary !== undefined) tell(terminal, summaryLines(summary, palette(terminal.colour), verdict.target.embedded))
  if (fleet !== undefined) tell(terminal, fleetLines(fleet))
  tell(terminal, verdictLines(verdict, results.folder, terminal.colour, reconciliation))
  return verdict
}
