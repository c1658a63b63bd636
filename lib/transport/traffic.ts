/** The requests of one VU, prepared in its init so that the first iteration is as quick as any: which endpoint each turn of a window's mix sends to. */
import { sleep } from 'k6'
import exec from 'k6/execution'
import type { AuthPlan } from '../auth.ts'
import { CATALOGUE } from '../endpoints/catalogue.ts'
import { seeded } from '../random.ts'
import type { Settings } from '../settings.ts'
import type { Target } from '../target.ts'
import type { Window } from '../workload.ts'
import { type Authorization, authorization } from './authorization.ts'
import { type Send, sender } from './http.ts'

export interface Traffic {
  authorization: Authorization
  /** One iteration of the window that k6 is running. */
  iterate(): void
  /** Sends request number `turn` of one endpoint. */
  send(endpoint: string, turn: number): void
}

/** One turn of a cycle: whose it is, and which of that endpoint's requests it is. */
interface Place {
  send: Send
  /** Turns of this endpoint in a whole cycle. */
  weight: number
  /** Turns of this endpoint earlier in the cycle. */
  before: number
}

function placesOf(order: readonly string[], senderOf: (name: string) => Send): Place[] {
  return order.map((name, i) => ({
    send: senderOf(name),
    weight: order.filter((other) => other === name).length,
    before: order.slice(0, i).filter((other) => other === name).length,
  }))
}

export function traffic(windows: readonly Window[], target: Target, settings: Settings, auth: AuthPlan): Traffic {
  const credentials = authorization(auth, settings.TIMEOUT)
  const senders = new Map<string, Send>()
  const senderOf = (name: string): Send => {
    let send = senders.get(name)
    if (send === undefined) {
      const endpoint = CATALOGUE[name]
      if (endpoint === undefined) throw new Error(`no endpoint ${name} in the catalogue`)
      // Each endpoint has a sequence of its own, so that one more endpoint in a mix changes no other's requests.
      const random = seeded(settings.SEED * 7919 + Object.keys(CATALOGUE).indexOf(name))
      send = sender(endpoint, target, settings, credentials, random)
      senders.set(name, send)
    }
    return send
  }
  const lanes = new Map(windows.map((window) => [window.name, { window, places: placesOf(window.order, senderOf) }]))
  // The object stays the same and follows the VU from scenario to scenario; asking k6 for it anew costs 6 µs.
  let scenario: typeof exec.scenario | undefined

  return {
    authorization: credentials,
    send: (endpoint, turn) => senderOf(endpoint)(turn),
    iterate() {
      scenario ??= exec.scenario
      const lane = lanes.get(scenario.name)
      if (lane === undefined) throw new Error(`k6 runs scenario ${scenario.name}, which is no window of this script`)
      const { window, places } = lane
      const { perIteration } = window
      const { length } = places
      // Counted over the whole test: mix and requests are the same whichever VU takes the turn.
      const first = scenario.iterationInTest * perIteration
      for (let turn = first; turn < first + perIteration; turn++) {
        credentials.renewIfDue()
        const { send, weight, before } = places[turn % length] as Place
        send(Math.floor(turn / length) * weight + before)
        if (window.think > 0) sleep(window.think)
      }
    },
  }
}
