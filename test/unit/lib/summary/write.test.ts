import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XMLValidator } from 'fast-xml-parser'
import { readSettings } from '../../../../lib/base/settings.ts'
import { makeGates } from '../../../../lib/gates/gates.ts'
import { type RunSummary, SUMMARY_SCHEMA } from '../../../../lib/summary/model.ts'
import { handleSummaryOf } from '../../../../lib/summary/write.ts'
import { bindTarget } from '../../../../lib/target/target.ts'
import { openWindow } from '../windows/windows.ts'

const settings = (env: Record<string, string>) => readSettings(env)
function handler(env: Record<string, string> = {}, width = 1000) {
  const windows = [openWindow()]
  const target = bindTarget(
    { name: 'm', base_url: 'http://127.0.0.1', auth: { flow: 'none' }, endpoints: {} },
    'f',
    settings(env),
    true,
  )
  const gates = makeGates({ windows: { spike: { '*': { error_rate: 0, why: 'x' } } } }, 'f', windows)
  return handleSummaryOf(
    {
      name: 'burst',
      description: '',
      settings: settings(env),
      target,
      missed: [],
      weakly: [],
      elsewhere: [],
      windows,
      gates,
      thresholdsFile: 'f',
    },
    width,
  )
}
const DATA = { metrics: {}, state: { testRunDurationMs: 1 } }

test('without a results folder only the text is written', () => {
  const written = handler()(DATA)
  assert.deepEqual(Object.keys(written), ['stdout'])
  assert.match(written.stdout ?? '', /burst \(ci\) against m/)
})

test('no line is longer than the terminal has columns', () => {
  for (const width of [80, 60]) {
    const { stdout = '' } = handler({}, width)(DATA)
    assert.match(stdout, /k6 has judged no threshold/)
    for (const line of stdout.split('\n')) assert.ok(line.length <= width, `${line.length} > ${width}: ${line}`)
  }
})

test('with one, summary.json and junit.xml are written into it', () => {
  const written = handler({ RESULTS_DIR: '/results' })(DATA)
  assert.deepEqual(Object.keys(written), ['stdout', '/results/summary.json', '/results/junit.xml'])
  const summary = JSON.parse(written['/results/summary.json'] ?? '') as RunSummary
  assert.equal(summary.schema, SUMMARY_SCHEMA)
  assert.equal(summary.ok, false)
  assert.equal(XMLValidator.validate(written['/results/junit.xml'] ?? ''), true)
})

test('a summary in another format is said to be one, and nothing is made up from it', () => {
  for (const data of [null, undefined, 'x', {}, { results: {}, metrics: [] }]) {
    const written = handler({ RESULTS_DIR: '/results' })(data)
    assert.deepEqual(Object.keys(written), ['stdout'])
    assert.match(written.stdout ?? '', /--new-machine-readable-summary/)
  }
})
