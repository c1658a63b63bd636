/** From an OpenAPI document to a gated run without a hand edit: init, check, run. The same API answering order 1 for every id is red in both. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { ordersApi } from '../unit/cli/orders-api.ts'
import { loadgate } from './loadgate-run.ts'
import { folderOf } from './script-run.ts'

const SHORT = ['--profile', 'smoke', '--duration', '4s', '--timeout', '1s']

test('init, check and smoke of an API that was never seen before', async (t) => {
  const [right, wrong] = [await ordersApi(t), await ordersApi(t, { alwaysOne: true })]
  const out = await folderOf(t)
  const target = join(out, 'loadgate/target.json')
  const written = await loadgate(t, ['init', '--base-url', right.url, '--out', out])
  assert.equal(written.code, 0, written.err)

  const checked = await loadgate(t, ['check', '--target', target])
  assert.equal(checked.code, 0, checked.out + checked.err)
  assert.match(checked.out, /ok {4}id = \{order_id\}: \d+/)
  const red = await loadgate(t, ['check', '--target', target, '--base-url', wrong.url])
  assert.equal(red.code, 99, red.out + red.err)
  assert.match(red.out, /WRONG id = \{order_id\}: the answer has id 1, not/)

  const thresholds = ['--thresholds', join(out, 'loadgate/thresholds/smoke.json')]
  const passed = await loadgate(t, ['run', 'smoke', '--target', target, ...thresholds, ...SHORT])
  assert.equal(passed.code, 0, passed.out + passed.err)
  assert.ok(right.seen.some((one) => /^GET \/orders\/\d+$/.test(one)))
  assert.ok(right.seen.every((one) => !/^(POST|DELETE)/.test(one)))
  const failed = await loadgate(t, ['run', 'smoke', '--target', target, '--base-url', wrong.url, ...thresholds, ...SHORT])
  assert.equal(failed.code, 99, failed.out + failed.err)
  assert.match(failed.out, /get_order/)
})
