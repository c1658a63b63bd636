/** What to do about a red run where the figures say more than the gates. */
import type { EndpointSummary, GateResult } from './model.ts'
import { valueText } from './wording.ts'

const within = (gate: GateResult, endpoint: EndpointSummary): boolean =>
  gate.window === endpoint.window && (gate.endpoint === '*' || gate.endpoint === endpoint.endpoint)

/** A run into a limiter reads like a gateway in trouble: too few right answers, too few samples, refusals. It is neither's fault. */
function shedLoad(gates: readonly GateResult[], endpoints: readonly EndpointSummary[]): string[] {
  const red = gates.filter(({ ok }) => !ok)
  const behind = endpoints.filter((endpoint) => endpoint.shed > 0 && red.some((gate) => within(gate, endpoint)))
  const shed = behind.reduce((sum, endpoint) => sum + endpoint.shed, 0)
  if (shed === 0) return []
  const sent = behind.reduce((sum, endpoint) => sum + endpoint.sent, 0)
  return [
    `${valueText(shed, 'count')} of ${valueText(sent, 'count')} requests were shed by the rate limiter (429). Raise the gateway's limit for the load test's token and address, or plan less load (RATE).`,
  ]
}

export const adviceOn = (gates: readonly GateResult[], endpoints: readonly EndpointSummary[]): string[] =>
  shedLoad(gates, endpoints)
