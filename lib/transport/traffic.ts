/** The requests of one VU: which endpoint each turn of a window's mix sends to. Prepared as a VU comes to them, since most VUs run one window only. */
import { sleep } from 'k6'
import exec from 'k6/execution'
import type { BriefingReader } from '../briefing/briefing.ts'
import { arrivalOf, type Lane } from '../briefing/lane.ts'
import { CATALOGUE } from '../endpoints/catalogue.ts'
import type { AnyEndpoint, Call } from '../endpoints/endpoint.ts'
import type { Memory } from '../endpoints/memory.ts'
import { startLagMs, startLags } from '../metrics.ts'
import { type Authorization, authorization } from './authorization.ts'
import { type Received, type Sender, sender } from './http.ts'
import { type Asked, type SessionSender, sessionSender, type Together } from './session.ts'

/** A metric of one's own costs a fifth of a request: one start in so many is compared with its plan. */
const LAG_EVERY = 64

export interface Traffic {
  authorization: Authorization
  /** One iteration of the window that k6 is running. */
  iterate(): void
  /** What every iteration of this VU calls, whichever window it is in; to be asked for in the first of them. */
  iteration(): () => void
  /** Sends turn `turn` of the mix of the window that k6 is running, without waiting for the answer. */
  iterateAsync(turn: number): Promise<Received>
  /** Sends request number `turn` of one endpoint. */
  send(endpoint: string, turn: number): void
  /** Sends request number `turn` of one endpoint without waiting for its answer. */
  sendAsync(endpoint: string, turn: number): Promise<Received>
  /** What this VU remembers from answer to request. */
  memory: Memory
  /** Sends one request of a session endpoint, its next one or another, without counting its outcome: outside of the load. */
  ask(endpoint: string, call?: Call): Asked
  /** Sends several requests of a session endpoint at once. */
  together(endpoint: string, first: number, count: number): Together
}

/** A window's mix as this VU sends it. */
interface OwnLane {
  iterate(): void
  iterateAsync(turn: number): Promise<Received>
}

/** @param own endpoints that only this script sends to, beside the catalogue */
export function traffic(
  briefing: BriefingReader<unknown>,
  memory: Memory,
  own: Readonly<Record<string, AnyEndpoint>> = {},
): Traffic {
  const sending = briefing.read('sending')
  const everywhere = sending.everywhere !== undefined
  const credentials = authorization(sending.auth, sending.timeout)
  const { renewIfDue } = credentials
  const senders = new Map<string, Sender>()
  const senderOf = (name: string): Sender => {
    let known = senders.get(name)
    if (known === undefined) {
      const endpoint = CATALOGUE[name] ?? own[name]
      if (endpoint === undefined) throw new Error(`no endpoint ${name} in the catalogue`)
      known =
        'session' in endpoint
          ? sessionSender(endpoint, briefing, sending, credentials, memory)
          : sender(endpoint, briefing, sending, credentials, memory)
      senders.set(name, known)
    }
    return known
  }
  const sessionOf = (name: string): SessionSender => {
    const known = senderOf(name)
    if (!('ask' in known)) throw new Error(`endpoint ${name} has no session`)
    return known as SessionSender
  }
  const lanes = new Map<string, OwnLane>()
  const laneOf = (name: string): OwnLane => {
    let found = lanes.get(name)
    if (found === undefined) {
      const lane = briefing.lane(name)
      if (lane === undefined) throw new Error(`k6 runs scenario ${name}, which is no window of this script`)
      found = ownLane(lane, lane.endpoints.map(senderOf))
      lanes.set(name, found)
    }
    return found
  }
  // The object stays the same and follows the VU from scenario to scenario; asking k6 for it anew costs 6 µs.
  let scenario: typeof exec.scenario | undefined
  const ownLane = ({ perIteration, think, period, order, before, weight }: Lane, senders: readonly Sender[]): OwnLane => {
    const { length } = order
    // By turn of a cycle, not by endpoint: a look-up in k6's engine costs as much as a sum.
    const senderAt = order.map((endpoint) => senders[endpoint] as Sender)
    const sendAt = senderAt.map(({ send }) => send)
    const weightAt = order.map((endpoint) => weight[endpoint] as number)
    const numberOf = (turn: number, at: number) => ((turn - at) / length) * (weightAt[at] as number) + (before[at] as number)
    const running = scenario as typeof exec.scenario
    let arrived = think === 0
    /** How late an iteration begins: k6 does not say it, and what waits for a core waits unseen. */
    const compareStart = (iteration: number) => {
      if (period === undefined) return
      startLagMs.add(Math.max(0, Date.now() - running.startTime - iteration * period))
      startLags.add(1)
    }
    return {
      // Turns are counted over all VUs: mix and requests are the same whichever VU takes the turn. Not over all instances: k6 deals
      // numbers out to them in turn, so that of two endpoints each instance would send to one only.
      iterate:
        perIteration === 1 && think === 0
          ? () => {
              const turn = running.iterationInInstance
              if (turn % LAG_EVERY === 0) compareStart(turn)
              renewIfDue()
              const at = turn % length
              ;(sendAt[at] as Sender['send'])(((turn - at) / length) * (weightAt[at] as number) + (before[at] as number))
            }
          : () => {
              if (!arrived) {
                arrived = true
                sleep(arrivalOf(memory.vu, think))
              }
              const iteration = running.iterationInInstance
              if (iteration % LAG_EVERY === 0) compareStart(iteration)
              const first = iteration * perIteration
              for (let turn = first; turn < first + perIteration; turn++) {
                renewIfDue()
                const at = turn % length
                ;(sendAt[at] as Sender['send'])(numberOf(turn, at))
                if (think > 0) sleep(think)
              }
            },
      async iterateAsync(turn) {
        renewIfDue()
        const at = turn % length
        return (senderAt[at] as Sender).sendAsync(numberOf(turn, at))
      },
    }
  }
  let here: string | undefined
  let lane: OwnLane | undefined
  /** The lane of the window that k6 is running. */
  const laneNow = (): OwnLane => {
    scenario ??= exec.scenario
    if (lane !== undefined && everywhere) return lane
    const { name } = scenario
    if (lane === undefined || name !== here) {
      here = name
      lane = laneOf(name)
    }
    return lane
  }

  return {
    authorization: credentials,
    memory,
    ask: (endpoint, call) => sessionOf(endpoint).ask(call),
    together: (endpoint, first, count) => sessionOf(endpoint).together(first, count),
    send: (endpoint, turn) => senderOf(endpoint).send(turn),
    async sendAsync(endpoint, turn) {
      renewIfDue()
      return senderOf(endpoint).sendAsync(turn)
    },
    iterateAsync: (turn) => laneNow().iterateAsync(turn),
    iterate: () => laneNow().iterate(),
    iteration: () => (everywhere ? laneNow().iterate : () => laneNow().iterate()),
  }
}
