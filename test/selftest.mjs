/**
 * The self-test's selection for CI as tests: each run counts as passed or failed, and so does each gate that no fault can turn red.
 * A run that was not as expected is made once more, alone; both outcomes are shown. The matrix is shown only where something failed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TALLY } from './reporter.mjs'

const results = mkdtempSync(join(tmpdir(), 'loadgate-selftest-'))
const words = ['dist/loadgate.mjs', 'selftest', '--again', '--jobs', '2', '--results', results]
const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
let matrix = ''
child.stdout.setEncoding('utf8').on('data', (chunk) => {
  matrix += chunk
})

/** Runs that are as expected at once are no news. */
const quiet = /^\[\d+\/\d+\] (?!.*, again and alone: ).*: as expected \(/
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
const failed = runs.filter(({ ok }) => !ok)
// What is wrong with no single run: a gate without a fault, a run that was not made.
const others = (report?.problems ?? []).filter(
  (problem) => !failed.some((run) => problem.startsWith(`${run.suite}, ${run.case}: `)),
)
const tally = { passed: runs.length - failed.length, failed: failed.length + others.length, skipped: 0 }
for (const run of failed) console.log(`✖ self-test ${run.suite}, ${run.case}: ${run.problems.join('; ')}`)
for (const problem of others) console.log(`✖ self-test ${problem}`)
if (code === 0) rmSync(results, { recursive: true })
else console.log(matrix)
console.log(`${TALLY} ${JSON.stringify(tally)}`)
process.exitCode = code
