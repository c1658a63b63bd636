/** What a run means: pass, fail, invalid or usage. Pure; red by default, green only when everything agrees. */

import type { GateResult } from '../../lib/gates/model.ts'
import { thresholdsOf } from '../../lib/gates/threshold.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { valueText } from '../../lib/summary/wording.ts'
import { count } from '../base/figures.ts'
import type { Fleet } from '../fleet/fleet-model.ts'
import type { Reason, VerdictName } from '../results/verdict-model.ts'
import { doubtsOf, unlike } from './doubts.ts'
import { mostlyLate, proven, silence, withProvenEvidence } from './evidence.ts'
import { type Finding, gateReason, isRestart } from './gate-sentence.ts'
import { generatorBound, generatorLimited, isOfQueue } from './generator-limited.ts'
import { endedEarly } from './k6-ending.ts'
import type { RunFacts } from './run-facts.ts'

export interface Judgement {
  verdict: VerdictName
  reasons: Finding[]
}

const invalid = (...reasons: Finding[]): Judgement => ({ verdict: 'invalid', reasons })
const fail = (...reasons: Finding[]): Judgement => ({ verdict: 'fail', reasons })

function disagreement(summary: RunSummary, red: readonly GateResult[], exitCode: number | null): Reason | undefined {
  const advice = 'Run again; if it stays so, the script in dist/ and this command are of different versions: npm run build.'
  const wrong = (sentence: string): Reason => ({ code: 'disagreement', sentence, advice })
  if (summary.gates.length === 0) return wrong('The summary has no gates, so nothing was judged.')
  if (summary.ok !== (red.length === 0))
    return wrong(`The summary calls itself ${summary.ok ? 'green' : 'red'}, but its gates do not.`)
  if (exitCode === 0 && red.length > 0)
    return wrong(`k6 found no crossed threshold, but ${count(red.length, 'gate is', 'gates are')} red in the summary.`)
  if (exitCode === 99 && red.length === 0) return wrong('k6 found a crossed threshold, but every gate is green in the summary.')
  return undefined
}

/** A summary that is whole, but not of all that k6 was to judge and to run. */
function incomplete({ plan }: RunFacts, summary: RunSummary): Reason | undefined {
  if (plan === undefined) return undefined
  const due = summary.instance === undefined ? plan.gates : (plan.guards ?? [])
  const judged = new Set(summary.gates.flatMap(thresholdsOf).map(({ metric, expression }) => `${metric}: ${expression}`))
  const gates = due
    .flatMap(thresholdsOf)
    .map(({ metric, expression }) => `${metric}: ${expression}`)
    .filter((gate) => !judged.has(gate))
  const ran = new Set(summary.windows.map(({ name }) => name))
  const windows = plan.windows.flatMap(({ name }) => (ran.has(name) ? [] : [name]))
  if (gates.length === 0 && windows.length === 0) return undefined
  const missing = [
    ...(windows.length > 0 ? [`${count(windows.length, 'window')} (${windows[0]})`] : []),
    ...(gates.length > 0 ? [`${count(gates.length, 'gate')} (${gates[0]})`] : []),
  ]
  return {
    code: 'incomplete',
    sentence: `The summary lacks ${missing.join(' and ')} that this run was to have.`,
    advice: 'Run again; if it stays so, the script in dist/ and this command are of different versions: npm run build.',
  }
}

function stoppedAnswering(
  { gateway, gatewayEnded }: RunFacts,
  summary: RunSummary,
  limits: readonly GateResult[],
): Reason | undefined {
  if (limits.length === 0) return undefined
  const gone = silence(summary)
  if (gone === undefined && gatewayEnded === undefined) return undefined
  const seen =
    gone === undefined
      ? ''
      : ` (connections refused: ${valueText(gone.refused, 'count')}, reset: ${valueText(gone.reset, 'count')})`
  return {
    code: 'stopped_answering',
    sentence: `The gateway at ${gateway} stopped answering during the run${gatewayEnded === undefined ? '' : `: ${gatewayEnded}`}${seen}.`,
    advice: "Find out from the gateway's log why it ended; what was measured before is in summary.json.",
  }
}

