/** What a script asks for -> windows: k6 scenarios with their place in time and what they plan to send. */
import type { Scenario } from 'k6/options'
import { k6Duration } from './duration.ts'
import { cycle, type Mix, plannedCounts } from './mix.ts'

/** What a script writes down for one window. */
export interface WindowSpec {
  name: string
  /** Length in seconds. */
  duration: number
  /** Endpoints sent to, by weight; absent for a window with an exec of its own. */
  mix?: Mix
  /** Endpoints that each iteration sends to one after another, in this order, in place of a mix: what one answers, the next builds on. */
  sequence?: readonly string[]
  /** Endpoints of the catalogue that an exec of its own sends to. Default: those of the mix. */
  endpoints?: readonly string[]
  /** `false`: no gate looks at it (warm-up, settling). */
  gated?: boolean
  /** Exported function that k6 calls. Default `run`, which sends the mix. */
  exec?: string
  /** Window of the thresholds file whose limits hold here. Default: its own name. */
  limits?: string
  /** Requests a second that the target's rate limiter lets through, and endpoints that it does not count. */
  limiter?: { rps: number; exempt: readonly string[] }
  load:
    | { model: 'open' /** Requests a second. */; rate: number }
    /** All of them within one second of every `every` seconds. */
    | { model: 'bursts' /** Requests a second over the whole window. */; rate: number; every: number }
    | { model: 'closed'; users: number /** Seconds between two requests of a user. */; think: number }
    | { model: 'once' /** Iterations in all, by one VU. */; iterations: number }
    /** One VU that sends at an even pace, whatever is still on its way: an exec of its own, called once, keeps the pace. */
    | { model: 'paced' /** Requests a second. */; rate: number }
    /** A scenario of the script's own making, with the requests it plans. */
    | { model: 'own'; scenario: Scenario; planned?: Record<string, number> }
}

export interface Window {
  name: string
  model: 'open' | 'closed'
  gated: boolean
  /** Seconds from the start of the load. */
  start: number
  duration: number
  exec: string
  /** Order in which endpoints are sent to. */
  order: readonly string[]
  /** Endpoints sent to, each once. */
  endpoints: readonly string[]
  /** Those of them that speak JSON-RPC. */
  rpc?: readonly string[]
  /** Requests of one iteration. */
  perIteration: number
  /** Seconds that a user pauses after each request. */
  think: number
  /** k6 instances that share the window. */
  instances: number
  /** Planned iterations of this instance; absent where nothing is planned. */
  iterations?: number
  /** Planned requests of this instance by endpoint. */
  planned?: Record<string, number>
  /** Name in the thresholds file. */
  limits: string
  /** Of the planned requests, those that the target's rate limiter lets through; absent where it lets all through. */
  admitted?: number
  /** Seconds between two requests of a paced window. */
  period?: number
  scenario: Scenario
}

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

function bind(spec: WindowSpec, start: number, sizing: Sizing): Window {
  const { load, duration } = spec
  const order = spec.sequence ?? (spec.mix === undefined ? [] : cycle(spec.mix))
  const exec = spec.exec ?? 'run'
  // Requests cut off leave no sample at all: the last ones get the time that a request may take.
  const common = { exec, startTime: k6Duration(start), gracefulStop: k6Duration(sizing.timeout + 1) }
  const perIteration =
    spec.sequence?.length ??
    ((load.model === 'open' || load.model === 'bursts') && exec === 'run' ? sizing.requestsPerIteration : 1)
  // What one VU sends, each instance sends whole.
  const instances = load.model === 'paced' || load.model === 'once' ? 1 : sizing.instances
  const window = {
    name: spec.name,
    gated: spec.gated ?? true,
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
    iterations: iterations / instances,
    ...(order.length === 0 ? {} : { planned: plannedCounts(order, Math.floor((iterations * perIteration) / instances)) }),
  })
  switch (load.model) {
    case 'open': {
      const { rate, seconds } = wholeRate(load.rate)
      const vus = vusFor(load.rate / perIteration, sizing)
      return {
        ...window,
        model: 'open',
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
        planned: plannedCounts(order.length > 0 ? order : window.endpoints, ticks),
        period: 1 / load.rate,
        // Each instance has a VU of its own, which sends the whole rate: what it measures cannot be put together from parts.
        scenario: {
          ...common,
          executor: 'per-vu-iterations',
          vus: sizing.instances,
          iterations: 1,
          maxDuration: k6Duration(duration),
        },
      }
    }
    case 'closed':
      return {
        ...window,
        model: 'closed',
        think: load.think,
        scenario: { ...common, executor: 'constant-vus', vus: load.users, duration: k6Duration(duration) },
      }
    case 'once':
      return {
        ...window,
        model: 'closed',
        ...plan(load.iterations),
        scenario: {
          ...common,
          executor: 'per-vu-iterations',
          vus: sizing.instances,
          iterations: load.iterations,
          maxDuration: k6Duration(duration),
        },
      }
    case 'own':
      return {
        ...window,
        model: 'closed',
        ...(load.planned === undefined ? {} : { planned: load.planned }),
        scenario: { ...load.scenario, ...common } as Scenario,
      }
  }
}

/** Takes endpoints that the target lacks out of a window; undefined where nothing is left of it. */
export function fit(spec: WindowSpec, has: (endpoint: string) => boolean): WindowSpec | undefined {
  const mix = spec.mix && Object.entries(spec.mix).filter(([name]) => has(name))
  const sequence = spec.sequence?.filter(has)
  const endpoints = spec.endpoints?.filter(has)
  if (mix?.length === 0 || sequence?.length === 0 || (endpoints?.length === 0 && spec.endpoints?.length !== 0)) return undefined
  return { ...spec, ...(mix && { mix: Object.fromEntries(mix) }), ...(sequence && { sequence }), ...(endpoints && { endpoints }) }
}

/** Adds what a rate limiter lets through of a window's planned requests, where that is less than all. */
function limited(window: Window, { limiter }: WindowSpec, { instances }: Sizing): Window {
  const { planned, duration } = window
  if (limiter === undefined || planned === undefined) return window
  const counts = Object.entries(planned)
  const exempt = counts.reduce((sum, [name, count]) => (limiter.exempt.includes(name) ? sum + count : sum), 0)
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  const admitted = exempt + Math.floor((limiter.rps * duration) / instances)
  return admitted < all ? { ...window, admitted } : window
}

/**
 * Puts windows one after another; windows in an inner list run at the same time.
 * Windows of no length are left out.
 * @param throughout makes windows that last as long as all the others together
 */
export function schedule(
  specs: readonly (WindowSpec | readonly WindowSpec[])[],
  sizing: Sizing,
  throughout: (duration: number) => readonly WindowSpec[] = () => [],
): Window[] {
  const windows: Window[] = []
  let start = 0
  for (const group of specs) {
    const together = (Array.isArray(group) ? group : [group]).filter(({ duration }) => duration > 0)
    for (const spec of together) windows.push(limited(bind(spec, start, sizing), spec, sizing))
    start += together.reduce((longest, { duration }) => Math.max(longest, duration), 0)
  }
  for (const spec of throughout(start)) windows.push(bind(spec, 0, sizing))
  return windows
}
