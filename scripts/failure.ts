/**
 * What must be refused, beside what must not suffer from it. Proves that each malformed, unauthorized or outsized request gets its one
 * valid answer and never a 5xx, while normal users at a constant rate are served as if nothing happened.
 */

import { seeded } from '../lib/base/random.ts'
import { watchGateway } from '../lib/monitor/watch.k6.ts'
import { REFUSALS } from '../lib/refusals/refusals.ts'
import { action } from '../lib/rest/action.ts'
import { health } from '../lib/rest/health.ts'
import { metrics } from '../lib/rest/metrics.ts'
import { resource } from '../lib/rest/resource.ts'
import { resources } from '../lib/rest/resources.ts'
import { plan } from '../lib/run/plan.k6.ts'
import type { Target } from '../lib/target/target.ts'
import { expiredToken, refuse as refuseAll } from '../lib/vu/expired-token.k6.ts'
import { tokenEndpoints } from '../lib/vu/token-endpoints.k6.ts'
import standard from '../thresholds/failure.json'
import production from '../thresholds/production/failure.json'

const mix = { health: 2, resource: 5, action: 1, resources: 2 }
/** What is malformed or outsized is asked for more often than what only lacks a right: it is what a gateway may break on. */
const OFTEN = 4
/** Each request of each of them in its turn; of an endpoint of the gateway's own, one of each form. */
const refusals = ({ described }: Target, mix: object): Record<string, number> =>
  Object.fromEntries([
    ...described.flatMap(({ described: { name }, refuses = '' }) => (refuses in mix ? [[name, 1] as const] : [])),
    ...Object.values(REFUSALS).map(
      ({ name, wants, calls }) => [name, calls(seeded(0), {}).length * (wants === undefined ? OFTEN : 1)] as const,
    ),
  ])

export const { options, setup, teardown, handleSummary, run, exec } = plan({
  name: 'failure',
  mix,
  description: 'Requests that must be refused, beside normal users who must not suffer',
  thresholds: { standard, production },
  endpoints: [...Object.values(REFUSALS), action, health, metrics, resource, resources],
  watch: true,
  profiles: {
    smoke: { rate: 50, refused: 54, duration: 8, warmup: 2, stall: 1 },
    ci: { rate: 100, refused: 50, duration: 30, warmup: 3, stall: 1 },
    production: { rate: 1000, refused: 100, duration: 300, warmup: 30, stall: 0.5 },
  },
  windows: ({ rate, refused, duration, warmup }, _settings, target, mix) => [
    { name: 'warmup', duration: warmup, mix, latency: 'settles', load: { model: 'open', rate } },
    [
      { name: 'normal', duration, mix, load: { model: 'open', rate } },
      { name: 'refused', duration, mix: refusals(target, mix), exec: 'refuse', load: { model: 'open', rate: refused } },
    ],
  ],
  setup(context) {
    tokenEndpoints(context)
    return expiredToken(context, Object.values(REFUSALS))
  },
})

export const refuse = exec(refuseAll)

export const watch = exec(watchGateway)
