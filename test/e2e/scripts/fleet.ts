/**
 * The shortest run that several instances can share: one window, nothing sent beside it but a look at the gateway's health. What the first of
 * them does in setup takes a second longer.
 */
import { sleep } from 'k6'
import exec from 'k6/execution'
import { action, health, plan, resource } from '../../../lib/mod.ts'

export const { options, setup, teardown, handleSummary, run } = plan({
  name: 'fleet',
  endpoints: [health, resource, action],
  mix: { health: 1, resource: 2, action: 1 },
  profiles: {
    smoke: { rate: 100, duration: 4 },
    ci: { rate: 100, duration: 4 },
    production: { rate: 100, duration: 4 },
  },
  windows: ({ rate, duration }, _settings, _target, mix) => [{ name: 'steady', duration, mix, load: { model: 'open', rate } }],
  setup: () => sleep(String(exec.test.options.executionSegment ?? '').startsWith('0:') ? 1 : 0),
  thresholds: {
    windows: { steady: { '*': { p90_ms: 1500, error_rate: 0.5, goodput: 0.5, why: 'for this test' } } },
  },
})
