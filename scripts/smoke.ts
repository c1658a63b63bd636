/**
 * Every endpoint once, and once without a token, then a few users: shows in seconds that the gateway is there and answers correctly.
 * With USERS=1000 DURATION=30s it is the closed-model run that many an old report was made with.
 */

import { guarded, unauthorized } from '../lib/refusals/unauthorized.ts'
import { action } from '../lib/rest/action.ts'
import { events } from '../lib/rest/events.ts'
import { health } from '../lib/rest/health.ts'
import { metrics } from '../lib/rest/metrics.ts'
import { resource } from '../lib/rest/resource.ts'
import { resources } from '../lib/rest/resources.ts'
import { plan } from '../lib/run/plan.k6.ts'
import production from '../thresholds/production/smoke.json'
import standard from '../thresholds/smoke.json'

/** Each of these must be refused to who has no token. */
const closed = [resource, action, resources, events].map((endpoint) => unauthorized(guarded(endpoint), 'no_token'))

const mix = { health: 1, resource: 1, action: 1, resources: 1, events: 1, metrics: 1 }

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'smoke',
  mix,
  description: 'Every endpoint once, then a few users',
  thresholds: { standard, production },
  endpoints: [action, events, health, metrics, resource, resources, ...closed],
  profiles: {
    smoke: { users: 10, duration: 10, think: 0.1 },
    ci: { users: 10, duration: 10, think: 0.1 },
    production: { users: 10, duration: 10, think: 0.1 },
  },
  windows: ({ users, duration, think }, { TIMEOUT }, target, mix) => {
    const own = target.described.flatMap(({ described, refuses }) =>
      refuses !== undefined && refuses in mix && described.token !== 'expired' ? [described.name] : [],
    )
    const asked = [...Object.keys(mix), ...closed.map(({ name }) => name), ...own]
    const once = Object.fromEntries(asked.map((name) => [name, 1]))
    return [
      {
        name: 'once',
        // Room for two endpoints that never answer; the users wait for its end.
        duration: 2 * TIMEOUT,
        mix: once,
        load: { model: 'once', iterations: Object.keys(once).filter(target.has).length },
      },
      { name: 'users', duration, mix, load: { model: 'closed', users, think } },
    ]
  },
})
