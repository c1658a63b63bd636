/** Runs the benchmarks, one after another from one VU: k6 sends the requests of each at once, as many as its option `batch` lets it. */
import { sleep } from 'k6'
import exec from 'k6/execution'
import { readSelector, sumOf } from '../base/prometheus-text.ts'
import { waitOf } from '../base/waits.ts'
import { type Benchmark, FIGURES, type Round } from '../metrics/figures.ts'
import { counter, trend } from '../metrics/metrics.k6.ts'
import { WATCHED } from '../metrics/watched.ts'
import type { Context } from '../vu/context.ts'
import type { Traffic } from '../vu/traffic.k6.ts'
import { countDeliveries, deliveredTo } from '../webhooks/deliveries.k6.ts'
import { orderOf, perRound, roundOf, type Usage } from './benchmarks.ts'
import { Benching } from './endpoints.ts'

const benchRounds = counter('bench_rounds')
const benchPerSecond = trend('bench_per_second')
const benchP50 = trend('bench_p50')
const benchP95 = trend('bench_p95')
const benchP99 = trend('bench_p99')
const benchCpu = trend('bench_cpu')
const benchMemory = trend('bench_memory')

/** Requests that are handed to k6 at a time: enough that the pause between two lots does not count, few enough to be held in memory. */
const LOT = 500
/** Webhooks that each event of `deliver` reaches. */
export const RECEIVERS = 10
/** Seconds between two looks at deliveries that are under way. */
const PAUSE = 0.02

export interface BenchmarkSize {
  rounds: number
  webhooks: number
  register: number
  publish: number
  deliver: number
  list: number
}

/** What was done for a benchmark in one round; undefined where it was not done whole. */
interface Done {
  operations: number
  seconds: number
  durations: number[]
}

const TRENDS: Readonly<Record<keyof Round, { add(value: number, tags: Record<string, string>): void }>> = {
  perSecond: benchPerSecond,
  p50: benchP50,
  p95: benchP95,
  p99: benchP99,
  cpu: benchCpu,
  memory: benchMemory,
}

const secondsSince = (start: number): number => (Date.now() - start) / 1000

/** Sends a number of requests of an endpoint, many at a time. */
function send(traffic: Traffic, endpoint: string, count: number): Done & { right: number } {
  const durations: number[] = []
  let right = 0
  const start = Date.now()
  for (let sent = 0; sent < count; sent += LOT) {
    const lot = traffic.together(endpoint, sent, Math.min(LOT, count - sent))
    right += lot.right
    for (const duration of lot.durations) durations.push(duration)
  }
  return { operations: count, seconds: secondsSince(start), durations, right }
}

const whole = ({ right, ...done }: Done & { right: number }): Done | undefined => (right === done.operations ? done : undefined)

/** Every list at the same time, whatever `batch` says. */
async function listAll(traffic: Traffic, count: number): Promise<Done | undefined> {
  const start = Date.now()
  const answers = await Promise.all(Array.from({ length: count }, (_, turn) => traffic.sendAsync('list', turn)))
  const seconds = secondsSince(start)
  if (!answers.every(({ right }) => right)) return undefined
  return { operations: count, seconds, durations: answers.map(({ response }) => waitOf(response.timings)) }
}

/** Waits until each webhook has got what it is due, and counts what is missing or too much. */
function waitForDeliveries(traffic: Traffic, webhooks: readonly string[], due: number, patience: number): boolean {
  const until = Date.now() + patience * 1000
  let complete = true
  for (const id of webhooks) {
    let got = deliveredTo(traffic, id)
    while ((got === undefined || got.delivered < due || got.pending > 0) && Date.now() < until) {
      sleep(PAUSE)
      got = deliveredTo(traffic, id)
    }
    complete &&= got?.delivered === due && got.failed === 0 && got.pending === 0
    if (got !== undefined) countDeliveries(got, due)
  }
  return complete
}

function deliverAll(traffic: Traffic, type: string, deliveries: number, patience: number): Done | undefined {
  const benching = traffic.vuState.of(Benching)
  benching.type = type
  benching.made = []
  if (send(traffic, 'register', RECEIVERS).right < RECEIVERS) return undefined
  benching.event = { type, matched: RECEIVERS }
  const events = Math.max(1, Math.round(deliveries / RECEIVERS))
  const start = Date.now()
  const sent = whole(send(traffic, 'deliver', events))
  const arrived = waitForDeliveries(traffic, benching.made, events, patience)
  if (sent === undefined || !arrived) return undefined
  return { ...sent, operations: events * RECEIVERS, seconds: secondsSince(start) }
}

/** Asks the gateway for its metrics; what it does not say is absent. */
async function usageOf({ traffic, target }: Context<BenchmarkSize>): Promise<Usage> {
  if (!target.has('metrics')) return {}
  const { response, right } = await traffic.sendAsync('metrics', 0)
  const page = response.body
  if (!right || page === null) return {}
  const read = (name: 'cpu' | 'memory'): number | undefined => {
    const metric = target.metrics[name] ?? WATCHED[name]
    const selector = metric === false ? undefined : readSelector(metric)
    return selector === undefined ? undefined : sumOf(page, selector)
  }
  return { cpu: read('cpu'), memory: read('memory') }
}

/** Deliveries of one round: as many as every receiver gets the same number of. */
export const deliveriesOf = (total: number, rounds: number): number =>
  Math.max(1, Math.round(perRound(total, rounds) / RECEIVERS)) * RECEIVERS

function bench(
  benchmark: Benchmark,
  round: string,
  { traffic, settings, size }: Context<BenchmarkSize>,
): Done | Promise<Done | undefined> | undefined {
  const benching = traffic.vuState.of(Benching)
  const type = `lg.${traffic.vuState.run}.${round}.${benchmark}`
  const count = perRound(size[benchmark], size.rounds)
  switch (benchmark) {
    case 'register':
      benching.type = type
      return whole(send(traffic, 'register', count))
    case 'publish':
      benching.event = { type, matched: 0 }
      return whole(send(traffic, 'publish', count))
    case 'deliver':
      return deliverAll(traffic, type, deliveriesOf(size.deliver, size.rounds), 2 * settings.TIMEOUT)
    case 'list':
      // How many at the same time is what it is about, so every round has all of them.
      return listAll(traffic, size.list)
  }
}

/** One round of all benchmarks: the iteration of k6 is its number. */
export async function benchRound(context: Context<BenchmarkSize>): Promise<void> {
  const number = exec.scenario.iterationInTest
  let measured = 0
  const order = orderOf(number)
  for (const benchmark of order) {
    const before = await usageOf(context)
    const done = await bench(benchmark, String(number), context)
    // What was not done whole has no rate; its failures are counted where they happened.
    if (done === undefined) continue
    const figures = roundOf(done.operations, done.seconds, done.durations, before, await usageOf(context))
    for (const figure of Object.keys(FIGURES) as (keyof Round)[]) {
      const value = figures[figure]
      if (value !== undefined) TRENDS[figure].add(value, { bench: benchmark })
    }
    measured++
  }
  if (measured === order.length) benchRounds.add(1)
}

/** Makes the webhooks that lists run over, and lets connections, caches and compilers warm up. */
export function benchWarmup({ traffic, size }: Context<BenchmarkSize>): void {
  const benching = traffic.vuState.of(Benching)
  benching.type = `lg.${traffic.vuState.run}.base`
  benching.event = { type: `lg.${traffic.vuState.run}.nobody`, matched: 0 }
  send(traffic, 'register', size.webhooks)
  send(traffic, 'publish', size.webhooks)
}
