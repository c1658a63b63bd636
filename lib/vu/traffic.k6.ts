/** The requests of one VU: which endpoint each turn of a window's mix sends to. Prepared as a VU comes to them, since most VUs run one window only. */
import exec from 'k6/execution'
import { type Authorization, authorization } from '../auth/authorization.k6.ts'
import { describedEndpoint } from '../described/endpoint.ts'
import type { PlanEndpoint } from '../described/in-code.ts'
import type { AnyEndpoint, Asker } from '../endpoint/endpoint.ts'
import type { VuState } from '../endpoint/vu-state.ts'
import { type Received, type Sender, sender } from './http.k6.ts'
import type { InitDataReader } from './init-data.ts'
import { type OwnSchedule, ownSchedule } from './schedule.k6.ts'
import { type SessionSender, sessionSender, type Together } from './session.k6.ts'

/** The requests of one VU. */
export interface Traffic extends Asker {
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
  /** Sends request number `turn` of one endpoint beside the load; undefined where there is nothing to ask. */
  sendBeside(endpoint: string, turn: number): Received | undefined
  /** Sends several requests of a session endpoint at once. */
  together(endpoint: string, first: number, count: number): Together
}

/** @param endpoints that this script sends to */
export function traffic(initData: InitDataReader<unknown>, vuState: VuState, endpoints: readonly PlanEndpoint[] = []): Traffic {
  const sending = initData.read('sending')
  const everywhere = sending.everywhere !== undefined
  const credentials = authorization(sending.auth, sending.timeout)
  const { renewIfDue } = credentials
  const senders = new Map<string, Sender>()
  const senderOf = (name: string): Sender => {
    let known = senders.get(name)
    if (known === undefined) {
      const described = initData.order(name)?.template.described
      const listed = endpoints.find((endpoint) => endpoint.name === name)
      const endpoint = described === undefined ? (listed as AnyEndpoint | undefined) : describedEndpoint(described, listed)
      if (endpoint === undefined) throw new Error(`unlisted endpoint ${name}`)
      known =
        'session' in endpoint
          ? sessionSender(endpoint, initData, sending, credentials, vuState)
          : sender(endpoint, initData, sending, credentials, vuState)
      senders.set(name, known)
    }
    return known
  }
  const sessionOf = (name: string): SessionSender => {
    const known = senderOf(name)
    if (!('ask' in known)) throw new Error(`no session of ${name}`)
    return known as SessionSender
  }
  // The object stays the same and follows the VU from scenario to scenario; asking k6 for it anew costs 6 µs.
  let scenario: typeof exec.scenario | undefined
  const schedules = new Map<string, OwnSchedule>()
  const scheduleOf = (name: string): OwnSchedule => {
    let found = schedules.get(name)
    if (found === undefined) {
      const schedule = initData.schedule(name)
      if (schedule === undefined) throw new Error(`k6 runs scenario ${name}, which is no window of this script`)
      found = ownSchedule(schedule, senderOf, scenario as typeof exec.scenario, renewIfDue, vuState.vu)
      schedules.set(name, found)
    }
    return found
  }
  let here: string | undefined
  let schedule: OwnSchedule | undefined
  /** The schedule of the window that k6 is running. */
  const scheduleNow = (): OwnSchedule => {
    scenario ??= exec.scenario
    if (schedule !== undefined && everywhere) return schedule
    const { name } = scenario
    if (schedule === undefined || name !== here) {
      here = name
      schedule = scheduleOf(name)
    }
    return schedule
  }

  return {
    authorization: credentials,
    vuState,
    ask(endpoint, call) {
      renewIfDue()
      return sessionOf(endpoint).ask(call)
    },
    look(endpoint, call, read) {
      renewIfDue()
      return sessionOf(endpoint).look(call, read)
    },
    together(endpoint, first, count) {
      renewIfDue()
      return sessionOf(endpoint).together(first, count)
    },
    send: (endpoint, turn) => senderOf(endpoint).send(turn),
    async sendAsync(endpoint, turn) {
      renewIfDue()
      return senderOf(endpoint).sendAsync(turn)
    },
    sendBeside(endpoint, turn) {
      renewIfDue()
      return senderOf(endpoint).sendBeside(turn)
    },
    iterateAsync: (turn) => scheduleNow().iterateAsync(turn),
    iterate: () => scheduleNow().iterate(),
    iteration: () => (everywhere ? scheduleNow().iterate : () => scheduleNow().iterate()),
  }
}
