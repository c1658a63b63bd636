/** The requests of one VU: which endpoint each turn of a window's mix sends to. Prepared as a VU comes to them, since most VUs run one window only. */
import { sleep } from 'k6'
import exec from 'k6/execution'
import type { BriefingReader, Lane } from '../briefing.ts'
import { CATALOGUE } from '../endpoints/catalogue.ts'
import type { AnyEndpoint, Call } from '../endpoints/endpoint.ts'
import type { Memory } from '../endpoints/memory.ts'
import { type Authorization, authorization } from './authorization.ts'
import { type Received, type Sender, sender } from './http.ts'
import { type Asked, type SessionSender, sessionSender, type Together } from './session.ts'

export interface Traffic {
  authorization: Authorization
  /** One iteration of the window that k6 is running. */
  iterate(): void
  /** Sends turn `turn` of the mix of the window that k6 is running, without waiting for the answer. */
  iterateAsync(turn: number): Promise<Received>
  /** Sends request number `turn` of one endpoint. */
  send(endpoint: string, turn: number): void
  /** Sends request number `turn` of one endpoint without waiting for its answer. */
  sendAsync(endpoint: string, turn: number): Promise<Received>
  /** What this VU remembers from answer to request. */
  memory: Memory
  /** Sends one request of a session endpoint without counting its outcome: for setup() and teardown(). */
  ask(endpoint: string, call: Call): Asked
  /** Sends several requests of a session endpoint at once. */
  together(endpoint: string, first: number, count: number): Together
}

/** One turn of a cycle: whose it is, and which of that endpoint's requests it is. */
interface Place {
  sender: Sender
  /** Turns of this endpoint in a whole cycle. */
  weight: number
  /** Turns of this endpoint earlier in the cycle. */
  before: number
}

function placesOf(order: readonly string[], senderOf: (name: string) => Sender): Place[] {
  return order.map((name, i) => ({
    sender: senderOf(name),
    weight: order.filter((other) => other === name).length,
    before: order.slice(0, i).filter((other) => other === name).length,
  }))
}

/** @param own endpoints that only this script sends to, beside the catalogue */
export function traffic(
  briefing: BriefingReader<unknown>,
  memory: Memory,
  own: Readonly<Record<string, AnyEndpoint>> = {},
): Traffic {
  const { TIMEOUT, EXPECT_PROTO } = briefing.read('settings')
  const credentials = authorization(briefing.read('auth'), TIMEOUT)
  const senders = new Map<string, Sender>()
  const senderOf = (name: string): Sender => {
    let known = senders.get(name)
    if (known === undefined) {
      const endpoint = CATALOGUE[name] ?? own[name]
      if (endpoint === undefined) throw new Error(`no endpoint ${name} in the catalogue`)
      known =
        'session' in endpoint
          ? sessionSender(endpoint, briefing, { TIMEOUT, EXPECT_PROTO }, credentials, memory)
          : sender(endpoint, briefing, { TIMEOUT, EXPECT_PROTO }, credentials)
      senders.set(name, known)
    }
    return known
  }
  const sessionOf = (name: string): SessionSender => {
    const known = senderOf(name)
    if (!('ask' in known)) throw new Error(`endpoint ${name} has no session`)
    return known as SessionSender
  }
  const lanes = new Map<string, { lane: Lane; places: Place[] }>()
  const laneOf = (name: string) => {
    let found = lanes.get(name)
    if (found === undefined) {
      const lane = briefing.read('lanes')[name]
      if (lane === undefined) throw new Error(`k6 runs scenario ${name}, which is no window of this script`)
      found = { lane, places: placesOf(lane.order, senderOf) }
      lanes.set(name, found)
    }
    return found
  }
  // The object stays the same and follows the VU from scenario to scenario; asking k6 for it anew costs 6 µs.
  let scenario: typeof exec.scenario | undefined
  /** Of the endpoint that a turn sends to, which of its requests that is. */
  const turnOf = (turn: number, { weight, before }: Place, length: number) => Math.floor(turn / length) * weight + before

  return {
    authorization: credentials,
    memory,
    ask: (endpoint, call) => sessionOf(endpoint).ask(call),
    together: (endpoint, first, count) => sessionOf(endpoint).together(first, count),
    send: (endpoint, turn) => senderOf(endpoint).send(turn),
    async sendAsync(endpoint, turn) {
      credentials.renewIfDue()
      return senderOf(endpoint).sendAsync(turn)
    },
    async iterateAsync(turn) {
      scenario ??= exec.scenario
      const { places } = laneOf(scenario.name)
      credentials.renewIfDue()
      const place = places[turn % places.length] as Place
      return place.sender.sendAsync(turnOf(turn, place, places.length))
    },
    iterate() {
      scenario ??= exec.scenario
      const { lane, places } = laneOf(scenario.name)
      const { perIteration, think } = lane
      const { length } = places
      // Counted over all VUs: mix and requests are the same whichever VU takes the turn. Not over all instances: k6 deals numbers out
      // to them in turn, so that of two endpoints each instance would send to one only.
      const first = scenario.iterationInInstance * perIteration
      for (let turn = first; turn < first + perIteration; turn++) {
        credentials.renewIfDue()
        const place = places[turn % length] as Place
        place.sender.send(turnOf(turn, place, length))
        if (think > 0) sleep(think)
      }
    },
  }
}
