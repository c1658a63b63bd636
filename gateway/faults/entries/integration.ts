import { randomUUID } from 'node:crypto'
import { type FaultEntry, fault } from '../fault.ts'
import { rewrite } from './content.ts'

export const integrationFaults: readonly FaultEntry[] = [
  fault({
    name: 'webhook_delivered_twice',
    group: 'integration',
    doc: 'A webhook gets the same event twice.',
    endpoint: 'event_publish',
    endpoints: ['event_publish'],
    params: {},
    arm: () => ({ delivery: () => 2 }),
  }),
  fault({
    name: 'webhook_never_delivered',
    group: 'integration',
    doc: 'A webhook is counted as matched and never gets the event.',
    endpoint: 'event_publish',
    endpoints: ['event_publish'],
    params: {},
    arm: () => ({ delivery: () => 0 }),
  }),
  fault({
    name: 'webhook_id_unusable',
    group: 'integration',
    doc: 'The id of a new webhook is known to nobody.',
    endpoint: 'webhook_create',
    endpoints: ['webhook_create'],
    params: {},
    arm: () => ({ response: (answer) => rewrite(answer, (fields) => ({ ...fields, id: randomUUID() })) }),
  }),
]
