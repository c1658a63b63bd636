/** What the reporter of the tests counts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import report, { DISTURBED, TALLY } from '../../reporter.mjs'

const at = (column: number) => ({ file: 'a.test.ts', line: 1, column, name: `test ${column}` })
const passed = (column: number, more: object = {}) => ({
  type: 'test:pass',
  data: { ...at(column), nesting: 0, details: { duration_ms: 1000 * column }, ...more },
})
const failed = (column: number, error: object = new Error('no')) => ({
  type: 'test:fail',
  data: { ...at(column), nesting: 0, details: { error, duration_ms: 1000 * column } },
})
const said = (column: number, message = `${DISTURBED} others had the cores`) => ({
  type: 'test:diagnostic',
  data: { ...at(column), message },
})

async function reported(
  ...events: readonly object[]
): Promise<{ text: string; tally: unknown; slowest: { name: string }[]; failures: unknown[] }> {
  async function* given() {
    yield* events
  }
  let text = ''
  for await (const part of report(given())) text += part
  const [shown = '', last = ''] = text.split(`${TALLY} `)
  const { slowest, failures, ...tally } = JSON.parse(last)
  return { text: shown, tally, slowest, failures }
}

test('what failed failed, and what it belongs to is not counted', async () => {
  const echo = failed(3, Object.assign(new Error('subtests'), { failureType: 'subtestsFailed' }))
  const { text, tally, failures } = await reported(passed(1), failed(2), echo, passed(4, { skip: 'no browser' }))
  assert.deepEqual(tally, { passed: 1, failed: 1, skipped: 1, unshown: 0 })
  assert.deepEqual(failures, [{ headline: 'test 2 (a.test.ts:1)', why: 'Error: no' }])
  assert.match(text, /^✖ test 2 \(a\.test\.ts:1\)\n {4}Error: no/)
  assert.match(text, /- test 4: skipped, no browser/)
})

test('a failure whose run others have disturbed has shown nothing', async () => {
  const { text, tally } = await reported(failed(1), said(1), failed(2))
  assert.deepEqual(tally, { passed: 0, failed: 1, skipped: 1, unshown: 1 })
  assert.match(text, /^- test 1: skipped, it has shown nothing: others had the cores \(Error: no\)\n✖ test 2/)
})

test('a disturbance excuses its own test alone, and passes stay passes', async () => {
  const { tally } = await reported(
    failed(1),
    passed(1),
    said(1),
    failed(2),
    said(3),
    failed(4),
    said(4, 'duration_ms 5'),
    passed(5),
    said(5),
  )
  assert.deepEqual(tally, { passed: 2, failed: 3, skipped: 0, unshown: 0 })
})

test('the slowest are named, but for those that waited for tests of their own', async () => {
  const inner = (column: number) => passed(column, { nesting: 1 })
  const tests = Array.from({ length: 150 }, (_, i) => passed(i + 10))
  const { slowest } = await reported(inner(1), inner(2), passed(200), failed(190), ...tests)
  assert.deepEqual(
    slowest.map(({ name }) => name),
    [190, 159, 158, 157, 156, 155, 154, 153, 152, 151].map((column) => `test ${column}`),
  )
})
