import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { SETTINGS, type SettingName } from '../../../lib/base/settings.ts'
import { toThresholds } from '../../../lib/gates/threshold.ts'
import type { RunPlan } from '../../../lib/run/run-plan.ts'
import { type File, missingGates } from './missing-gates.ts'
import { property } from './property.ts'
import { asked, SCRIPTS, useful } from './script-in-node.ts'

const ROOT = new URL('../../../', import.meta.url).pathname
/** They name files and places, which other tests are about. */
const ELSEWHERE = ['TARGET', 'THRESHOLDS', 'RESULTS_DIR', 'BASE_URL', 'ALLOW_TARGET']
const NAMES = (Object.keys(SETTINGS) as SettingName[]).filter((name) => !ELSEWHERE.includes(name))
interface Declared {
  type: string
  min?: number
  max?: number
  choices?: readonly string[]
}

/** Mostly what somebody could mean, of a size that a machine could send. */
function written(name: SettingName): fc.Arbitrary<string> {
  const { type, min = 0, max = 1e9, choices = [] }: Declared = SETTINGS[name]
  const most = Math.min(max, 2000)
  const right: fc.Arbitrary<string> =
    type === 'choice'
      ? fc.constantFrom(...choices)
      : type === 'flag'
        ? fc.constantFrom('true', 'no')
        : type === 'text'
          ? fc.constant('some')
          : fc.oneof(
              fc.integer({ min: Math.ceil(min), max: most }).map(String),
              ...(type === 'integer' ? [] : [fc.double({ min, max: most, noNaN: true }).map(String)]),
            )
  const wrong = fc.oneof(fc.constantFrom('-1', '0', '1e9', 'NaN', '1/0', '5 s', '0x10', '١'), fc.string({ unit: 'binary' }))
  return fc.oneof({ arbitrary: right, weight: 12 }, { arbitrary: wrong, weight: 1 })
}

const given = fc
  .uniqueArray(fc.constantFrom(...NAMES), { maxLength: 8 })
  .chain((names) => fc.tuple(...names.map((name) => written(name).map((value) => [name, value] as const))))
  .map((pairs): Record<string, string> => Object.fromEntries(pairs))

const run = fc.record({ name: fc.constantFrom(...SCRIPTS), env: given })
property(
  'whatever the settings, a run is gated whole or refused with the name of a setting',
  run,
  150,
  ({ name, env: given }) => {
    const env = useful(name, given)
    const folder = env.PROFILE === 'production' ? 'production/' : ''
    const file = `thresholds/${folder}${name}.json`
    const { options } = asked(name, { env }, 'setting ', `${file}: `, 'targets/reference.json: ')
    if (options === undefined) return
    // An instance of several holds guards by itself: its plan has the gates of the run.
    const { ext } = options as unknown as { ext: { loadgate: RunPlan } }
    const judged = Number(env.INSTANCES) > 1 ? { ...options, thresholds: toThresholds(ext.loadgate.gates) } : options
    const { metrics = {}, ...rest } = JSON.parse(readFileSync(`${ROOT}${file}`, 'utf8')) as File
    // Limits on metrics that the script has under other settings only are left out.
    const seen = Object.entries(metrics).filter(([metric]) =>
      Object.keys(judged.thresholds).some((key) => key.startsWith(metric)),
    )
    const missing = missingGates({ ...rest, metrics: Object.fromEntries(seen) }, judged, Object.keys(rest.windows))
    assert.deepEqual(missing, [])
    assert.ok(Object.keys(options.scenarios).length > 0)
  },
)
