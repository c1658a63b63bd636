/** One window bound to its place in time: the k6 scenario that sends its load, and what it plans to send. */

import { k6Duration } from '../base/duration.ts'
import { cycle, plannedCounts } from '../base/mix.ts'
import { inBursts, steadily } from './offered.ts'
import type { Window, WindowSpec } from './window.ts'

export interface Sizing {
  /** Worst stall to be seen, in seconds. */
  stall: number
  /** VUs of each arrival-rate window, instead of rate x stall. */
  vus: number | undefined
  requestsPerIteration: number
  instances: number
  /** Longest time a request can take, in seconds. */
  timeout: number
}

/** An arrival-rate window of fewer VUs than this drops iterations at the first hiccup of a small machine. */
const LEAST_VUS = 10

/** k6 splits iterations over its instances as it splits VUs: evenly only where the number of VUs can be. */
function vusFor(rate: number, { vus, stall, instances }: Sizing): number {
  const needed = vus ?? Math.max(LEAST_VUS, Math.ceil(rate * stall))
  return Math.ceil(needed / instances) * instances
}

/** k6 takes whole numbers only: 2.5/s becomes 5 in 2 s. */
function wholeRate(rate: number): { rate: number; seconds: number } {
  for (const seconds of [1, 2, 4, 5, 10, 20, 50, 100]) {
    const whole = rate * seconds
    if (Math.abs(whole - Math.round(whole)) < 1e-9 && whole >= 1) return { rate: Math.round(whole), seconds }
  }
  return { rate: Math.max(1, Math.round(rate * 1000)), seconds: 1000 }
}

/**
 * Requests of one iteration of users who do not pause: ten cost a sixth less than one at a time. What they hide of a stall, the closed
 * model hides anyway: such a user waits for an answer before anything else is sent.
 */
const REQUESTS_WITHOUT_PAUSE = 10

/**
 * @param start seconds from the start of the load
 * @param grace seconds that the last requests get after the window's end: what is cut off leaves no sample at all
 */
export function bind(spec: WindowSpec, start: number, sizing: Sizing, grace = sizing.timeout + 1): Window {
  const { load, duration } = spec
  const order = spec.sequence ?? (spec.mix === undefined ? [] : cycle(spec.mix))
  const exec = spec.exec ?? 'run'
  const common = { exec, startTime: k6Duration(start), gracefulStop: k6Duration(grace) }
  const perIteration =
    spec.sequence?.length ??
    ((load.model === 'open' || load.model === 'bursts') && exec === 'run' ? sizing.requestsPerIteration : 1)
  const { instances } = sizing
  // What one VU sends, each instance sends whole.
  const copies = load.model === 'paced' || load.model === 'once' ? instances : 1
  const counts = (turns: number, of: readonly string[]) =>
    Object.fromEntries(Object.entries(plannedCounts(of, turns)).map(([name, count]) => [name, count * copies]))
  const reserve = (vus: number, seconds = duration, stop = grace) => ({ from: start, to: start + seconds + stop, vus })
  const window = {
    name: spec.name,
    gated: spec.latency !== 'settles',
    start,
    duration,
    exec,
    order,
    endpoints: spec.endpoints ?? [...new Set(order)],
    perIteration,
    think: 0,
    limits: spec.limits ?? spec.name,
    instances,
  }
  const plan = (iterations: number) => ({
    iterations: iterations * copies,
    ...(order.length === 0 ? {} : { planned: counts(Math.floor(iterations * perIteration), order) }),
  })
  switch (load.model) {
    case 'open': {
      const { rate, seconds } = wholeRate(load.rate)
      const vus = vusFor(load.rate / perIteration, sizing)
      return {
        ...window,
        model: 'open',
        offered: steadily(rate / seconds, start, duration),
        reserved: reserve(vus),
        // Planned from what k6 is asked for: a rate such as 1/3 is sent as a whole number in 1000 s.
        ...plan(Math.floor((rate * duration) / (seconds * perIteration) + 1e-9)),
        scenario: {
          ...common,
          executor: 'constant-arrival-rate',
          rate,
          timeUnit: k6Duration(seconds * perIteration),
          duration: k6Duration(duration),
          preAllocatedVUs: vus,
          // VUs made while the load runs cost the very time that is being measured.
          maxVUs: vus,
        },
      }
    }
    case 'bursts': {
      const bursts = Math.floor(duration / load.every)
      const peak = Math.round((load.rate * load.every) / perIteration)
      const vus = vusFor(peak, sizing)
      return {
        ...window,
        model: 'open',
        offered: inBursts(peak * perIteration, start, load.every, bursts),
        reserved: reserve(vus, bursts * load.every),
        ...plan(peak * bursts),
        scenario: {
          ...common,
          executor: 'ramping-arrival-rate',
          startRate: peak,
          timeUnit: '1s',
          // Stages of no length are steps: a burst comes at once, not by a ramp.
          stages: Array.from({ length: bursts }, () => [
            { target: peak, duration: '0s' },
            { target: peak, duration: '1s' },
            { target: 0, duration: '0s' },
            { target: 0, duration: k6Duration(load.every - 1) },
          ]).flat(),
          preAllocatedVUs: vus,
          maxVUs: vus,
        },
      }
    }
    case 'paced': {
      const ticks = Math.floor(load.rate * duration + 1e-9)
      return {
        ...window,
        model: 'open',
        offered: steadily(load.rate * instances, start, duration),
        reserved: reserve(instances),
        planned: counts(ticks, order.length > 0 ? order : window.endpoints),
        period: 1 / load.rate,
        // Each instance has a VU of its own, which sends the whole rate: what it measures cannot be put together from parts.
        scenario: {
          ...common,
          executor: 'per-vu-iterations',
          vus: instances,
          iterations: 1,
          maxDuration: k6Duration(duration),
        },
      }
    }
    case 'closed': {
      const atOnce = exec === 'run' && load.think === 0 ? REQUESTS_WITHOUT_PAUSE : 1
      const stop = atOnce * sizing.timeout + 1
      return {
        ...window,
        model: 'closed',
        reserved: reserve(load.users, duration, stop),
        think: load.think,
        perIteration: atOnce,
        scenario: {
          ...common,
          gracefulStop: k6Duration(stop),
          executor: 'constant-vus',
          vus: load.users,
          duration: k6Duration(duration),
        },
      }
    }
    case 'once':
      return {
        ...window,
        model: 'closed',
        reserved: reserve(instances),
        ...plan(load.iterations),
        scenario: {
          ...common,
          executor: 'per-vu-iterations',
          vus: instances,
          iterations: load.iterations,
          maxDuration: k6Duration(duration),
        },
      }
    case 'own': {
      const lasts = Math.ceil(duration + (load.beyond ?? 0))
      return {
        ...window,
        model: 'closed',
        reserved: reserve(load.vus, lasts),
        ...(load.planned === undefined ? {} : { planned: load.planned }),
        scenario: {
          ...common,
          executor: load.executor,
          vus: load.vus,
          iterations: load.iterations,
          maxDuration: k6Duration(lasts),
        },
      }
    }
  }
}
