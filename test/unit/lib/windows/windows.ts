import { type Sizing, schedule, type Window, type WindowSpec } from '../../../../lib/windows/workload.ts'

export const SIZING: Sizing = { stall: 1, vus: undefined, requestsPerIteration: 1, instances: 1, timeout: 5 }

/** Two endpoints, half of the requests each. */
const MIX = { health: 1, resource: 1 }

const bound = (spec: WindowSpec, sizing: Partial<Sizing>): Window => {
  const [window] = schedule([spec], { ...SIZING, ...sizing })
  if (window === undefined) throw new Error('a window of no length')
  return window
}

/** An open-model window of 10 s, called `spike` unless it is said otherwise; at 100/s it plans 1000 requests, 500 to each endpoint. */
export const openWindow = (rate = 100, more: Partial<WindowSpec> = {}, sizing: Partial<Sizing> = {}): Window =>
  bound({ name: 'spike', duration: 10, mix: MIX, load: { model: 'open', rate }, ...more }, sizing)

/** A closed-model window of 10 s called `users`. */
export const closedWindow = (more: Partial<WindowSpec> = {}, sizing: Partial<Sizing> = {}): Window =>
  bound({ name: 'users', duration: 10, mix: MIX, load: { model: 'closed', users: 10, think: 0.1 }, ...more }, sizing)
