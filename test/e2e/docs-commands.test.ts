/**
 * Every command that README and docs/ print is run, by the real k6 against the real gateway: those that differ only in how long and how
 * much once, and made small (test/docs/treatment.ts). What is not run stands in test/docs/not-run.ts; what is neither is found here.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { printedCommands, strayCommands } from '../docs/commands.ts'
import { NOT_RUN, notRun } from '../docs/not-run.ts'
import { readPage } from '../docs/pages.ts'
import { RULES } from '../docs/rules.ts'
import { treatmentOf } from '../docs/shapes.ts'
import { shell } from '../docs/shell.ts'
import { type Job, treat } from '../docs/treatment.ts'
import { thorough } from '../thorough.ts'
import { dryRun, dryRuns, filesFor } from './docs/dry-run.ts'
import { onResults } from './docs/on-results.ts'
import { runJob } from './docs/run-job.ts'
import { GIVEN, stageOf } from './docs/stage.ts'

const bin = mkdtempSync(join(tmpdir(), 'loadgate-e2e-'))
after(() => rmSync(bin, { recursive: true }))
const read = shell(bin, Object.keys(RULES), GIVEN)
const { jobs, onResults: looks, notRun: skipped, forgotten } = treat(printedCommands(), read)

test('every command of the pages is run, or stands in the list of those that are not', () => {
  assert.deepEqual(forgotten, [])
  assert.deepEqual(strayCommands(), [], 'commands belong into blocks for a shell')
  assert.ok(jobs.length > 30, `${jobs.length} jobs`)
  const used = skipped.map(({ program, words }) => notRun([program, ...words].join(' ')))
  assert.deepEqual(
    NOT_RUN.filter((entry) => !used.includes(entry)),
    [],
    'no page has these',
  )
  for (const file of filesFor(skipped)) assert.ok(existsSync(file), file)
})

test('a command that nobody has thought of is found', () => {
  const strange = ['npx loadgate shwo', 'npx loadgates list', 'k6 stats', 'node other.mjs', 'kubectl']
  assert.deepEqual(
    strange.flatMap((line) => read(line).map((call) => treatmentOf(call))),
    ['nothing', 'nothing', 'nothing', 'nothing', 'not run'],
  )
  const page = readPage('x.md', 'Say `loadgate shwo it`.\n\n    k6 run a.js\n\n```\nnpx loadgate lst\n```\n')
  assert.deepEqual(treat(printedCommands([page]), read).forgotten, [
    'x.md, in the text: npx loadgate shwo it: nobody knows what to do with it',
  ])
  assert.deepEqual(strayCommands([page]), ['x.md: npx loadgate lst', 'x.md: k6 run a.js'])
})

// Much of each is waiting for others.
thorough('commands that are run', { concurrency: 3 }, async (t) => {
  const stage = await stageOf(t)
  // The longest first.
  const isLong = ({ kind, script }: Job): number =>
    Number(kind === 'calibrate' || (kind === 'loadgate' && script === 'sustained'))
  jobs.sort((a, b) => isLong(b) - isLong(a))
  await Promise.all([
    ...jobs.map((job) => t.test(job.line.text, (t) => runJob(t, stage, job))),
    ...dryRuns(skipped).map((dry) => t.test(`${dry.program.join(' ')} with ${dry.dry.add}`, (t) => dryRun(t, dry))),
  ])
  await Promise.all(looks.map(({ line, call }) => t.test(line.text, (t) => onResults(t, stage, line, call))))
})
