/**
 * Micro-benchmarks of the integration layer: registrations, events, deliveries, lists, each a fixed number of times. Measures operations
 * a second, latency, and what one operation costs the gateway in CPU and memory, over several rounds, as medians with their spread.
 */

import { UsageError } from '../lib/base/errors.ts'
import { benchRound, benchWarmup, deliveriesOf, RECEIVERS } from '../lib/benchmarks/benchmarks.k6.ts'
import { BENCHMARKS_SCHEMA, type BenchmarksFile, perRound, resultOf } from '../lib/benchmarks/benchmarks.ts'
import { deliver, list, publish, register } from '../lib/benchmarks/endpoints.ts'
import { BENCHMARKS } from '../lib/metrics/figures.ts'
import { metrics } from '../lib/rest/metrics.ts'
import { plan } from '../lib/run/plan.k6.ts'
import { webhookStats } from '../lib/webhooks/webhooks.ts'
import standard from '../thresholds/benchmarks.json'
import production from '../thresholds/production/benchmarks.json'

type Size = { rounds: number; register: number; publish: number; deliver: number; list: number }

/** Operations of all rounds. */
const operationsOf = ({ rounds, ...size }: Size) => ({
  register: perRound(size.register, rounds) * rounds,
  publish: perRound(size.publish, rounds) * rounds,
  deliver: deliveriesOf(size.deliver, rounds) * rounds,
  list: size.list * rounds,
})

const MEASURED = ['webhook_create', 'event_publish', 'webhook_list', 'webhook_stats']

/** Seconds that all rounds may take. */
const MOST = 600

const { exec, ...rest } = plan({
  name: 'benchmarks',
  description: 'Fixed-count benchmarks of webhooks and events',
  thresholds: { standard, production },
  profiles: {
    smoke: {
      rounds: 2,
      webhooks: 100,
      register: 200,
      publish: 400,
      deliver: 100,
      list: 20,
      users: 10,
      warmup: 4,
      duration: MOST,
    },
    ci: {
      rounds: 5,
      webhooks: 200,
      register: 1000,
      publish: 5000,
      deliver: 500,
      list: 100,
      users: 20,
      warmup: 5,
      duration: MOST,
    },
    production: {
      ...{ rounds: 5, webhooks: 1000, register: 10_000, publish: 50_000, deliver: 5000, list: 1000 },
      ...{ users: 50, warmup: 15, duration: MOST },
    },
  },
  options: ({ users }) => ({ batch: users, batchPerHost: users }),
  windows(size, { INSTANCES }, target) {
    const missing = MEASURED.filter((name) => !target.has(name))
    if (missing.length > 0)
      throw new UsageError(
        `target ${target.name} has no ${missing.join(', ')}: script benchmarks measures them together or not at all`,
      )
    if (INSTANCES > 1)
      throw new UsageError('setting INSTANCES: rates that are measured from several places at once are those of none; expected 1')
    const { register, publish, deliver, list } = operationsOf(size)
    return [
      {
        name: 'warmup',
        duration: size.warmup,
        exec: 'warmup',
        endpoints: ['register', 'publish'],
        latency: 'settles',
        load: { model: 'once', iterations: 1 },
      },
      {
        name: 'rounds',
        duration: size.duration,
        exec: 'round',
        endpoints: ['register', 'publish', 'deliver', 'list'],
        load: {
          model: 'own',
          executor: 'per-vu-iterations',
          vus: 1,
          iterations: size.rounds,
          planned: { register: register + RECEIVERS * size.rounds, publish, deliver: deliver / RECEIVERS, list },
        },
      },
    ]
  },
  endpoints: [register, publish, deliver, list, metrics, webhookStats],
  planned: (size) => ({ bench_rounds: size.rounds, events_verified: operationsOf(size).deliver }),
  required: ['bench_rounds', 'events_verified', 'events_lost', 'events_twice'],
  results(figures, size, { PROFILE }) {
    const operations = operationsOf(size)
    const file: BenchmarksFile = {
      schema: BENCHMARKS_SCHEMA,
      finished_at: new Date().toISOString(),
      profile: PROFILE,
      size,
      rounds: figures('bench_rounds')?.count ?? 0,
      benchmarks: Object.fromEntries(
        BENCHMARKS.map((benchmark) => [benchmark, resultOf(benchmark, operations[benchmark], figures)]),
      ),
    }
    return { 'benchmarks.json': file }
  },
})

export const { options, setup, teardown, handleSummary } = rest

export const warmup = exec(benchWarmup)
export const round = exec(benchRound)
