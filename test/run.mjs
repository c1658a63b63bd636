/**
 * All tests, in stages from the quick to the slow: `npm test [-- stage …]`. Installs k6 where there is none.
 * Nothing is run again: a test that fails for what a run measured which others kept from the cores, by the run's own evidence, counts as skipped.
 * Ends with a line `N passed, N failed` and a non-zero exit code unless all passed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { TALLY } from './reporter.mjs'

const root = new URL('..', import.meta.url).pathname
const REPORTER = ['--test-reporter', './test/reporter.mjs']
const TESTS = ['--import', 'tsx', ...REPORTER]

const filesIn = (folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(folder, file))

/** Pure tests share a process: starting one for each file would be most of their time. */
const together = (...folders) => [...TESTS, 'test/in-one-process.mjs', ...folders]
const apart = (files, atOnce) => [...TESTS, '--test', `--test-concurrency=${atOnce}`, ...files]

/** These are about who was late, and by how much: beside others they would measure the others. */
const TIMED = ['cost', 'generator', 'slow-endpoint', 'sustained', 'truth'].map((name) => join('test/e2e', `${name}.test.ts`))

const STAGES = {
  lint: () => ['test/lint.mjs'],
  lib: () => together('test/unit/lib', 'test/unit/bench'),
  fuzz: () => together('test/unit/fuzz'),
  project: () => together('test/unit/project'),
  gateway: () => together('test/unit/gateway'),
  cli: () => together('test/unit/cli'),
  contract: () => apart(filesIn('test/contract'), 2),
  timed: () => apart(TIMED, 1),
  // Runs wait for the clock most of their time.
  e2e: () =>
    apart(
      filesIn('test/e2e').filter((file) => !TIMED.includes(file)),
      2,
    ),
  // Each file has several runs at once by itself.
  hostile: () => apart(filesIn('test/hostile'), 1),
  // Last: it is judged by how much of the machine it gets.
  selftest: () => ['test/selftest.mjs'],
}

/** Runs node with these words, shows what it prints, and returns its tally; a stage that cannot be counted has failed. */
async function run(words) {
  const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) if (!line.startsWith(TALLY)) console.log(line)
    const last = lines.findLast((line) => line.startsWith(TALLY))
    if (last !== undefined) tally = JSON.parse(last.slice(TALLY.length))
  })
  let tally = { passed: 0, failed: 0, skipped: 0 }
  const [code] = await once(child, 'close')
  const { unshown = 0 } = tally
  // A machine on which most cannot be shown has shown nothing.
  if (unshown > (tally.passed + unshown) / 3) {
    tally.failed += unshown
    tally.skipped -= unshown
  }
  const ran = tally.passed + tally.failed > 0
  if (ran && (code === 0 || tally.failed + unshown > 0)) return tally
  console.log(`✖ ${words.join(' ')} ended with ${code}${ran ? ' though no test failed' : ' before a test ran'}`)
  return { ...tally, failed: tally.failed + 1 }
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in STAGES))
if (unknown.length > 0) {
  console.error(`test: no stage ${unknown.join(', ')}; there are ${Object.keys(STAGES).join(', ')}`)
  process.exit(2)
}

const k6 = spawn(process.execPath, ['dist/loadgate.mjs', 'k6', '--provision-only'], { cwd: root, stdio: 'inherit' })
const [provisioned] = await once(k6, 'close')
if (provisioned !== 0) process.exit(1)

const total = { passed: 0, failed: 0, skipped: 0 }
for (const [name, words] of Object.entries(STAGES)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const began = performance.now()
  const { passed, failed, skipped } = await run(words())
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${name.padEnd(9)} ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s`)
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}
if (total.skipped > 0) console.log(`${total.skipped} skipped: the lines above that begin with - say why`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