function scriptErrors({ log }: RunFacts, summary: RunSummary): Reason | undefined {
  const errors = Math.max(
    summary.totals.script_errors,
    ...summary.gates.map((gate) => (gate.kind === 'script' && !gate.ok ? (gate.measured ?? 1) : 0)),
  )
  if (errors === 0) return undefined
  const message = log.errors[0]?.message
  return {
    code: 'script_error',
    sentence: `The script itself failed ${valueText(errors, 'count')} times${message === undefined ? '' : `: ${message}`}.`,
    advice: 'An iteration that threw has measured nothing. The stack traces are in k6.log.',
  }
}

/** Why a red limit is not the gateway's after all; undefined where nothing excuses it. */
const excuse = (facts: RunFacts, summary: RunSummary, gate: GateResult): Reason | undefined =>
  generatorBound(facts, summary, [gate]) ?? generatorLimited(facts, summary, gate)

/** What is proven against the gateway, whatever else is true of the run; undefined where nothing is. */
function proof(facts: RunFacts, summary: RunSummary): Judgement | undefined {
  const red = summary.gates.filter(({ ok }) => !ok)
  const reasons = (gates: readonly GateResult[]) => gates.map((gate) => gateReason(gate, summary))
  const limits = red.filter(({ kind }) => kind === 'limit')
  const stopped = stoppedAnswering(facts, summary, limits)
  const guilty = limits.filter((gate) => proven(gate, summary) && excuse(facts, summary, gate) === undefined)
  if (stopped === undefined && guilty.length === 0) return undefined
  const threw = scriptErrors(facts, summary)
  const rest = red.filter((gate) => !guilty.includes(gate) && (threw === undefined || gate.kind !== 'script'))
  // A process that ended explains what was late or refused meanwhile.
  const causes = guilty.toSorted((a, b) => Number(isRestart(b)) - Number(isRestart(a)))
  const proved = causes.map((gate) => gateReason(gate, summary, true))
  return fail(...(stopped ? [stopped] : []), ...proved, ...(threw ? [threw] : []), ...reasons(rest))
}

/** Load first: samples and throughput are missing because it is. Samples that are missing because all came late are no headline. */
function rank(gate: GateResult, summary: RunSummary): number {
  if (gate.kind === 'limit' && mostlyLate(gate, summary)) return 1
  return { load: 0, evidence: 2, limit: 3, script: 4 }[gate.kind]
}

/** Of one of several instances nothing is held to a limit by itself: its pass is none of the gateway. */
const partOf = ({ instance, instances }: RunSummary): Reason[] =>
  instance === undefined
    ? []
    : [
        {
          code: 'one_of_several',
          sentence: `Instance ${instance} of ${instances} has sent its part of the run; what that says of the gateway, all of them say together.`,
          advice: `loadgate judge FOLDER… --instances ${instances} adds up what they leave, and has the verdict.`,
        },
      ]

function byGates(facts: RunFacts, summary: RunSummary): Judgement {
  const red = summary.gates.filter(({ ok }) => !ok)
  const reasons = (gates: readonly GateResult[]) => gates.map((gate) => gateReason(gate, summary))
  const limits = red.filter(({ kind }) => kind === 'limit')
  const errors = scriptErrors(facts, summary)
  if (errors) return invalid(errors, ...reasons(red.filter(({ kind }) => kind !== 'script')))
  const excused = limits.filter((gate) => proven(gate, summary))
  const [own] = excused.flatMap((gate) => excuse(facts, summary, gate) ?? [])
  if (own) return invalid(own, ...reasons(red))
  if (red.length > 0) {
    const bound = generatorBound(facts, summary, limits.filter(isOfQueue))
    const sorted = reasons(red.toSorted((a, b) => rank(a, summary) - rank(b, summary)))
    return invalid(...(bound ? [bound] : []), ...sorted)
  }
  if (summary.totals.sent === 0)
    return invalid({ code: 'no_load', sentence: 'Not one request was sent.', advice: 'k6.log says what the script did instead.' })
  const bound = generatorBound(facts, summary, [])
  return bound ? invalid(bound) : { verdict: 'pass', reasons: partOf(summary) }
}

/** A run that was stopped has not come to what was planned: only what happened too often is proven by it, not what is missing. */
const untilStopped = (summary: RunSummary): RunSummary => ({
  ...summary,
  gates: summary.gates.filter(({ kind, bound }) => kind !== 'limit' || bound === 'max'),
})

/**
 * What is proven although instances did not send together, or one was its own bottleneck: what happened too often under less load than was
 * planned, and what no queue of a generator's own explains. Of a fleet that is not whole, or not one, nothing is.
 */
