import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings, SETTINGS } from '../../../../lib/base/settings.ts'
import { sizeOf } from '../../../../lib/run/sizing.ts'
import { refuses } from '../refuses.ts'

const PROFILES = {
  smoke: { rate: 60, duration: 8, stall: 1 },
  ci: { rate: 100, duration: 10, stall: 2 },
  production: { rate: 1000, duration: 60, stall: 2 },
}
const size = (env: Record<string, string> = {}) => sizeOf(PROFILES, readSettings(env), 'burst')

test('a profile sizes the script; ci is the usual one', () => {
  assert.deepEqual(size(), PROFILES.ci)
  for (const profile of ['smoke', 'ci', 'production'] as const) assert.deepEqual(size({ PROFILE: profile }), PROFILES[profile])
})

test('a setting replaces the one number of its name', () => {
  assert.deepEqual(size({ RATE: '5' }), { rate: 5, duration: 10, stall: 2 })
  assert.deepEqual(size({ PROFILE: 'production', DURATION: '90s', STALL: '500ms' }), { rate: 1000, duration: 90, stall: 0.5 })
})

test('the profiles themselves stay as they are', () => {
  size({ RATE: '5' })
  assert.equal(PROFILES.ci.rate, 100)
})

test('zero is a number too', () => {
  const profiles = { smoke: { warmup: 3 }, ci: { warmup: 3 }, production: { warmup: 3 } }
  assert.deepEqual(sizeOf(profiles, readSettings({ WARMUP: '0' }), 'burst'), { warmup: 0 })
})

test('a number that the script has no use for is refused with those it has', () => {
  refuses(
    () => size({ CONNECTIONS: '5' }),
    'setting CONNECTIONS: script burst has no use for it; it is sized by RATE, DURATION, STALL',
  )
  refuses(() => size({ WARMUP: '0' }), 'setting WARMUP')
})

test('every number of a profile that a setting names can be replaced by it', () => {
  for (const name of ['RATE', 'DURATION', 'USERS', 'THINK_TIME', 'CONNECTIONS', 'WARMUP', 'STALL', 'SPIKE', 'SPIKES'] as const) {
    assert.ok(name in SETTINGS)
    refuses(
      () => sizeOf({ smoke: {}, ci: {}, production: {} }, readSettings({ [name]: '1' }), 'x'),
      `setting ${name}: script x has no use for it`,
    )
  }
})
