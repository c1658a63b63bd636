/** What all instances of a run have sent, as far as their evidence tells it: by endpoint, with what is known of the status. Pure. */

import type { FailureClass } from '../../lib/base/outcome.ts'
import type { ReconciliationPlan } from '../../lib/run/reconciliation.ts'
import type { Instance } from '../../lib/summary/instance-model.ts'
import { failureOf, sentOf } from '../../lib/summary/observed.ts'
import { known, type Problem } from '../reconcile/counters.ts'
import type { Sent } from '../reconcile/sent.ts'

/** Setup, teardown and the renewal of tokens, which no instance counts by name. */
export const BESIDE = 'what is sent beside the windows'
/** Handshakes that should be refused have a dot in their name, and no session. */
const SOCKET = /^websocket\w*$/
const HANDSHAKES = 'websocket handshakes'

type Status = Pick<Sent, 'status' | 'known'>

const ANSWERED: Status = { status: 200, known: 'answered' }
const NO_ANSWER: Status = { status: 0 }
/** What is known of the status of a failure. */
const FAILED: Readonly<Record<FailureClass, Status>> = {
  shed: { status: 429 },
  client_error: { status: 400, known: 'class' },
  server_error: { status: 500, known: 'class' },
  failed_check: ANSWERED,
  rpc_error: ANSWERED,
  timeout: NO_ANSWER,
  refused: NO_ANSWER,
  reset: NO_ANSWER,
  dns: NO_ANSWER,
  tls: NO_ANSWER,
  no_answer: NO_ANSWER,
}

/** Those that a server may give before it knows a route, and not count: where one of several may be such a one, it is taken for one. */
const UNCOUNTED = [431, 414, 408, 400]

/** What is known of the status of a valid answer, by the statuses that are right. */
function rightStatus(statuses: readonly number[]): Status {
  const [first] = statuses
  if (first === undefined) return ANSWERED
  if (statuses.length === 1) return { status: first }
  const status = UNCOUNTED.find((one) => statuses.includes(one)) ?? first
  const alike = statuses.every((one) => Math.floor(one / 100) === Math.floor(first / 100))
  return { status, known: alike ? 'class' : 'answered' }
}

/**
 * The counts of k6 in all instances.
 * @param instances all that share the run: what one of them has sent and does not tell would seem to be somebody else's
 */
export function sentByInstances(instances: readonly Instance[], plan: ReconciliationPlan): Sent[] | Problem {
  const countOf = (metric: string): number =>
    instances.reduce((sum, { metrics }) => sum + (metrics[metric]?.values.count ?? 0), 0)
  const windows = instances[0]?.plan.windows ?? []
  const sent = windows.flatMap(({ name: window, endpoints }) =>
    endpoints.flatMap((endpoint): Sent[] => {
      // Of a handshake that should have been refused k6 takes no sample, and counts what failed all the same.
      let left = countOf(sentOf(window, endpoint))
      const one = { endpoint, by: 'k6' as const }
      const failed = (Object.keys(FAILED) as FailureClass[]).map((failure) => {
        const count = Math.min(left, countOf(failureOf(window, endpoint, failure)))
        left -= count
        return { ...one, ...FAILED[failure], count }
      })
      return [...failed, { ...one, ...rightStatus(plan.statuses[endpoint] ?? []), count: left }]
    }),
  )
  const { places, uncounted, host, looks } = plan
  const inWindows = new Set(windows.flatMap(({ endpoints }) => endpoints))
  const isElsewhere = (name: string): boolean =>
    uncounted.includes(name) || places[name]?.some((place) => place.host !== host) === true
  const names = Object.keys(places).filter((name) => !inWindows.has(name) && name !== looks)
  const beside = countOf('http_reqs') - sent.reduce((sum, { count }) => sum + count, 0)
  // Some of it may have gone where the counter does not count: then nobody can say how much of it must be there.
  if (beside > 0 && !names.some(isElsewhere)) sent.push({ endpoint: BESIDE, by: 'k6', ...ANSWERED, count: beside })
  const handshakes = countOf('ws_sessions')
  if (handshakes > 0) {
    const sockets = Object.keys(places).filter((name) => SOCKET.test(name))
    if (sockets.some(isElsewhere))
      return known('some handshakes go where it does not count, and instances do not tell theirs apart by name')
    const [endpoint = HANDSHAKES, ...others] = sockets
    sent.push({
      ...{ by: 'k6', status: 101, count: handshakes, socket: true },
      endpoint: others.length === 0 ? endpoint : HANDSHAKES,
    })
  }
  return sent.filter(({ count }) => count > 0)
}
