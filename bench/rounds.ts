/**
 * Measures contenders in alternating rounds: each round has two runs of each, a short and a long one, in an order that changes.
 * What the long run needed more than the short one is what its requests cost; the rest is start and end of the process.
 */
import type { Contender, Load, Measured } from './contender.ts'

export interface Cost {
  requestsPerSecond: number
  /** Microseconds of CPU for one request. */
  cpuPerRequest: number
  /** The same of the whole long run, its start and end included. */
  cpuPerRequestWhole: number
  /** Seconds of CPU that start and end took. */
  startSeconds: number
  p99Ms: number | null
}

export function costOf(short: Measured, long: Measured): Cost {
  const perRequest = (long.cpuSeconds - short.cpuSeconds) / (long.requests - short.requests)
  return {
    requestsPerSecond: long.requests / long.wallSeconds,
    cpuPerRequest: perRequest * 1e6,
    cpuPerRequestWhole: (long.cpuSeconds / long.requests) * 1e6,
    startSeconds: short.cpuSeconds - perRequest * short.requests,
    p99Ms: long.p99Ms,
  }
}

export interface Lengths {
  /** Seconds of the short run. */
  short: number
  long: number
}

/** @param onRun hears each pair of runs as it ends */
export async function rounds(
  contenders: readonly Contender[],
  url: string,
  load: Omit<Load, 'seconds'>,
  { short, long }: Lengths,
  count: number,
  onRun: (round: number, name: string, cost: Cost) => void,
): Promise<Map<string, Cost[]>> {
  const costs = new Map<string, Cost[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < count; round++) {
    // What runs after a hot neighbour must not always be the same one.
    const order = round % 2 === 0 ? contenders : [...contenders].reverse()
    for (const contender of order) {
      const first = await contender.measure(url, { ...load, seconds: short })
      const cost = costOf(first, await contender.measure(url, { ...load, seconds: long }))
      costs.get(contender.name)?.push(cost)
      onRun(round, contender.name, cost)
    }
  }
  return costs
}
