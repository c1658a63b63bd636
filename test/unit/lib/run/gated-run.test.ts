import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '../../../../lib/base/settings.ts'
import { statName, thresholdsOf } from '../../../../lib/gates/threshold.ts'
import { gatedRun, type RunPlan } from '../../../../lib/run/gated-run.ts'
import { READY } from '../../../../lib/target/contract.ts'
import { refuses } from '../refuses.ts'
import { targetWith } from '../target/bound-target.ts'
import { openWindow } from '../windows/windows.ts'

const WHY = 'because it must'
const limits = (more: object = {}) => ({ error_rate: 0.01, why: WHY, ...more })
const file = (windows: object, more: object = {}) => ({ windows, ...more })

function run(more: Partial<RunPlan> = {}, env: Record<string, string> = {}) {
  return gatedRun({
    name: 'burst',
    description: 'A sudden spike',
    thresholds: { standard: file({ spike: { '*': limits() } }), production: file({ spike: { '*': limits({ error_rate: 0 }) } }) },
    settings: readSettings(env),
    target: targetWith({}),
    windows: [openWindow()],
    absentWindows: [],
    endpoints: READY,
    planned: {},
    missed: [],
    weakly: [],
    elsewhere: [],
    ...more,
  })
}
const keysOf = (ran: ReturnType<typeof run>) => ran.summary.gates.map(({ key, endpoint }) => `${endpoint} ${key}`)

test('the profile says which of the script’s files counts, and a file may come as text', () => {
  assert.equal(run().summary.thresholdsFile, 'thresholds/burst.json')
  const strict = run({}, { PROFILE: 'production' })
  assert.equal(strict.summary.thresholdsFile, 'thresholds/production/burst.json')
  assert.equal(strict.summary.gates.find(({ key }) => key === 'error_rate')?.limit, 0)
  const text = JSON.stringify(file({ spike: { '*': limits() } }))
  assert.deepEqual(keysOf(run({ thresholds: { standard: text, production: text } })), keysOf(run()))
})

test('options of the plan cannot take the place of what its windows and limits make', () => {
  for (const options of [
    { thresholds: {} },
    { scenarios: {} },
    { summaryTrendStats: [] },
    { iterations: 1 },
    { vus: 1, duration: '1s' },
  ])
    refuses(
      () => run({ options: options as never }),
      new RegExp(
        `^script burst: options\\.${Object.keys(options)[0]}: expected none: windows and thresholds of the plan make it, and it would put them out of force$`,
      ),
    )
  assert.equal(run({ options: { batch: 7 } }).options.batch, 7)
})

test('every gate is a threshold of k6’s, and nothing else can break a run', () => {
  const { options, summary } = run()
  const thresholds = options.thresholds as Record<string, string[]>
  for (const { metric, expression } of summary.gates.flatMap(thresholdsOf))
    assert.ok(thresholds[metric]?.includes(expression), metric)
  const expressions = Object.values(thresholds).flat()
  assert.equal(
    expressions.length,
    new Set(summary.gates.flatMap(thresholdsOf).map(({ metric, expression }) => metric + expression)).size,
  )
  assert.deepEqual(Object.keys(options.scenarios ?? {}), ['spike'])
  assert.equal(options.maxRedirects, 0)
})

test('k6 sums up what gates stand on, in one run and in an instance of several', () => {
  const standard = file({ spike: { '*': limits({ p50_ms: 1, p90_ms: 1, p95_ms: 1, p99_ms: 1, p999_ms: 1 }) } })
  for (const INSTANCES of ['1', '2']) {
    const { options, summary } = run(
      { thresholds: { standard, production: standard }, windows: [openWindow(2000)] },
      { INSTANCES },
    )
    const stats = summary.gates.flatMap(({ stat }) => (typeof stat === 'number' ? statName(stat) : []))
    assert.equal(stats.length, 5)
    for (const stat of stats) assert.ok(options.summaryTrendStats?.includes(stat), stat)
  }
})

test('a mistake in the file is named with the file', () => {
  refuses(
    () => run({ thresholds: { standard: file({ spike: { '*': { p95: 1, why: WHY } } }), production: {} } }),
    'thresholds/burst.json: windows.spike.*.p95: unknown key',
  )
  refuses(
    () => run({ thresholds: { standard: {}, production: {} } }, { PROFILE: 'production' }),
    'thresholds/production/burst.json: windows: missing',
  )
})

test('limits on what the target lacks are left out of the script’s own file', () => {
  const standard = file({ spike: { '*': limits(), action: { p95_ms: 100, why: WHY }, health: { p95_ms: 100, why: WHY } } })
  const made = keysOf(run({ thresholds: { standard, production: standard }, target: targetWith({ action: false }) }))
  assert.ok(made.includes('health p95_ms'))
  assert.ok(!made.some((key) => key.startsWith('action')))
})

test('limits on windows that this run does not have are no mistake, on windows that no run has they are', () => {
  const standard = file({ spike: { '*': limits() }, users: { '*': limits() } })
  const thresholds = { standard, production: standard }
  assert.ok(run({ thresholds, absentWindows: ['users'] }))
  refuses(() => run({ thresholds }), 'thresholds/burst.json: windows.users: the script has no window of that name')
})

test('a run of which the target has nothing is refused rather than passed', () => {
  refuses(() => run({ windows: [], absentWindows: ['spike'], missed: ['health', 'resource'] }), 'nothing')
})

test('metrics that the script is there to see must have limits', () => {
  refuses(() => run({ required: ['ws_held'] }), 'thresholds/burst.json: metrics.ws_held: missing')
  const standard = file({ spike: { '*': limits() } }, { metrics: { ws_held: { min: 5, why: WHY } } })
  const made = keysOf(run({ required: ['ws_held'], thresholds: { standard, production: standard } }))
  assert.ok(made.includes('ws_held min'))
  assert.ok(run({ required: ['ws_held'], absentMetrics: ['ws_held'] }), 'this run does not have it')
})

