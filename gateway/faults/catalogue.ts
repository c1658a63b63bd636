import { accessFaults, cacheFaults, limiterFaults } from './entries/access.ts'
import { connectionFaults } from './entries/connections.ts'
import { contentFaults } from './entries/content.ts'
import { disguiseFaults } from './entries/disguises.ts'
import { errorFaults } from './entries/errors.ts'
import { integrationFaults } from './entries/integration.ts'
import { jsonrpcFaults } from './entries/jsonrpc.ts'
import { latencyFaults } from './entries/latency.ts'
import { resourceFaults } from './entries/resources.ts'
import { sseFaults, websocketFaults } from './entries/streams.ts'
import type { FaultEntry } from './fault.ts'

const ENTRIES: readonly FaultEntry[] = [
  ...latencyFaults,
  ...connectionFaults,
  ...errorFaults,
  ...contentFaults,
  ...disguiseFaults,
  ...accessFaults,
  ...limiterFaults,
  ...cacheFaults,
  ...sseFaults,
  ...websocketFaults,
  ...jsonrpcFaults,
  ...integrationFaults,
  ...resourceFaults,
]

export const CATALOGUE: ReadonlyMap<string, FaultEntry> = new Map(ENTRIES.map((entry) => [entry.name, entry]))

/** The catalogue as data, for whoever asks what there is. */
export function describeCatalogue(): object[] {
  return ENTRIES.map(({ name, group, doc, endpoint, endpoints, share, params }) => ({
    name,
    group,
    doc,
    endpoint,
    endpoints,
    share: share ?? 1,
    params,
  }))
}
