/** What the reporter of the tests counts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import report, { DISTURBED, TALLY } from '../../reporter.mjs'

const at = (column: number) => ({ file: 'a.test.ts', line: 1, column, name: `test ${column}` })
const passed = (column: number, more: object = {}) => ({ type: 'test:pass', data: { ...at(column), details: {}, ...more } })
const failed = (column: number, error: object = new Error('no')) => ({
  type: 'test:fail',
  data: { ...at(column), details: { error } },
})
const said = (column: number, message = `${DISTURBED} others had the cores`) => ({
  type: 'test:diagnostic',
  data: { ...at(column), message },
})

async function reported(...events: readonly object[]): Promise<{ text: string; tally: unknown }> {
  async function* given() {
    yield* events
  }
  let text = ''
  for await (const part of report(given())) text += part
  const [shown = '', last = ''] = text.split(`${TALLY} `)
  return { text: shown, tally: JSON.parse(last) }
}

test('what failed failed, and what it belongs to is not counted', async () => {
  const echo = failed(3, Object.assign(new Error('subtests'), { failureType: 'subtestsFailed' }))
  const { text, tally } = await reported(passed(1), failed(2), echo, passed(4, { skip: 'no browser' }))
  assert.deepEqual(tally, { passed: 1, failed: 1, skipped: 1, unshown: 0 })
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
