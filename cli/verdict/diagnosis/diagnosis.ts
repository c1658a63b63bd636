/**
 * The reasons of a run that failed, told by cause: what is wrong with which endpoint, how often, where and since when, with a request
 * that shows it and what to do; the gates that are red by it follow as its consequences. Decides nothing: the verdict is made.
 */
import type { GateResult } from '../../../lib/gates/model.ts'
import { limitText, measuredText } from '../../../lib/summary/wording.ts'
import type { Reason } from '../../results/verdict-model.ts'
import { type Finding, isRestart } from '../gate-sentence.ts'
import { KINDS, slowAdvice } from './advice.ts'
import { causesOf, inWindows, named, period, times } from './cause.ts'
import { exampleOf } from './example.ts'
import type { Cause, Evidence } from './model.ts'
import { slowWindows } from './slow.ts'

export type { Evidence } from './model.ts'

function sentence(cause: Cause, evidence: Evidence): string {
  const { class: name, endpoints, windows, count, sent, example } = cause
  const sending = evidence.summary.windows.filter(({ name: window }) =>
    evidence.summary.endpoints.some((row) => row.window === window && row.sent > 0),
  )
  const where = windows.length > 1 && windows.length === sending.length ? ' in every window' : inWindows(windows)
  const why = example === undefined ? '' : `: the answer ${example.why}`
  return `${named(endpoints)}: ${times(count, sent)} ${KINDS[name].what}${where}${period(cause, evidence)}${why} (${name} ${count}).`
}

/** Gates of one key together: `error rate of base / all 1.4 %, spike / all 1.06 % (≤ 0.1 %)`. */
function consequences(gates: readonly GateResult[]): string[] {
  const keys = [...new Set(gates.map(({ key }) => key))]
  return keys.map((key) => {
    const some = gates.filter((gate) => gate.key === key)
    const limits = [...new Set(some.map(limitText))]
    const each = some.map((gate) => {
      const { window, endpoint } = gate
      const place = endpoint === '*' ? window : window === 'run' ? endpoint : `${endpoint} in ${window}`
      return `${place} ${measuredText(gate)}${limits.length > 1 ? ` (${limitText(gate)})` : ''}`
    })
    return `${some[0]?.label ?? key}: ${each.join(', ')}${limits.length === 1 ? ` (${limits[0]})` : ''}`
  })
}

/** Lower leads. */
interface Ranked {
  rank: number
  reason: Reason
}
const RANK = { restart: -1, failures: 0, limit: 1, slowEndpoint: 2, slowWindow: 3, rest: 4 }
/** What is proven against the gateway leads before what may have another cause. */
const UNPROVEN = 10

/**
 * @param findings of a verdict of fail, in its order
 * @returns the same, by cause; those that are about no gate stay where they were, before or after the others
 */
export function diagnose(findings: readonly Finding[], evidence: Evidence): Reason[] {
  const guilty = new Set(findings.flatMap(({ gate, guilty: proved }) => (gate !== undefined && proved ? [gate] : [])))
  const red = findings.flatMap(({ gate }) => (gate?.kind === 'limit' ? [gate] : []))
  const rankOf = (rank: number, gates: readonly GateResult[]): number =>
    gates.some((gate) => guilty.has(gate)) ? rank : rank + UNPROVEN
  const causes = causesOf(red, evidence)
  const slow = slowWindows(red, evidence.summary)
  const explained = new Set([...causes, ...slow].flatMap(({ gates }) => gates))
  const ranked: Ranked[] = [
    ...causes.map((cause) => ({
      rank: rankOf(RANK.failures, cause.gates),
      reason: {
        code: `cause.${cause.class}`,
        sentence: sentence(cause, evidence),
        advice: KINDS[cause.class].advice(cause, evidence),
        gates: consequences(cause.gates),
        ...(cause.example === undefined ? {} : { example: exampleOf(cause.example) }),
      } as Reason,
    })),
    ...slow.map(({ sentence: text, all, gates }) => ({
      rank: rankOf(all ? RANK.slowWindow : RANK.slowEndpoint, gates),
      reason: { code: 'cause.late', sentence: text, advice: slowAdvice(evidence), gates: consequences(gates) },
    })),
    ...findings.flatMap((finding) => {
      const { gate } = finding
      if (gate === undefined || explained.has(gate)) return []
      return {
        rank: rankOf(isRestart(gate) ? RANK.restart : gate.kind === 'limit' ? RANK.limit : RANK.rest, [gate]),
        reason: plain(finding),
      }
    }),
  ]
  const first = findings.findIndex(({ gate }) => gate !== undefined)
  const others = (some: readonly Finding[]): Reason[] => some.filter(({ gate }) => gate === undefined).map(plain)
  return [
    ...others(first === -1 ? findings : findings.slice(0, first)),
    ...ranked.sort((a, b) => a.rank - b.rank).map(({ reason }) => reason),
    ...others(first === -1 ? [] : findings.slice(first)),
  ]
}

/** As it stands in verdict.json. */
export const plain = ({ code, sentence: text, advice }: Finding): Reason => ({ code, sentence: text, advice })
