/** What to do about a red run where the figures say more than the gates. */

import type { GateResult } from '../gates/model.ts'
import type { EndpointSummary, RunSummary } from './model.ts'
import { valueText } from './wording.ts'

const within = (gate: GateResult, endpoint: EndpointSummary): boolean =>
  gate.window === endpoint.window && (gate.endpoint === '*' || gate.endpoint === endpoint.endpoint)

/** So many are no chance. */
const BLOCKED_FROM = 10

/** A run into a limiter reads like a gateway in trouble: too few valid answers, too few samples, refusals. It is neither's fault. */
function shedLoad(gates: readonly GateResult[], endpoints: readonly EndpointSummary[]): string[] {
  const red = gates.filter(({ ok }) => !ok)
  const behind = endpoints.filter((endpoint) => endpoint.shed > 0 && red.some((gate) => within(gate, endpoint)))
  const shed = behind.reduce((sum, endpoint) => sum + endpoint.shed, 0)
  if (shed === 0) return []
  const sent = behind.reduce((sum, endpoint) => sum + endpoint.sent, 0)
  // A limiter lets the first requests through; who is shed from the first on has used up what it had, or has been shut out.
  const limited = endpoints.filter((endpoint) => endpoint.shed > 0)
  if (shed >= BLOCKED_FROM && limited.every((endpoint) => endpoint.shed === endpoint.sent))
    return [
      `All ${valueText(sent, 'count')} requests were answered 429, from the first on: this address may be blocked, by what it has sent before. Some limiters block for an hour: wait for as long as Retry-After says, or lift the block, before the next run.`,
    ]
  return [
    `${valueText(shed, 'count')} of ${valueText(sent, 'count')} requests were shed by the rate limiter (429). Raise the gateway's limit for the load test's token and address, or plan less load (RATE).`,
  ]
}

/** Connections that a limiter turned away: what k6 counted of them, and how a reader calls them. */
const SHED_CONNECTIONS = {
  'ws_sessions{status:429}': 'WebSocket handshakes',
  'sse_refused{class:shed}': 'event streams',
} as const

const shedConnections = (figures: RunSummary['figures']): string[] =>
  Object.entries(SHED_CONNECTIONS).flatMap(([figure, what]) => {
    const shed = figures[figure]?.values.count ?? 0
    return shed === 0
      ? []
      : [
          `${valueText(shed, 'count')} ${what} were shed by the rate limiter (429). Raise the gateway's limit for the load test's token and address, or open fewer a second (RATE).`,
        ]
  })

export const adviceOn = (
  gates: readonly GateResult[],
  endpoints: readonly EndpointSummary[],
  figures: RunSummary['figures'] = {},
): string[] => [...shedLoad(gates, endpoints), ...shedConnections(figures)]