function inSpiteOf(findings: Fleet['findings'], summary: RunSummary): RunSummary {
  const has = (...codes: string[]): boolean => findings.some(({ code }) => codes.includes(code))
  const whole = findings.every(({ code }) => ['instance_apart', 'instance_limited', 'instance_doubted'].includes(code))
  const { gates, ...rest } = untilStopped(summary)
  const stands = (gate: GateResult): boolean => gate.kind !== 'limit' || (whole && !(has('instance_limited') && isOfQueue(gate)))
  return { ...rest, gates: gates.filter(stands) }
}

function judgeRun(facts: RunFacts): Judgement {
  const { read, k6, gatewayEnded } = facts
  const summary = 'summary' in read ? read.summary : undefined
  const early = endedEarly(facts)
  const fleet = facts.fleet?.findings ?? []
  // Who misused or stopped all of it hears that instead.
  if (
    fleet.length > 0 &&
    (summary !== undefined || early === undefined) &&
    early?.verdict !== 'usage' &&
    facts.interrupted === undefined
  ) {
    const proved = summary && proof(facts, inSpiteOf(fleet, summary))
    return proved ? fail(...proved.reasons, ...fleet) : invalid(...fleet, ...(early?.reasons ?? []))
  }
  // What a gateway did before the script gave up (no new token), or k6 did, is still its failure; who stops a run wants no verdict.
  if (early?.verdict === 'invalid' && facts.interrupted === undefined && summary !== undefined) {
    const proved = silence(summary) ? proof(facts, summary) : proof(facts, untilStopped(summary))
    if (proved) return fail(...proved.reasons, ...early.reasons)
  }
  if (early) return early
  if (!('summary' in read))
    return invalid({
      code: 'no_summary',
      sentence: `summary.json ${read.problem}, so there is nothing to judge (k6 ended with ${k6.exitCode}).`,
      advice: `${facts.log.errors[0] ? `k6 says: ${facts.log.errors[0].message}. ` : ''}k6.log has the whole story.`,
    })
  const disagree = disagreement(
    read.summary,
    read.summary.gates.filter(({ ok }) => !ok),
    k6.exitCode,
  )
  if (disagree) return invalid(disagree)
  const lacking = incomplete(facts, read.summary)
  const differ = unlike(facts)
  const guilty = proof(facts, read.summary)?.reasons ?? []
  const proved = guilty.length + differ.length > 0 ? fail(...guilty, ...differ) : undefined
  if (proved) return lacking ? { ...proved, reasons: [...proved.reasons, lacking] } : proved
  if (lacking) return invalid(lacking)
  const judgement = byGates(facts, read.summary)
  if (judgement.verdict !== 'pass') return judgement
  if (k6.exitCode !== 0)
    return invalid({
      code: 'marked_failed',
      sentence: `Every gate is green, but the script marked the run as failed${facts.log.errors[0] ? `: ${facts.log.errors[0].message}` : ''}.`,
      advice: 'k6.log says where.',
    })
  if (gatewayEnded !== undefined)
    return invalid({
      code: 'gateway_ended',
      sentence: `The embedded gateway ended before k6 did: ${gatewayEnded}.`,
      advice: 'Run again; gateway.log in the results folder has its last words.',
    })
  return judgement
}

/** A fail stays one. */
function withDoubts(facts: RunFacts, judgement: Judgement): Judgement {
  const doubts = doubtsOf(facts)
  if (doubts.length === 0) return judgement
  return judgement.verdict === 'pass' ? invalid(...doubts) : { ...judgement, reasons: [...judgement.reasons, ...doubts] }
}

/** Judges a run. A verdict that could not be kept is no pass: who reads the results folder would find another one. */
export function judge(given: RunFacts): Judgement {
  const { read } = given
  const facts = 'summary' in read ? { ...given, read: { summary: withProvenEvidence(read.summary) } } : given
  const judgement = withDoubts(facts, judgeRun(facts))
  if (facts.notKept === undefined) return judgement
  const reason: Reason = {
    code: 'results_not_written',
    sentence: `The results could not be written: ${facts.notKept}.`,
    advice: 'Make room or choose another folder with --results DIR, and run again.',
  }
  if (judgement.verdict === 'pass') return invalid(reason)
  // The script could not write its summary either.
  if (judgement.reasons[0]?.code === 'no_summary') return invalid(reason, ...judgement.reasons)
  return { ...judgement, reasons: [...judgement.reasons, reason] }
}
