/**
 * A sudden spike on a steady load, then recovery. Proves that the gateway survives it without errors, sheds only as announced,
 * and answers as fast as before within five seconds of the spike's end.
 */
import { plan } from '../lib/plan.ts'
import standard from '../thresholds/burst.json'
import production from '../thresholds/production/burst.json'

const mix = { health: 2, resource: 5, action: 1, resources: 2 }

/** Seconds after the spike in which latency may still come down. */
const SETTLE = 5

export const { options, setup, handleSummary, run } = plan({
  name: 'burst',
  description: 'A sudden spike on a steady load, then recovery',
  thresholds: { standard, production },
  profiles: {
    smoke: { rate: 60, spike: 3, duration: 8, warmup: 2, stall: 1 },
    ci: { rate: 100, spike: 5, duration: 10, warmup: 3, stall: 2 },
    production: { rate: 1000, spike: 10, duration: 60, warmup: 15, stall: 2 },
  },
  windows: ({ rate, spike, duration, warmup }) => [
    { name: 'warmup', duration: warmup, mix, gated: false, load: { model: 'open', rate } },
    { name: 'base', duration, mix, load: { model: 'open', rate } },
    { name: 'spike', duration, mix, load: { model: 'open', rate: rate * spike } },
    { name: 'settle', duration: SETTLE, mix, gated: false, load: { model: 'open', rate } },
    { name: 'recovery', duration, mix, load: { model: 'open', rate } },
  ],
})
