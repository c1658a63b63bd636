/** The command with runs that are made up: what it makes of them, not what they are. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { withRoom } from '../../../../cli/selftest/limits.ts'
import type { SelftestReport } from '../../../../cli/selftest/report-model.ts'
import type { Done } from '../../../../cli/selftest/run-case.ts'
import { type RunCase, type SelftestOptions, selftest } from '../../../../cli/selftest/selftest.ts'
import type { Suite } from '../../../../cli/selftest/suite.ts'
import { fakeK6 } from '../fake-k6.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'

const LIMITS = { windows: { spike: { '*': { p95_ms: 100, error_rate: 0, why: 'Because.' } } } }
const SUITE: Suite = {
  script: 'burst',
  name: 'burst',
  cases: [
    { name: 'latency', faults: [{ name: 'latency' }], red: ['spike * p95_ms'], verdict: 'fail', why: 'Slow.', ci: true },
    { name: 'error_500', faults: [{ name: 'error_500' }], red: ['spike * error_rate'], verdict: 'fail', why: 'Wrong.' },
  ],
}
const GATES = ['spike * p95_ms', 'spike * error_rate']

const done = (red: readonly string[], more: Partial<Done> = {}): Done => ({
  verdict: red.length > 0 ? 'fail' : 'pass',
  gates: GATES.map((name) => ({ name, kind: 'limit', ok: !red.includes(name) })),
  sentence: 'As it was made up.',
  reason: null,
  disturbed: false,
  spoilt: [],
  generator: null,
  seconds: 1,
  ...more,
})
/** What runs that are as they should be come to. */
const RIGHT: Readonly<Record<string, Done>> = {
  clean: done([]),
  latency: done(['spike * p95_ms']),
  error_500: done(['spike * error_rate']),
}

async function run(t: TestContext, runCase: RunCase, options: Partial<SelftestOptions> = {}, suite: Suite = SUITE) {
  const project = madeUpProject(t)
  put(join(project.root, 'thresholds', 'burst.json'), JSON.stringify(LIMITS))
  const results = folderOf(t)
  const { terminal, printed, noted } = quietTerminal()
  const all: SelftestOptions = { scripts: [], all: true, cases: [], clean: undefined, jobs: 2, results, ...options }
  const env = { ...process.env, K6_BIN: fakeK6(project.root, {}) }
  const code = await selftest(all, [suite], runCase, project, terminal, env)
  const folder = join(results, readdirSync(results)[0] ?? '')
  const report = JSON.parse(readFileSync(join(folder, 'selftest.json'), 'utf8')) as SelftestReport
  return { code, report, folder, text: printed.join('\n'), noted: noted.join('\n') }
}

const madeUp =
  (changed: Readonly<Record<string, Done>> = {}): RunCase =>
  async (_suite, { name }) =>
    changed[name] ?? RIGHT[name] ?? assert.fail(name)

test('every fault seen, and nothing red without one', async (t) => {
  const { code, report, folder, text } = await run(t, madeUp())
  assert.equal(code, 0, text)
  assert.deepEqual(report.runs, { planned: 3, done: 3, clean: 1, faults: 2, as_expected: 3 })
  assert.deepEqual(report.coverage.burst, [
    { name: 'spike * p95_ms', by: ['burst: latency'] },
    { name: 'spike * error_rate', by: ['burst: error_500'] },
  ])
  assert.match(text, /^spike \* p95_ms +· ● ·$/m)
  assert.match(text, /PASS {2}3 of 3 runs as expected \(1 clean, 2 with faults\); 2 of 2 gates of 1 scripts/)
  assert.match(readFileSync(join(folder, 'selftest.md'), 'utf8'), /^\| spike \\\* p95\\_ms \| · \| ● \| · \|$/m)
})

const FAILS: readonly [what: string, changed: Readonly<Record<string, Done>>, problem: RegExp][] = [
  ['a missed fault', { latency: done([]) }, /burst, latency: missed, as these stayed green: spike \* p95_ms/],
  [
    'a gate that is red for no reason',
    { latency: done(GATES) },
    /burst, latency: red although nothing was wrong there: spike \* error_rate/,
  ],
  ['a red clean run', { clean: done(['spike * p95_ms']) }, /burst, clean: the verdict is fail, not pass/],
  [
    'a run that came to nothing',
    { latency: done([], { verdict: 'none', gates: [] }) },
    /burst, latency: the run has judged no gate/,
  ],
]
for (const [what, changed, problem] of FAILS)
  test(`${what} fails the self-test`, async (t) => {
    const { code, report, text } = await run(t, madeUp(changed))
    assert.equal(code, 1)
    assert.ok(
      report.problems.some((one) => problem.test(one)),
      report.problems.join('\n'),
    )
    assert.match(text, /FAIL {2}2 of 3 runs/)
  })

test('a run that cannot be begun fails the self-test, and the others are made', async (t) => {
  const broken: RunCase = async (suite, one, place) => {
    if (one.name === 'latency') throw new Error('no gateway')
    return madeUp()(suite, one, place)
  }
  const { code, report } = await run(t, broken)
  assert.equal(code, 1)
  assert.equal(report.runs.as_expected, 2)
  assert.match(report.problems[0] ?? '', /burst, latency: the verdict is none, not fail: no gateway/)
})

