/**
 * A script whose own code fails: THROW says how, EVERY in which of its iterations; without THROW it does not fail.
 */
import { health } from '../../../lib/rest/health.ts'
import { plan } from '../../../lib/run/plan.k6.ts'
import { iteration } from '../../../lib/vu/schedule.k6.ts'

const limits = {
  windows: { steady: { '*': { error_rate: 0, goodput: 0.8, why: 'Every answer is right, whatever the script does.' } } },
  run: { dropped_share: 0.2 },
}

export const { options, setup, teardown, handleSummary, exec } = plan({
  name: 'throwing',
  description: 'Code of a script that fails',
  thresholds: { standard: limits, production: limits },
  endpoints: [health],
  profiles: {
    smoke: { rate: 100, duration: 3, stall: 1 },
    ci: { rate: 100, duration: 3, stall: 1 },
    production: { rate: 100, duration: 3, stall: 1 },
  },
  windows: ({ rate, duration }) => [
    { name: 'steady', duration, mix: { health: 1 }, exec: 'iterate', load: { model: 'open', rate } },
  ],
})

export const iterate = exec(({ traffic }) => {
  traffic.iterate()
  if (__ENV.THROW === undefined || iteration().number % Number(__ENV.EVERY) > 0) return undefined
  if (__ENV.THROW === 'later') return Promise.reject(new Error('a promise of the script was rejected'))
  throw new Error('the code of the script threw')
})
