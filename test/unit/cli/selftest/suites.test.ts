import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { plannedRuns } from '../../../../cli/selftest/selection.ts'
import { type Case, type Suite, setupOf } from '../../../../cli/selftest/suite.ts'
import { SUITES } from '../../../../cli/selftest/suites.ts'
import { CATALOGUE } from '../../../../gateway/faults/catalogue.ts'
import { GROUPS } from '../../../../gateway/faults/fault.ts'
import { parseOrder } from '../../../../gateway/faults/order.ts'
import { readSettings } from '../../../../lib/base/settings.ts'

const cases = SUITES.flatMap((suite) => suite.cases.map((one) => ({ suite, one })))
const ALL = { scripts: [], all: false, cases: [], clean: undefined }

test('every script has a suite, and every suite a script', () => {
  const scripts = readdirSync(new URL('../../../../scripts', import.meta.url)).map((file) => file.replace(/\.ts$/, ''))
  assert.deepEqual([...new Set(SUITES.map(({ script }) => script))].sort(), scripts.sort())
})

test('every order is one that the fault injector takes', () => {
  for (const { suite, one } of cases)
    for (const order of one.faults ?? []) assert.doesNotThrow(() => parseOrder(order, new Map()), `${suite.name}: ${one.name}`)
})

test('every setting is one that scripts take', () => {
  for (const { suite, one } of cases) {
    const settings = Object.entries(setupOf(suite, one).settings ?? {}).map(([name, value]) => [name, String(value)])
    const read = readSettings(Object.fromEntries(settings)) as Readonly<Record<string, unknown>>
    for (const [name = ''] of settings) assert.notEqual(read[name], undefined, `${suite.name}: ${one.name}: ${name}`)
  }
})

test('several k6 have a part each of what a case says of one', () => {
  const one: Case = {
    ...{ name: 'made up', red: [], verdict: 'fail', why: 'It is made up.' },
    faults: [
      { name: 'error_500', after_requests: 15, for_requests: 3 },
      { name: 'latency', ms: 900 },
    ],
    pauses: { sockets: 20, for_s: 1, apart_s: 0.1, times: 2 },
  }
  const suite: Suite = { script: 'http', name: 'http', cases: [one] }
  assert.deepEqual(setupOf(suite, one).faults, one.faults)
  const { faults, pauses } = setupOf(suite, one, 3)
  // Each of them sends its own setup first.
  assert.deepEqual(faults, [
    { name: 'error_500', after_requests: 45, for_requests: 3 },
    { name: 'latency', ms: 900 },
  ])
  assert.deepEqual(pauses, { ...one.pauses, sockets: 7 })
  // Where it is known how many of them are setup's, the load has as many before the fault as of one.
  assert.equal(setupOf({ ...suite, setupRequests: 10 }, one, 3).faults?.[0]?.after_requests, 35)
})

test('every fault of the fault injector is in a table', () => {
  const used = new Set(cases.flatMap(({ one }) => (one.faults ?? []).map(({ name }) => name)))
  assert.deepEqual(
    [...CATALOGUE.keys()].filter((name) => !used.has(name)),
    [],
  )
})

/** Found by the control probe, and by the gateway's own count. */
const WITNESSED = ['last_token_only', 'metrics_relabelled']

test('names and patterns are well formed', () => {
  for (const suite of SUITES) {
    const names = suite.cases.map(({ name }) => name)
    assert.equal(new Set(names).size, names.length, suite.name)
    for (const one of suite.cases) {
      assert.notEqual(one.verdict, 'pass', `${suite.name}: ${one.name}`)
      // What no gate can see is found by the other witnesses.
      assert.equal(one.red.length === 0, WITNESSED.includes(one.name), `${suite.name}: ${one.name}`)
      assert.match(one.why, /^[A-Z0-9{].*\.$/, `${suite.name}: ${one.name}`)
      for (const pattern of [...one.red, ...Object.keys(one.may ?? {})]) assert.equal(pattern.split(' ').length, 3, pattern)
      for (const reason of Object.values(one.may ?? {})) assert.match(reason, /^[A-Z].*\.$/)
    }
  }
})

test('the selection for CI has a clean run of each suite, two faults of each script, and each group of faults', () => {
  const runs = plannedRuns(ALL, SUITES)
  assert.equal(runs.filter(({ run }) => run.name === 'clean').length, SUITES.length)
  for (const script of new Set(SUITES.map(({ script }) => script))) {
    const faulty = runs.filter(({ suite, run }) => suite.script === script && run.name !== 'clean')
    assert.ok(faulty.length >= 2, `${script} has ${faulty.length}`)
  }
  const groups = new Set(runs.flatMap(({ run }) => (run.faults ?? []).map(({ name }) => CATALOGUE.get(name)?.group)))
  assert.deepEqual([...groups].sort(), [...GROUPS].sort())
})

test('a selection by names', () => {
  const names = (selection: Partial<Parameters<typeof plannedRuns>[0]>) =>
    plannedRuns({ ...ALL, ...selection }, SUITES).map(({ suite, run, round }) => `${suite.name}: ${run.name} ${round}`)
  assert.deepEqual(names({ scripts: ['sse'], cases: ['clean', 'stall'] }), ['sse: clean 1', 'sse: stall 1'])
  assert.deepEqual(names({ scripts: ['http users'], clean: 2 }), ['http users: clean 1', 'http users: clean 2'])
  assert.throws(() => names({ scripts: ['brust'] }), /unknown script "brust".*did you mean "?burst/)
  assert.throws(() => names({ scripts: ['burst'], cases: ['latensy'] }), /unknown case "latensy".*did you mean "?latency/)
})
