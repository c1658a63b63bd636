/**
 * From a description to a gated run without a hand edit: the lines of docs/how-to/init.md and of the tutorial, against an API that nobody has described by hand.
 * The same API answering order 1 for every id is red in check and run.
 */
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readPage, shellLines } from '../docs/pages.ts'
import { thorough } from '../thorough.ts'
import { ORDERS_DOCUMENT, ordersApi } from '../unit/cli/orders-api.ts'
import { loadgate } from './loadgate-run.ts'
import { folderOf } from './script-run.ts'

const SHORT = ['--profile', 'smoke', '--duration', '4s', '--timeout', '1s']

/** The words of a line of the page, after `npx loadgate`. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '').slice(2)
const lines = shellLines(['docs/how-to/init.md', 'docs/tutorial.md'].map((file) => readPage(file)))
  .map(({ text }) => wordsOf(text))
  // The tutorial begins with the reference gateway.
  .filter((words) => words[0] === 'init' || words.includes('loadgate/target.json'))
const linesOf = (command: string): string[][] => lines.filter(([name]) => name === command)

async function recordingOf(url: string): Promise<string> {
  const paths = ['/orders/3', '/orders/4', '/orders/5', '/orders']
  const entries = paths.map(async (path) => {
    const answer = await fetch(url + path)
    const content = { mimeType: answer.headers.get('content-type'), text: await answer.text() }
    return { request: { method: 'GET', url: url + path, headers: [] }, response: { status: answer.status, headers: [], content } }
  })
  return JSON.stringify({ log: { entries: await Promise.all(entries) } })
}

/** Runs a line of init in a folder of its own, in which a reader's files are. */
async function initialized(t: TestContext, words: readonly string[], url: string): Promise<string> {
  const out = await folderOf(t)
  writeFileSync(join(out, 'openapi.json'), JSON.stringify({ ...ORDERS_DOCUMENT, servers: [{ url }] }))
  writeFileSync(join(out, 'recording.har'), await recordingOf(url))
  const placed = words.map((word) => (/\.(json|har)$/.test(word) ? join(out, word) : word.replace('http://127.0.0.1:8080', url)))
  const { code, err } = await loadgate(t, [...placed, '--out', out])
  assert.equal(code, 0, err)
  return out
}

test('the lines of the pages: init, check, smoke and http of an API that was never seen before', async (t) => {
  const [right, wrong] = [await ordersApi(t), await ordersApi(t, { alwaysOne: true })]
  const [first = assert.fail()] = linesOf('init')
  const out = await initialized(t, first, right.url)
  const placed = (words: readonly string[]): string[] =>
    words.map((word) => (word.startsWith('loadgate/') ? join(out, word) : word))
  for (const line of linesOf('check')) {
    const checked = await loadgate(t, placed(line))
    assert.equal(checked.code, 0, checked.out + checked.err)
    assert.match(checked.out, /ok {4}id = \{order_id\}: \d+/)
    const red = await loadgate(t, [...placed(line), '--base-url', wrong.url])
    assert.equal(red.code, 99, red.out + red.err)
    assert.match(red.out, /WRONG id = \{order_id\}: the answer has id 1, not/)
  }
  right.seen.length = 0
  for (const line of linesOf('run')) {
    const limits = line.includes('--thresholds') ? [] : ['--thresholds', join(out, 'loadgate/thresholds/smoke.json')]
    // Its p99 needs a thousand samples.
    const size = line.includes('http') ? [...SHORT, '--duration', '6s'] : SHORT
    const words = [...placed(line), ...limits, ...size]
    const passed = await loadgate(t, words)
    if (line.includes('http')) {
      // How quickly it is answered is the machine's: what must hold is that each answer was right.
      const content = passed.summary().gates.filter(({ key }) => key === 'failed_checks')
      assert.ok(content.length > 0 && content.every(({ ok }) => ok), passed.out + passed.err)
      continue
    }
    assert.equal(passed.code, 0, passed.out + passed.err)
    assert.ok(right.seen.some((one) => /^GET \/orders\/\d+$/.test(one)))
    assert.ok(right.seen.every((one) => !/^(POST|DELETE)/.test(one)))
    const failed = await loadgate(t, [...words, '--base-url', wrong.url])
    assert.equal(failed.code, 99, failed.out + failed.err)
    assert.equal(failed.verdict().verdict, 'fail')
    assert.match(failed.out, /get_order +failed checks/)
  }
})

thorough('what every other line of init writes sees the same fault', async (t) => {
  const [right, wrong] = [await ordersApi(t), await ordersApi(t, { alwaysOne: true })]
  const [, ...others] = linesOf('init')
  assert.ok(others.length >= 3)
  for (const line of others) {
    const out = await initialized(t, line, right.url)
    const target = join(out, 'loadgate/target.json')
    assert.ok(existsSync(target))
    const checked = await loadgate(t, ['check', '--target', target])
    assert.equal(checked.code, 0, checked.out + checked.err)
    const red = await loadgate(t, ['check', '--target', target, '--base-url', wrong.url])
    assert.equal(red.code, 99, red.out + red.err)
    assert.match(red.out, /WRONG id = \{order_id\}/)
    if (!line.includes('--har')) continue
    // Of a recording, the next command is a gated run.
    const run = ['run', 'smoke', '--target', target, '--thresholds', join(out, 'loadgate/thresholds/smoke.json'), ...SHORT]
    const passed = await loadgate(t, run)
    assert.equal(passed.code, 0, passed.out + passed.err)
    const failed = await loadgate(t, [...run, '--base-url', wrong.url])
    assert.equal(failed.code, 99, failed.out + failed.err)
    assert.match(failed.out, /get_orders +failed checks/)
  }
})
