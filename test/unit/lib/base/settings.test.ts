import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readSettings, SETTINGS, type SettingName } from '../../../../lib/base/settings.ts'
import { refuses } from '../refuses.ts'

const NAMES = Object.keys(SETTINGS) as SettingName[]
const ofType = (type: string) => NAMES.filter((name) => SETTINGS[name].type === type)
const NUMERIC = NAMES.filter((name) => ['integer', 'number', 'duration'].includes(SETTINGS[name].type))
const bounds = (name: SettingName): { min: number; max: number } => {
  const { min, max } = SETTINGS[name] as { min?: number; max?: number }
  assert.ok(min !== undefined && max !== undefined, `${name} has no bounds`)
  return { min, max }
}

test('with nothing given, settings are their defaults, and the rest is undefined', () => {
  const settings = readSettings({})
  assert.equal(settings.PROFILE, 'ci')
  assert.equal(settings.TIMEOUT, 5)
  assert.equal(settings.SEED, 1)
  assert.equal(settings.INSTANCES, 1)
  assert.equal(settings.REQUESTS_PER_ITERATION, 1)
  assert.equal(settings.INSECURE_TLS, false)
  for (const name of NAMES) if (!('default' in SETTINGS[name])) assert.equal(settings[name], undefined, name)
})

test('an empty or blank value counts as not given', () => {
  for (const blank of ['', ' ', '\t\n']) {
    const env = Object.fromEntries(NAMES.map((name) => [name, blank]))
    assert.deepEqual(readSettings(env), readSettings({}))
  }
})

test('values are trimmed, and what is no setting is left alone', () => {
  assert.equal(readSettings({ BASE_URL: ' http://localhost:1 ' }).BASE_URL, 'http://localhost:1')
  assert.equal(readSettings({ RATE: ' 5 ', HOME: '/root', rate: 'x' }).RATE, 5)
})

test('durations are seconds inside', () => {
  assert.equal(readSettings({ DURATION: '1h30m' }).DURATION, 5400)
  assert.equal(readSettings({ TIMEOUT: '500ms' }).TIMEOUT, 0.5)
  assert.equal(readSettings({ WARMUP: '0' }).WARMUP, 0)
})

test('flags are read in the usual spellings', () => {
  for (const yes of ['1', 'true', 'YES', 'On']) assert.equal(readSettings({ INSECURE_TLS: yes }).INSECURE_TLS, true)
  for (const no of ['0', 'false', 'NO', 'off']) assert.equal(readSettings({ INSECURE_TLS: no }).INSECURE_TLS, false)
  for (const name of ofType('flag'))
    refuses(() => readSettings({ [name]: 'maybe' }), `setting ${name}: expected true or false, found "maybe"`)
})

test('a choice is one of its words exactly', () => {
  for (const name of ofType('choice')) {
    const { choices } = SETTINGS[name] as { choices: readonly string[] }
    for (const choice of choices) assert.equal(readSettings({ [name]: choice })[name], choice)
    refuses(
      () => readSettings({ [name]: 'elsewise' }),
      `setting ${name}: expected one of ${choices.join(', ')}, found "elsewise"`,
    )
    refuses(
      () =>
        readSettings({
          [name]: choices[0]?.toLowerCase() === choices[0] ? choices[0]?.toUpperCase() : choices[0]?.toLowerCase(),
        }),
      name,
    )
  }
})

test('numbers hold to their bounds, and an error names both', () => {
  for (const name of NUMERIC) {
    const { min, max } = bounds(name)
    assert.equal(readSettings({ [name]: String(min) })[name], min)
    assert.equal(readSettings({ [name]: String(max) })[name], max)
    refuses(() => readSettings({ [name]: String(max + 1) }), `setting ${name}: `, `from ${min} to ${max}`, `found "${max + 1}"`)
    if (SETTINGS[name].type !== 'duration' && min > 0)
      refuses(() => readSettings({ [name]: '0' }), `setting ${name}: `, `from ${min} to ${max}`)
  }
})

test('what is no number is refused with what was expected and what was found', () => {
  for (const name of NUMERIC)
    for (const written of ['abc', '-1', '1.2.3', '.', '1e', 'NaN', 'Infinity', '0x10', '1,000', '5 s', '--1'])
      refuses(() => readSettings({ [name]: written }), `setting ${name}: expected a`, `found ${JSON.stringify(written)}`)
  refuses(() => readSettings({ USERS: '2.5' }), 'setting USERS: expected a whole number, found "2.5"')
})

test('the main window has a length: a run of none would have nothing to gate', () => {
  refuses(() => readSettings({ DURATION: '0' }), 'setting DURATION')
  refuses(() => readSettings({ DURATION: '0s' }), 'setting DURATION')
  refuses(() => readSettings({ TIMEOUT: '0' }), 'setting TIMEOUT')
})

test('numbers come back as they were written', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), (n) => assert.equal(readSettings({ USERS: String(n) }).USERS, n)))
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e7, noNaN: true }), (n) => assert.equal(readSettings({ RATE: String(n) }).RATE, n)),
  )
})

test('no text makes reading settings throw anything but a UsageError', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), fc.string({ unit: 'binary' }), (name, written) => {
      try {
        const value = readSettings({ [name]: written })[name]
        if (typeof value === 'number') assert.ok(value >= bounds(name).min && value <= bounds(name).max)
      } catch (error) {
        assert.equal((error as Error).name, 'UsageError')
        assert.ok((error as Error).message.startsWith(`setting ${name}: expected `))
      }
    }),
    { numRuns: 1000 },
  )
})

test('everything that opens a door is marked secret, and no secret is shown in an error', () => {
  const secrets = NAMES.filter((name) => 'secret' in SETTINGS[name])
  assert.deepEqual(secrets.sort(), ['API_KEY', 'AUTH_PASSWORD', 'CLIENT_SECRET', 'COLLECTOR_TOKEN', 'EXPIRED_TOKEN', 'TOKEN'])
  for (const name of secrets)
    for (const written of ['hunter2', '\u0000', '"}', '']) {
      try {
        readSettings({ [name]: written, RATE: 'x' })
        assert.fail('RATE=x must be refused')
      } catch (error) {
        assert.ok(written === '' || !(error as Error).message.includes(written))
      }
    }
})

test('every setting says what it is, in a sentence that stands alone', () => {
  for (const name of NAMES) assert.match(SETTINGS[name].doc, /^[A-Z].*[.`]$/, name)
})
