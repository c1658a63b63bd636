import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { pausing } from '../../../../cli/selftest/pausing.ts'
import { folderOf, put } from '../made-up-project.ts'

/** Opens its sockets late; ends with the first long gap between two looks at the clock, or says that none came. */
const CLOCK = `#!${process.execPath}
if (process.argv[2] !== 'run') { console.log('words ' + process.argv.slice(2).join(' ')); process.exit() }
const { createSocket } = require('node:dgram')
let [last, open] = [Date.now(), 0]
setTimeout(() => {
  for (let i = 0; i < 20; i++) createSocket('udp4').bind(0, '127.0.0.1', () => (open += 1))
}, 1500)
const until = last + 60000
setInterval(() => {
  const gap = Date.now() - last
  last += gap
  if (gap > 400) { console.log(open < 20 ? 'stood still before its load' : 'stood still'); process.exit() }
  if (last > until) { console.log('never stood still'); process.exit() }
}, 5)
`

test('a k6 that stands still under its load, however late that begins, and in nothing else', (t) => {
  const folder = folderOf(t)
  const k6 = put(join(folder, "k6's own"), CLOCK, 0o755)
  const paused = pausing(k6, { sockets: 20, for_s: 0.5, apart_s: 0.3, times: 60 }, folder)
  assert.equal(execFileSync(paused, ['version', 'a b'], { encoding: 'utf8' }), 'words version a b\n')
  assert.equal(execFileSync(paused, ['run'], { encoding: 'utf8' }), 'stood still\n')
})