test('a limit on a metric that the target does not tell is left out of the script’s own file', () => {
  const standard = file({ spike: { '*': limits() } }, { metrics: { watch_memory: { largest: 5, why: WHY } } })
  const thresholds = { standard, production: standard }
  assert.ok(keysOf(run({ thresholds })).includes('watch_memory largest'))
  const silent = targetWith({}, { metrics: { memory: false } })
  assert.ok(!keysOf(run({ thresholds, target: silent })).some((key) => key.startsWith('watch_memory')))
})

test('a limit on a part of a WebSocket that the target does without is left out of the script’s own file', () => {
  const standard = file(
    { spike: { '*': limits() } },
    { metrics: { ws_pongs: { min: 5, why: WHY }, ws_held: { min: 5, why: WHY } } },
  )
  const thresholds = { standard, production: standard }
  const required = ['ws_pongs', 'ws_held']
  assert.ok(keysOf(run({ thresholds, required })).includes('ws_pongs min'))
  const mute = keysOf(run({ thresholds, required, target: targetWith({ websocket: { socket: { ping: false } } }) }))
  assert.ok(!mute.some((key) => key.startsWith('ws_pongs')) && mute.includes('ws_held min'))
})

test('a metric that must have limits has none where only a reason stands', () => {
  const standard = file({ spike: { '*': limits() } }, { metrics: { ws_held: { why: WHY } } })
  refuses(
    () => run({ required: ['ws_held'], thresholds: { standard, production: standard } }),
    'thresholds/burst.json: metrics.ws_held: ',
  )
})

test('an endpoint that nobody knows is a mistake of the script', () => {
  refuses(() => run({ windows: [openWindow(100, { mix: { helth: 1 } })] }), 'script burst: endpoints: expected "helth"')
})

test('what may be shed is asked for after the load, where the target announces when to come back', () => {
  const shed = (budgets: object) => ({ standard: file({ spike: budgets }), production: file({ spike: budgets }) })
  const { windows } = run().summary
  const sent = windows.flatMap(({ endpoints }) => endpoints)
  const gates = (ran: ReturnType<typeof run>) => keysOf(ran).filter((key) => key === 'comeback failures').length
  const all = run({ thresholds: shed({ '*': limits({ shed_rate: 0.1 }) }) })
  assert.deepEqual([all.comeback, gates(all)], [sent, 1])
  const one = run({ thresholds: shed({ '*': limits(), [sent[0] as string]: limits({ shed_rate: 1 }) }) })
  assert.deepEqual([one.comeback, gates(one)], [sent.slice(0, 1), 1])
  assert.deepEqual([run().comeback, gates(run())], [[], 0])
  const silent = run({
    thresholds: shed({ '*': limits({ shed_rate: 0.1 }) }),
    target: { ...targetWith({}), limiter: { retry_after: false } } as never,
  })
  assert.deepEqual([silent.comeback, gates(silent)], [[], 0])
})

test('limits in code are those of every profile, and errors say where they stand', () => {
  const thresholds = file({ spike: { '*': limits({ error_rate: 0.02 }) } })
  for (const PROFILE of ['ci', 'production']) {
    const { gates, thresholdsFile } = run({ thresholds }, { PROFILE }).summary
    assert.equal(gates.find(({ key }) => key === 'error_rate')?.limit, 0.02)
    assert.equal(thresholdsFile, 'script burst: thresholds')
  }
  refuses(() => run({ thresholds: file({ spyke: {} }) }), 'script burst: thresholds: windows.spyke: the script has no window')
})

test('a file beside the script has its limits where the script gives none, and without either there is no run', () => {
  const beside = { text: JSON.stringify(file({ spike: { '*': limits() } })), file: 'load/my-burst.thresholds.json' }
  assert.equal(run({ thresholds: undefined, beside }).summary.thresholdsFile, 'load/my-burst.thresholds.json')
  refuses(() => run({ beside }), 'script burst: thresholds: they stand in plan() and in load/my-burst.thresholds.json')
  const wrong = { ...beside, text: JSON.stringify(file({ spyke: {} })) }
  refuses(() => run({ thresholds: undefined, beside: wrong }), 'load/my-burst.thresholds.json: windows.spyke')
  refuses(() => run({ thresholds: undefined }), 'script burst: thresholds: missing', 'my-flow.thresholds.json', '--thresholds')
})

test('a metric of the script’s own can be limited, and rests on its samples', () => {
  const metrics = {
    queued_ms: { type: 'trend', unit: 'ms', doc: '', evidence: 'queued_ms_samples' },
    queued_ms_samples: { type: 'counter', unit: 'count', doc: '' },
  } as const
  const thresholds = file({ spike: { '*': limits() } }, { metrics: { queued_ms: { p95: 10, why: WHY } } })
  const made = run({ thresholds, metrics })
  const asked = made.options.thresholds as Record<string, string[]>
  assert.deepEqual([asked.queued_ms, asked.queued_ms_samples], [['p(95)<=10'], ['count>=200']])
  refuses(() => run({ thresholds }), 'script burst: thresholds: metrics.queued_ms: unknown metric')
})

test('a file that is written as older versions did is read, and that is told', () => {
  assert.deepEqual(run().notes, [])
  const ran = run({ thresholds: { standard: file({ spike: { '*': limits({ delivered: 0.9 }) } }), production: {} } })
  assert.deepEqual(ran.notes, ['thresholds/burst.json: windows.spike.*.delivered: is called goodput now'])
  assert.ok(keysOf(ran).includes('* goodput'))
})
