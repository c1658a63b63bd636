/**
 * The self-test's selection for CI as tests: each run counts as passed or failed, and so does each gate that no fault can turn red.
 * One whose own evidence says that others had the cores, and in which nothing red was missed, counts as skipped. The matrix is shown only where something failed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TALLY } from './reporter.mjs'

const results = mkdtempSync(join(tmpdir(), 'loadgate-selftest-'))
const words = ['dist/loadgate.mjs', 'selftest', '--jobs', '2', '--results', results]
const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
let matrix = ''
child.stdout.setEncoding('utf8').on('data', (chunk) => {
  matrix += chunk
})

/** Runs that are as expected are no news. */
const quiet = /^\[\d+\/\d+\] .*: as expected \(/
let rest = ''
child.stderr.setEncoding('utf8').on('data', (chunk) => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) if (!quiet.test(line)) console.log(line)
})
const [code] = await once(child, 'close')

/** Undefined where there is none. */
function read() {
  try {
    const [folder = ''] = readdirSync(results)
    return JSON.parse(readFileSync(join(results, folder, 'selftest.json'), 'utf8'))
  } catch {
    return undefined
  }
}
const report = read()
const runs = report?.results ?? []
const failed = runs.filter(({ ok, unshown }) => !ok && !unshown)
const skipped = runs.filter(({ unshown }) => unshown)
// What is wrong with no single run: a gate without a fault, a run that was not made.
const others = (report?.problems ?? []).filter(
  (problem) => !runs.some((run) => problem.startsWith(`${run.suite}, ${run.case}: `)),
)
// A machine on which most cannot be shown has shown nothing.
if (skipped.length > runs.length / 3) failed.push(...skipped.splice(0))
const tally = {
  passed: runs.length - failed.length - skipped.length,
  failed: failed.length + others.length,
  skipped: skipped.length,
  failures: [
    ...failed.map((run) => ({ headline: `self-test ${run.suite}, ${run.case}`, why: run.problems.join('; ') })),
    ...others.map((problem) => ({ headline: `self-test ${problem}` })),
  ],
}
for (const { headline, why } of tally.failures) console.log(`✖ ${why === undefined ? headline : `${headline}: ${why}`}`)
for (const run of skipped) console.log(`- self-test ${run.suite}, ${run.case}: not shown on this machine. ${run.generator}`)
if (tally.failed === 0) rmSync(results, { recursive: true })
else console.log(matrix)
console.log(`${TALLY} ${JSON.stringify(tally)}`)
// Any other code is no outcome of a self-test.
process.exitCode = tally.failed === 0 && code !== null && code <= 1 ? 0 : 1
