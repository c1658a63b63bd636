/**
 * All tests, in stages from the quick to the slow. Installs k6 where there is none.
 *
 *   npm test                 what proves the product once
 *   npm run test:all         everything, as CI does
 *   node test/run.mjs STAGE… these stages, whole
 *
 * Nothing is run again: a test that fails for what a run measured which others kept from the cores, by the run's own evidence, counts as skipped.
 * Ends with a line `N passed, N failed` and a non-zero exit code unless all passed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { slowestOf, TALLY } from './reporter.mjs'

const root = new URL('..', import.meta.url).pathname
const REPORTER = ['--test-reporter', './test/reporter.mjs']
const TESTS = ['--import', 'tsx', ...REPORTER]

/** Milliseconds after which a file, and a stage, that has not ended is taken to hang, and failed by its name. */
const PATIENCE = { file: 600_000, stage: 2_400_000 }
/** Milliseconds for the last lines of a stage that has ended: a program that it left behind may hold its output open. */
const LAST_LINES = 2000

const filesIn = (folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(folder, file))

/** Pure tests share a process: starting one for each file would be most of their time. */
const together = (...folders) => [...TESTS, 'test/in-one-process.mjs', ...folders]
const apart = (files, atOnce) => [...TESTS, '--test', `--test-timeout=${PATIENCE.file}`, `--test-concurrency=${atOnce}`, ...files]

/** Files that have a test besides those that only `test:all` runs (test/thorough.ts). */
const quickIn = (folder) =>
  filesIn(folder).filter((file) => /^\s*(test|await test|describe)\(/m.test(readFileSync(join(root, file), 'utf8')))

/**
 * What each stage proves, and the words for node that run it: `words` those of `npm test`, `all` those of `npm run test:all` where these are more.
 * Pure stages are run two at a time.
 */
const STAGES = {
  lint: { proves: 'format, rules and types', pure: true, words: () => ['test/lint.mjs'] },
  fuzz: { proves: 'whatever parses bears whatever comes', pure: true, words: () => together('test/unit/fuzz') },
  lib: { proves: 'the library, function by function', pure: true, words: () => together('test/unit/lib', 'test/unit/bench') },
  cli: { proves: 'the command, function by function', pure: true, words: () => together('test/unit/cli') },
  gateway: { proves: 'the reference gateway and its faults', pure: true, words: () => together('test/unit/gateway') },
  project: { proves: 'what the pages and packages say is there', pure: true, words: () => together('test/unit/project') },
  contract: { proves: 'library and gateway keep one contract', words: () => apart(filesIn('test/contract'), 2) },
  // These are about who was late, and by how much: beside others they would measure the others.
  timed: { proves: 'figures are true, beside nothing else', all: () => apart(filesIn('test/timed'), 1) },
  // Runs wait for the clock most of their time; with more at once they wait for each other.
  e2e: {
    proves: 'real runs of every script end as they should',
    words: () => apart(quickIn('test/e2e'), 3),
    all: () => apart(filesIn('test/e2e'), 3),
  },
  gateways: {
    proves: "others' gateways, as they are and with a fault behind them",
    all: () => apart(filesIn('test/gateways'), 2),
  },
  // Each file has several runs at once by itself; while the last ones of one file end, those of another go on.
  hostile: {
    proves: 'gateways that want an undeserved pass get none',
    words: () => apart(quickIn('test/hostile'), 2),
    all: () => apart(filesIn('test/hostile'), 2),
  },
  // Last: it is judged by how much of the machine it gets.
  selftest: { proves: 'every gate has a fault that turns it red', all: () => ['test/selftest.mjs'] },
}

/** Runs node with these words, shows what it prints when it may, and returns its tally; a stage that cannot be counted has failed. */
async function run(words, show) {
  const child = spawn(process.execPath, words, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) if (!line.startsWith(TALLY)) show(line)
    const last = lines.findLast((line) => line.startsWith(TALLY))
    if (last !== undefined) tally = JSON.parse(last.slice(TALLY.length))
  })
  let tally = { passed: 0, failed: 0, skipped: 0 }
  const hangs = setTimeout(() => {
    show(`✖ ${words.join(' ')} has not ended after ${PATIENCE.stage / 60_000} min`)
    child.kill('SIGKILL')
  }, PATIENCE.stage)
  const closed = once(child, 'close')
  const [code] = await once(child, 'exit')
  clearTimeout(hangs)
  await Promise.race([closed, after(LAST_LINES, undefined, { ref: false })])
  child.stdout.destroy()
  const { unshown = 0, failures = [] } = tally
  // A machine on which most cannot be shown has shown nothing.
  if (unshown > (tally.passed + unshown) / 3) {
    tally.failed += unshown
    tally.skipped -= unshown
  }
  const ran = tally.passed + tally.failed > 0
  if (ran && (code === 0 || tally.failed + unshown > 0)) return tally
  const headline = `${words.join(' ')} ended with ${code}${ran ? ' though no test failed' : ' before a test ran'}`
  show(`✖ ${headline}`)
  return { ...tally, failed: tally.failed + 1, failures: [...failures, { headline }] }
}

const total = { passed: 0, failed: 0, skipped: 0, slowest: [], failures: [] }

/** @param show where its lines go */
async function stage(name, words, show) {
  const began = performance.now()
  const { passed, failed, skipped, slowest = [], failures = [] } = await run(words, show)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  show(`${name.padEnd(9)} ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s: ${STAGES[name].proves}`)
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  total.slowest.push(...slowest.map((test) => ({ ...test, stage: name })))
  total.failures.push(...failures.map((failure) => ({ ...failure, stage: name })))
}

/** Two at a time; the lines of each come together. */
async function twoAtATime(stages) {
  const left = [...stages]
  const next = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const lines = []
      await stage(...one, (line) => lines.push(line))
      console.log(lines.join('\n'))
    }
  }
  await Promise.all([next(), next()])
}

const asked = process.argv.slice(2).filter((word) => word !== '--all')
const unknown = asked.filter((name) => !(name in STAGES))
if (unknown.length > 0) {
  console.error(`test: no stage ${unknown.join(', ')}; there are ${Object.keys(STAGES).join(', ')}`)
  process.exit(2)
}
const all = process.argv.includes('--all') || asked.length > 0
const env = { ...process.env, LOADGATE_TESTS: all ? 'all' : 'quick' }

const k6 = spawn(process.execPath, ['dist/loadgate.mjs', 'k6', '--provision-only'], { cwd: root, stdio: 'inherit' })
const [provisioned] = await once(k6, 'close')
if (provisioned !== 0) process.exit(1)

const chosen = Object.entries(STAGES)
  .filter(([name, { words }]) => (asked.length > 0 ? asked.includes(name) : all || words !== undefined))
  .map(([name, { words, all: more = words, pure = false }]) => ({ one: [name, (all ? more : words)()], pure }))
await twoAtATime(chosen.filter(({ pure }) => pure).map(({ one }) => one))
for (const { one, pure } of chosen) if (!pure) await stage(...one, (line) => console.log(line))

console.log('\nThe slowest tests:')
for (const { stage, name, seconds } of slowestOf(total.slowest))
  console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${stage}: ${name}`)
if (total.skipped > 0) console.log(`\n${total.skipped} skipped: the lines above that begin with - say why`)
if (total.failed > 0) console.log('\nWhat failed, told in full above:')
for (const { stage, headline, why = '' } of total.failures) console.log(`  ✖ ${stage}: ${headline}\n    ${why.slice(0, 400)}`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
