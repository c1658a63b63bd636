/** How a VU goes through the mix of a window, turn by turn. */
import { sleep } from 'k6'
import exec from 'k6/execution'
import { counter, gauge, trend } from '../metrics/metrics.k6.ts'
import type { Received, Sender } from './http.k6.ts'
import { arrivalOf, type Schedule, turnsOf } from './schedule.ts'

const startLagMs = trend('start_lag_ms')
const startLags = counter('start_lags')
const iterationsCutOff = gauge('iterations_cut_off')

/** A metric of one's own costs a fifth of a request: one start in so many is compared with its plan. */
const LAG_EVERY = 64
/** Milliseconds of an iteration of several requests after which each of them asks whether the token is due. */
const QUICK = 200
/** Looked up once: in k6's engine a global is a look-up in a large table. */
const { now } = Date

/** A window's mix as one VU sends it. */
export interface OwnSchedule {
  /** One iteration. */
  iterate(): void
  /** Sends one turn of the mix without waiting for the answer. */
  iterateAsync(turn: number): Promise<Received>
}

/**
 * @param senderOf asked once for each endpoint
 * @param running k6's own object of the scenario that runs
 */
export function ownSchedule(
  schedule: Schedule,
  senderOf: (endpoint: string) => Sender,
  running: typeof exec.scenario,
  renewIfDue: () => void,
  user: number,
): OwnSchedule {
  const { perIteration, think, period, endpoints } = schedule
  const { endpoint, weight, before } = turnsOf(schedule)
  const { length } = endpoint
  /**
   * By turn of a cycle, not by endpoint: a look-up in k6's engine costs as much as a sum. A sender is made at its endpoint's first turn: many
   * VUs begin in the same moment, and what they all prepare then, they measure.
   */
  const sendAt: Sender['send'][] = []
  const prepare = (which: number): Sender => {
    const sender = senderOf(endpoints[which] as string)
    for (let turn = 0; turn < length; turn++) if (endpoint[turn] === which) sendAt[turn] = sender.send
    return sender
  }
  const first = endpoints.map((_, which) => (number: number) => prepare(which).send(number))
  for (const which of endpoint) sendAt.push(first[which] as Sender['send'])
  const numberOf = (turn: number, at: number) => ((turn - at) / length) * (weight[at] as number) + (before[at] as number)
  /** How late an iteration begins: k6 does not say it, and what waits for a core waits unseen. */
  const compareStart = (iteration: number) => {
    if (period === undefined) return
    startLagMs.add(Math.max(0, Date.now() - running.startTime - iteration * period))
    startLags.add(1)
    // Teardown cannot ask, and an iteration that was cut off cannot say so itself: a later one does.
    iterationsCutOff.add(exec.instance.iterationsInterrupted)
  }

  const sendOne = () => {
    const turn = running.iterationInInstance
    if (turn % LAG_EVERY === 0) compareStart(turn)
    renewIfDue()
    const at = turn % length
    ;(sendAt[at] as Sender['send'])(((turn - at) / length) * (weight[at] as number) + (before[at] as number))
  }
  let quick = true
  const sendSeveral = () => {
    const iteration = running.iterationInInstance
    if (iteration % LAG_EVERY === 0) compareStart(iteration)
    renewIfDue()
    const began = now()
    let at = (iteration * perIteration) % length
    let cycle = (iteration * perIteration - at) / length
    for (let left = perIteration; left > 0; left--) {
      // Where answers come slowly, the token may become due within the iteration.
      if (!quick) renewIfDue()
      ;(sendAt[at] as Sender['send'])(cycle * (weight[at] as number) + (before[at] as number))
      if (++at === length) {
        at = 0
        cycle++
      }
    }
    quick = now() - began < QUICK
  }
  let arrived = false
  const sendAndThink = () => {
    if (!arrived) {
      arrived = true
      sleep(arrivalOf(user, think))
    }
    const first = running.iterationInInstance * perIteration
    for (let turn = first; turn < first + perIteration; turn++) {
      renewIfDue()
      const at = turn % length
      ;(sendAt[at] as Sender['send'])(numberOf(turn, at))
      sleep(think)
    }
  }

  return {
    // Turns are counted over all VUs: mix and requests are the same whichever VU takes the turn. Not over all instances: k6 deals
    // numbers out to them in turn, so that of two endpoints each instance would send to one only.
    iterate: think > 0 ? sendAndThink : perIteration === 1 ? sendOne : sendSeveral,
    async iterateAsync(turn) {
      renewIfDue()
      const at = turn % length
      return senderOf(endpoints[endpoint[at] as number] as string).sendAsync(numberOf(turn, at))
    },
  }
}

/** Which iteration k6 is running, for scripts whose iterations are parts of a whole. */
export interface Iteration {
  /** Counted over all VUs and instances. */
  number: number
  /** Epoch milliseconds at which the window began. */
  start: number
}

export const iteration = (): Iteration => ({ number: exec.scenario.iterationInTest, start: exec.scenario.startTime })
