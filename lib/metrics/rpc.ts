/** Metrics of agents and webhooks. */
import type { MetricDeclaration } from './declaration.ts'

const count = (doc: string) => ({ type: 'counter', unit: 'count', doc }) as const

export const AGENT_METRICS = {
  agents_unregistered: count('Agents that were unregistered when the load was over.'),
  agents_left: count('Agents of the run that the gateway still finds after that.'),
} as const satisfies Record<string, MetricDeclaration>

export const DELIVERY_METRICS = {
  events_verified: {
    ...count("Deliveries that were due and looked for in the webhooks' statistics when the load was over."),
    // What was not looked for was neither lost nor delivered: then nobody can say.
    kind: 'evidence',
  },
  events_lost: count('Deliveries among them that no statistic counts.'),
  events_twice: count('Deliveries beyond those that were due.'),
} as const satisfies Record<string, MetricDeclaration>
