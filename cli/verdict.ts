/** What a run means: pass, fail, invalid or usage. Pure; red by default, green only when everything agrees. */
import type { GateResult, RunSummary } from '../lib/summary/model.ts'
import { valueText } from '../lib/summary/wording.ts'
import { proven, silence } from './evidence.ts'
import { count } from './figures.ts'
import { gateReason } from './gate-sentence.ts'
import { endedEarly } from './k6-ending.ts'
import { generatorBound, isOfQueue, ownFault } from './own-fault.ts'
import type { RunFacts } from './run-facts.ts'
import type { Reason, VerdictName } from './verdict-model.ts'

export interface Judgement {
  verdict: VerdictName
  reasons: Reason[]
}

const invalid = (...reasons: Reason[]): Judgement => ({ verdict: 'invalid', reasons })
const fail = (...reasons: Reason[]): Judgement => ({ verdict: 'fail', reasons })

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
  const judged = new Set(summary.gates.map(({ metric, expression }) => `${metric}: ${expression}`))
  const gates = plan.gates.map(({ metric, expression }) => `${metric}: ${expression}`).filter((gate) => !judged.has(gate))
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

function byGates(facts: RunFacts, summary: RunSummary): Judgement {
  const red = summary.gates.filter(({ ok }) => !ok)
  const reasons = (gates: readonly GateResult[]) => gates.map((gate) => gateReason(gate, summary))
  const limits = red.filter(({ kind }) => kind === 'limit')
  const stopped = stoppedAnswering(facts, summary, limits)
  if (stopped) return fail(stopped, ...reasons(red))
  const errors = scriptErrors(facts, summary)
  if (errors) return invalid(errors, ...reasons(red.filter(({ kind }) => kind !== 'script')))
  const certain = limits.filter((gate) => proven(gate, summary))
  if (certain.length > 0) {
    const rest = red.filter((gate) => !certain.includes(gate))
    const own = generatorBound(facts, summary, certain) ?? ownFault(facts, summary, certain)
    return own ? invalid(own, ...reasons(red)) : fail(...reasons([...certain, ...rest]))
  }
  // Load first: samples and throughput are missing because it is.
  const order = ['load', 'evidence', 'limit', 'script']
  if (red.length > 0) {
    const bound = generatorBound(facts, summary, limits.filter(isOfQueue))
    const sorted = reasons(red.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)))
    return invalid(...(bound ? [bound] : []), ...sorted)
  }
  if (summary.totals.sent === 0)
    return invalid({ code: 'no_load', sentence: 'Not one request was sent.', advice: 'k6.log says what the script did instead.' })
  const bound = generatorBound(facts, summary, [])
  return bound ? invalid(bound) : { verdict: 'pass', reasons: [] }
}

function judgeRun(facts: RunFacts): Judgement {
  const { read, k6, gatewayEnded } = facts
  const summary = 'summary' in read ? read.summary : undefined
  const early = endedEarly(facts)
  // A gateway that goes away can stop the script as well (no new token): that is still its failure.
  if (early?.verdict === 'invalid' && facts.interrupted === undefined && k6.exitCode === 108 && summary !== undefined) {
    const stopped = stoppedAnswering(
      facts,
      summary,
      summary.gates.filter(({ kind, ok }) => kind === 'limit' && !ok),
    )
    if (stopped && silence(summary)) return fail(stopped, ...early.reasons)
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
  const lacking = disagree ?? incomplete(facts, read.summary)
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

function unbalanced({ books }: RunFacts): Reason[] {
  if (books?.finding !== 'unbalanced') return []
  const [first = '', ...others] = books.sentences
  return [
    {
      code: 'books_unbalanced',
      sentence: `The books do not balance. ${first}`,
      advice: `${others.length > 0 ? `${count(others.length, 'more finding')} in books.json. ` : ''}${books.advice}`,
    },
  ]
}

function clockSet({ clockJump }: RunFacts): Reason[] {
  if (clockJump === 0) return []
  return [
    {
      code: 'clock_jumped',
      sentence: `The clock of this machine was set ${clockJump > 0 ? 'forward' : 'back'} by ${valueText(Math.abs(clockJump) / 1000, '')} s during the run: when a window began, when a token ends and how late an event came is not known.`,
      advice: 'Let time servers correct the clock gradually (chrony, ntpd -x), keep the machine from sleeping, and run again.',
    },
  ]
}

/** What takes a pass away whatever the gates say, and is told beside anything else: a fail stays one. */
function withDoubts(facts: RunFacts, judgement: Judgement): Judgement {
  const doubts = [...clockSet(facts), ...unbalanced(facts)]
  if (doubts.length === 0) return judgement
  return judgement.verdict === 'pass' ? invalid(...doubts) : { ...judgement, reasons: [...judgement.reasons, ...doubts] }
}

/** Judges a run. A verdict that could not be kept is no pass: who reads the results folder would find another one. */
export function judge(facts: RunFacts): Judgement {
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
