import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from '../../../cli/base/project.ts'
import type { RunSummary } from '../../../lib/summary/model.ts'
import { put } from './made-up-project.ts'
import { runPlan } from './run-plan.ts'

/** What a made-up k6 does when it runs a script; it writes down what it was given in any case. */
export interface FakeK6 {
  /** Written as summary.json, with the time of then; none is written without it. */
  summary?: RunSummary
  exitCode?: number
  /** Lines on stderr. */
  log?: string[]
  /** JavaScript instead of ending: `finish()` ends as it would have. */
  instead?: string
}

const program = (
  folder: string,
  { summary, exitCode = 0, log = [], instead = 'finish()' }: FakeK6,
): string => `#!${process.execPath}
const { writeFileSync } = require('node:fs')
const words = process.argv.slice(2)
if (words[0] === 'version') {
  console.log('k6 v1.8.1 (go1.26.8, linux/amd64)')
  process.exit(0)
}
if (words[0] === 'inspect') {
  console.log(${JSON.stringify(JSON.stringify({ ext: { loadgate: runPlan({}) } }))})
  process.exit(0)
}
if (words[0] !== 'run') process.exit(1)
const { BASE_URL, RATE, RESULTS_DIR } = process.env
writeFileSync(${JSON.stringify(join(folder, 'given.json'))}, JSON.stringify({ words, BASE_URL, RATE, RESULTS_DIR }))
const summary = ${JSON.stringify(summary)}
function finish(code = ${exitCode}) {
  for (const line of ${JSON.stringify(log)}) process.stderr.write(line + '\\n')
  if (summary) writeFileSync(RESULTS_DIR + '/summary.json', JSON.stringify({ ...summary, finished_at: new Date().toISOString() }))
  process.exitCode = code
}
/** For who waits until it runs. */
const running = () => writeFileSync(${JSON.stringify(join(folder, 'k6.pid'))}, process.pid + '\\n')
${instead}
`

/** Makes a k6 and returns its path. */
export const fakeK6 = (folder: string, behaviour: FakeK6): string => put(join(folder, 'k6'), program(folder, behaviour), 0o755)

/** Waits for a signal, and ends with its handler's code. */
export const untilSignal = `process.on('SIGINT', () => { clearInterval(wait); finish(105) }); const wait = setInterval(() => {}, 1000); running()`
/** Is ended by SIGKILL only. */
export const forEver = `for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, () => {}); setInterval(() => {}, 1000); running()`

/** A gateway that is ready at once and answers nothing. */
export function fakeGateway(project: Project, folder: string, more = ''): void {
  writeFileSync(
    join(project.root, 'dist', 'gateway.mjs'),
    `import { writeFileSync } from 'node:fs'
writeFileSync(${JSON.stringify(join(folder, 'gateway.pid'))}, process.pid + '\\n')
process.stdin.on('close', () => process.exit(0)).resume()
console.error('listening ' + process.argv.slice(2).join(' '))
console.log('{"ready":true,"url":"http://127.0.0.1:7","pid":1,"faults_url":null}')
${more}`,
  )
}