test('a gate that no fault can turn red fails the self-test', async (t) => {
  const [latency] = SUITE.cases
  const { code, report } = await run(t, madeUp(), {}, { ...SUITE, cases: latency ? [latency] : [] })
  assert.equal(code, 1)
  assert.deepEqual(report.problems, ['burst: no fault turns spike * error_rate red.'])
})

test('a gate that may be red with every fault is turned red by none', async (t) => {
  const cases = SUITE.cases.map((one) => ({
    ...one,
    red: ['spike * error_rate|p95_ms'],
    may: { 'spike * p95_ms': 'Who knows.' },
  }))
  const both = { latency: done(GATES), error_500: done(GATES) }
  const { report } = await run(t, madeUp(both), {}, { ...SUITE, cases })
  assert.deepEqual(report.problems, ['burst: no fault turns spike * p95_ms red.'])
})

test('a limit of the thresholds file that no run has as a gate fails the self-test', async (t) => {
  const clean = done([], { gates: [{ name: 'spike * p95_ms', kind: 'limit', ok: true }] })
  const { code, report } = await run(t, madeUp({ clean }))
  assert.equal(code, 1)
  assert.deepEqual(report.problems, ['thresholds/burst.json: no run has a gate of spike * error_rate.'])
})

test('clean runs in a row are counted, and one red one fails', async (t) => {
  let runs = 0
  const { code, report } = await run(t, async () => done(++runs === 3 ? ['spike * p95_ms'] : []), { all: false, clean: 4 })
  assert.equal(code, 1)
  assert.deepEqual(report.runs, { planned: 4, done: 4, clean: 4, faults: 0, as_expected: 3 })
  assert.deepEqual(report.coverage, {})
})

test('what was not as expected is not made again: the self-test has failed', async (t) => {
  let runs = 0
  const blind: RunCase = async (suite, one, place) => {
    runs++
    return one.name === 'latency' ? done([]) : madeUp()(suite, one, place)
  }
  const { code, report } = await run(t, blind)
  assert.equal(code, 1)
  assert.equal(runs, 3)
  assert.equal(report.runs.as_expected, 2)
})

test('no more runs at a time than asked for', async (t) => {
  let [now, most] = [0, 0]
  const slowly: RunCase = async () => {
    most = Math.max(most, ++now)
    await new Promise((resolve) => setTimeout(resolve, 5))
    now--
    return done([])
  }
  await run(t, slowly, { all: false, clean: 9, jobs: 3 })
  assert.equal(most, 3)
})

test('what takes cores for itself is run when all else is done, with nothing beside it', async (t) => {
  const begun: string[] = []
  let now = 0
  const slowly: RunCase = async (_suite, { name }) => {
    begun.push(name)
    now++
    assert.ok(now === 1 || name !== 'latency', `${now} runs at the same time`)
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(now === 1 || name !== 'latency', `${now} runs at the same time`)
    now--
    return RIGHT[name] ?? assert.fail(name)
  }
  const cases = SUITE.cases.map((one) => (one.name === 'latency' ? { ...one, alone: true as const } : one))
  const { code, report } = await run(t, slowly, { jobs: 3 }, { ...SUITE, cases })
  assert.equal(code, 0)
  assert.deepEqual(begun, ['clean', 'error_500', 'latency'])
  assert.deepEqual(
    report.results.map((one) => one.case),
    ['clean', 'latency', 'error_500'],
  )
})

test('the folder of a run stays where it was not as expected', async (t) => {
  const writing: RunCase = async (suite, one, place) => {
    put(join(place.folder, 'output.txt'), 'words')
    return madeUp({ latency: done([]) })(suite, one, place)
  }
  const { report, folder } = await run(t, writing)
  const kept = report.results.flatMap((one) => one.folder ?? [])
  assert.deepEqual(kept, [join(folder, 'runs', 'burst-latency')])
  assert.ok(existsSync(join(kept[0] ?? '', 'output.txt')))
  assert.deepEqual(readdirSync(join(folder, 'runs')), ['burst-latency'])
})

test('an interruption keeps what was found and begins nothing more', async (t) => {
  let runs = 0
  const interrupting: RunCase = async () => {
    if (++runs === 2) process.emit('SIGINT')
    return done([])
  }
  const { code, report, text } = await run(t, interrupting, { all: false, clean: 5, jobs: 1 })
  assert.equal(code, 3)
  assert.equal(runs, 2)
  assert.deepEqual(report.runs, { planned: 5, done: 1, clean: 1, faults: 0, as_expected: 1 })
  assert.equal(report.interrupted, true)
  assert.match(text, /INTERRUPTED/)
})

test('latencies have room, and nothing else is changed', () => {
  const file = {
    windows: { spike: { '*': { p95_ms: 100, p99_ms: 9000, error_rate: 0.001, goodput: 0.99, why: 'Because.' } } },
    run: { dropped_share: 0.01 },
    metrics: {
      ws_ping_ms: { p95: 150, why: 'Because.' },
      sse_gap_ms: { largest: 2000, why: 'Because.' },
      watch_cpu: { p50: 0.9, why: 'Because.' },
      bench_register: { p50_min: 50, why: 'Because.' },
    },
  }
  assert.deepEqual(withRoom(file), {
    windows: { spike: { '*': { p95_ms: 800, p99_ms: 9000, error_rate: 0.001, goodput: 0.99, why: 'Because.' } } },
    run: { dropped_share: 0.01 },
    metrics: { ...file.metrics, ws_ping_ms: { p95: 800, why: 'Because.' } },
  })
})
