/**
 * A constant load for a long time. Proves that the gateway does not wear out: that it is as quick in the last minutes as in the first,
 * and that its memory, its connections and its CPU time do not grow.
 */

import { BYTES_A_REQUEST } from '../lib/base/sample-memory.ts'
import { warn } from '../lib/base/speak.k6.ts'
import { probeRate } from '../lib/monitor/degradation.ts'
import { probeDegradation } from '../lib/monitor/probe.k6.ts'
import { watchGateway } from '../lib/monitor/watch.k6.ts'
import { action } from '../lib/rest/action.ts'
import { health } from '../lib/rest/health.ts'
import { metrics } from '../lib/rest/metrics.ts'
import { resource } from '../lib/rest/resource.ts'
import { resources } from '../lib/rest/resources.ts'
import { plan } from '../lib/run/plan.k6.ts'
import production from '../thresholds/production/sustained.json'
import standard from '../thresholds/sustained.json'

const mix = { health: 2, resource: 5, action: 1, resources: 2 }

/** Requests a second of the probe: next to nothing beside the load, yet thousands of samples in a run of ten minutes. */
const PROBE_RATE = 20
const BUDGET_MB = 1024

export const { options, setup, teardown, handleSummary, run, exec } = plan({
  name: 'sustained',
  mix,
  description: 'A constant load for a long time, watched for wear',
  thresholds: { standard, production },
  endpoints: [action, health, metrics, resource, resources],
  watch: true,
  profiles: {
    smoke: { rate: 50, duration: 24, warmup: 3, stall: 1, floor: 0.05 },
    ci: { rate: 100, duration: 120, warmup: 10, stall: 1, floor: 0.02 },
    production: { rate: 1000, duration: 600, warmup: 60, stall: 0.5, floor: 0.002 },
  },
  windows: ({ rate, duration, warmup }, _settings, _target, mix) => [
    { name: 'warmup', duration: warmup, mix, latency: 'settles', load: { model: 'open', rate } },
    [
      { name: 'steady', duration, mix, load: { model: 'open', rate } },
      { name: 'probe', duration, mix, exec: 'probe', load: { model: 'paced', rate: probeRate(duration, PROBE_RATE) } },
    ],
  ],
  setup({ size: { rate, duration, warmup } }) {
    const megabytes = (rate * (duration + warmup) * BYTES_A_REQUEST) / 1024 ** 2
    if (megabytes > BUDGET_MB)
      warn(
        `${rate}/s for ${duration} s will need about ${Math.round(megabytes)} MB of k6's memory, over a budget of ${BUDGET_MB} MB; lower RATE or DURATION, or share the load (INSTANCES)`,
      )
    return undefined
  },
})

export const probe = exec((context) => probeDegradation(context, context.size.floor * 1000))
export const watch = exec(watchGateway)
