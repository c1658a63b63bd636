/**
 * A sudden spike on a steady load, then recovery. Proves that the gateway survives it without errors, sheds only as announced
 * (and, where it has a rate limiter, that it does), and answers as fast as before within five seconds of the spike's end.
 */

import { action } from '../lib/endpoints/action.ts'
import { byName } from '../lib/endpoints/endpoint.ts'
import { health } from '../lib/endpoints/health.ts'
import { resource } from '../lib/endpoints/resource.ts'
import { resources } from '../lib/endpoints/resources.ts'
import { plan } from '../lib/plan.ts'
import { limitOf, overLimit, requireUnderLimit } from '../lib/target/limiter.ts'
import type { WindowSpec } from '../lib/workload.ts'
import standard from '../thresholds/burst.json'
import production from '../thresholds/production/burst.json'

const mix = { health: 2, resource: 5, action: 1, resources: 2 }

/** Seconds after the spike in which latency may still come down. */
const SETTLE = 5

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'burst',
  description: 'A sudden spike on a steady load, then recovery',
  thresholds: { standard, production },
  endpoints: byName(action, health, resource, resources),
  profiles: {
    smoke: { rate: 60, spike: 3, spikes: 1, duration: 8, warmup: 2, stall: 1 },
    ci: { rate: 100, spike: 5, spikes: 1, duration: 10, warmup: 3, stall: 2 },
    production: { rate: 1000, spike: 10, spikes: 1, duration: 60, warmup: 15, stall: 2 },
  },
  windows: ({ rate, spike, spikes, duration, warmup }, _settings, target) => {
    const limit = limitOf(target)
    requireUnderLimit(mix, rate, target)
    // Above its limit a gateway is judged by its limiter: it must shed the excess, and serve the rest as ever.
    const limited = overLimit(mix, rate * spike, limit, target.has)
    const steady = { duration, mix, load: { model: 'open', rate } } as const
    const rounds = Array.from({ length: spikes }, (_, i): WindowSpec[] => {
      const named = (name: string) => (spikes === 1 ? name : `${name}-${i + 1}`)
      return [
        {
          name: named('spike'),
          limits: limited ? 'limited-spike' : 'spike',
          duration,
          mix,
          load: { model: 'open', rate: rate * spike },
          ...(limit === undefined ? {} : { limiter: limit }),
        },
        { name: named('settle'), duration: SETTLE, mix, latency: 'settles', load: { model: 'open', rate } },
        { ...steady, name: named('recovery'), limits: 'recovery' },
      ]
    })
    return [{ ...steady, name: 'warmup', duration: warmup, latency: 'settles' }, { ...steady, name: 'base' }, ...rounds.flat()]
  },
  otherWindows: ['spike', 'limited-spike'],
})
