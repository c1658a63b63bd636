/**
 * A sudden spike on a steady load, then recovery. Proves that the gateway survives it without errors, sheds only as announced
 * (and, where it has a rate limiter, that it does), and answers as fast as before within five seconds of the spike's end.
 */

import { action } from '../lib/rest/action.ts'
import { health } from '../lib/rest/health.ts'
import { resource } from '../lib/rest/resource.ts'
import { resources } from '../lib/rest/resources.ts'
import { plan } from '../lib/run/plan.k6.ts'
import { limitOf, overLimit, requireUnderLimit } from '../lib/target/limiter.ts'
import type { Target } from '../lib/target/target.ts'
import { comeBack } from '../lib/vu/comeback.k6.ts'
import type { WindowSpec } from '../lib/windows/workload.ts'
import standard from '../thresholds/burst.json'
import production from '../thresholds/production/burst.json'

const usual = { health: 2, resource: 5, action: 1, resources: 2 }

/** Seconds after the spike in which latency may still come down. */
const SETTLE = 5
/** Seconds from the start of the spike until which somebody who was shed waits: the end of the recovery. */
const comebackUntil = (duration: number): number => 2 * duration + SETTLE

/** Whether the spike is above the limiter of the target, if that has one. */
const isLimited = ({ rate, spike }: { rate: number; spike: number }, target: Target): boolean =>
  overLimit(target.mix ?? usual, rate * spike, limitOf(target), target.has)

/** What the user asks for who is shed and comes back; undefined where nobody can be told when to. */
const comebackTo = (size: { rate: number; spike: number }, target: Target): string | undefined =>
  isLimited(size, target) && target.limiter?.retry_after !== false
    ? Object.keys(target.mix ?? usual).find(
        (name) => name !== 'health' && target.has(name) && !target.limiter?.exempt?.includes(name),
      )
    : undefined

const METRICS = ['retry_after_kept', 'retry_after_broken'] as const

export const { options, setup, teardown, handleSummary, run, exec } = plan({
  name: 'burst',
  mix: usual,
  description: 'A sudden spike on a steady load, then recovery',
  thresholds: { standard, production },
  endpoints: [action, health, resource, resources],
  profiles: {
    smoke: { rate: 60, spike: 3, spikes: 1, duration: 8, warmup: 2, stall: 1 },
    ci: { rate: 100, spike: 5, spikes: 1, duration: 10, warmup: 3, stall: 2 },
    production: { rate: 1000, spike: 10, spikes: 1, duration: 60, warmup: 15, stall: 2 },
  },
  windows: (size, { INSTANCES }, target, mix) => {
    const { rate, spike, spikes, duration, warmup } = size
    requireUnderLimit(mix, rate, target)
    const limit = limitOf(target)
    // Above its limit a gateway is judged by its limiter: it must shed the excess, and serve the rest as ever.
    const limited = isLimited(size, target)
    const steady = { duration, mix, load: { model: 'open', rate } } as const
    const shed = comebackTo(size, target)
    const comeback = (): WindowSpec[] =>
      shed === undefined
        ? []
        : [
            {
              name: 'comeback',
              duration,
              endpoints: [shed],
              exec: 'comeback',
              latency: 'settles',
              load: { model: 'own', executor: 'per-vu-iterations', vus: INSTANCES, iterations: 1, beyond: SETTLE + duration },
            },
          ]
    const rounds = Array.from({ length: spikes }, (_, i): (WindowSpec | WindowSpec[])[] => {
      const named = (name: string) => (spikes === 1 ? name : `${name}-${i + 1}`)
      const above: WindowSpec = {
        name: named('spike'),
        limits: limited ? 'limited-spike' : 'spike',
        duration,
        mix,
        load: { model: 'open', rate: rate * spike },
        ...(limit === undefined ? {} : { limiter: limit }),
      }
      return [
        i === 0 ? [above, ...comeback()] : above,
        {
          name: named('settle'),
          limits: limited ? 'limited-settle' : 'settle',
          duration: SETTLE,
          mix,
          latency: 'settles',
          load: { model: 'open', rate },
          ...(limit === undefined ? {} : { limiter: limit }),
        },
        { ...steady, name: named('recovery'), limits: 'recovery' },
      ]
    })
    return [{ ...steady, name: 'warmup', duration: warmup, latency: 'settles' }, { ...steady, name: 'base' }, ...rounds.flat()]
  },
  otherWindows: ['spike', 'limited-spike', 'settle', 'limited-settle', 'comeback'],
  planned: (size, { INSTANCES }, target) => (comebackTo(size, target) === undefined ? {} : { retry_after_kept: INSTANCES }),
  required: METRICS,
  otherMetrics: (_settings, target, size) => (comebackTo(size, target) === undefined ? METRICS : []),
})

export const comeback = exec(({ traffic, size, target }) => {
  const shed = comebackTo(size, target)
  if (shed === undefined) throw new Error('the target sheds nothing')
  return comeBack(traffic, shed, { over: size.duration, until: comebackUntil(size.duration) })
})
