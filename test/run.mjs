/**
 * All tests, in stages from the quick to the slow: `npm test [-- stage …]`. Installs k6 where there is none.
 * A file of real runs that failed beside others is run once more, alone: both outcomes are shown, the second counts.
 * Ends with a line `N passed, N failed` and a non-zero exit code unless all passed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
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
  const ran = tally.passed + tally.failed > 0
  if (ran && (code === 0 || tally.failed > 0)) return tally
  console.log(`✖ ${words.join(' ')} ended with ${code}${ran ? ' though no test failed' : ' before a test ran'}`)
  return { ...tally, failed: tally.failed + 1 }
}

/** Stages that judge real runs, which others on the machine may have disturbed. */
const DISTURBED = ['contract', 'timed', 'e2e', 'hostile']
/** More failures than these are no disturbance. */
const MOST_AGAIN = 10

/** The tally of a stage once the files that failed in it have been run again; without those it is the stage's own. */
async function again(tally) {
  const files = Object.keys(tally.files ?? {}).filter((file) => tally.files[file].failed > 0)
  const elsewhere = files.reduce((sum, file) => sum - tally.files[file].failed, tally.failed)
  if (files.length === 0 || files.length > MOST_AGAIN || elsewhere > 0) return tally
  console.log(`again, alone: ${files.map((file) => relative(root, file)).join(', ')}`)
  const second = await run(apart(files, 1))
  const without = (outcome) => files.reduce((sum, file) => sum - tally.files[file][outcome], tally[outcome])
  return {
    passed: without('passed') + second.passed,
    failed: second.failed,
    skipped: without('skipped') + second.skipped,
    again: files.length,
  }
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
  const first = await run(words())
  const { passed, failed, skipped, again: made } = DISTURBED.includes(name) ? await again(first) : first
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(
    `${name.padEnd(9)} ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s${made ? `, files made again: ${made}` : ''}`,
  )
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}
if (total.skipped > 0) console.log(`${total.skipped} skipped: the lines above that begin with - say why`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
