/** `loadgate selftest`: shows on this machine that every gate goes red for the fault that it is there for, and stays green without. */
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeAtomic } from '../base/atomic.ts'
import { EXIT, messageOf } from '../base/errors.ts'
import type { Project } from '../base/project.ts'
import type { Supervised } from '../base/supervise.ts'
import type { Terminal } from '../base/terminal.ts'
import { provision } from '../k6/provision.ts'
import { thisMachine } from '../results/machine.ts'
import { freshFolder, stamp } from '../results/results.ts'
import { countsOf, coverageByScript, nameOf, problemsOf, runReport } from './conclude.ts'
import { thresholdsOf, withRoom } from './limits.ts'
import { type RunReport, SELFTEST_SCHEMA, type SelftestReport } from './report-model.ts'
import { progressLine, selftestMarkdown, selftestText } from './report-text.ts'
import type { Done, Place } from './run-case.ts'
import { inParallel, running } from './running.ts'
import { type PlannedRun, plannedRuns, type Selection, selectionText } from './selection.ts'
import type { Case, Suite } from './suite.ts'

/** A fault was missed, a clean run was red, or a gate cannot be turned red. */
const FAILED = 1

export interface SelftestOptions extends Selection {
  /** Runs at the same time. */
  jobs: number
  /** Folder in which a folder for this self-test is made. */
  results: string
}

export type RunCase = (suite: Suite, run: Case, place: Place) => Promise<Done>

/** A run that could not even be begun has shown nothing. */
const notMade = (error: unknown): Done => ({
  verdict: 'none',
  gates: [],
  sentence: messageOf(error),
  reason: null,
  disturbed: false,
  spoilt: [],
  generator: null,
  seconds: 0,
})

/** Writes the limits of every script that is run; the paths by script. */
function writeLimits(planned: readonly PlannedRun[], project: Project, folder: string): ReadonlyMap<string, string> {
  mkdirSync(folder)
  const scripts = [...new Set(planned.map(({ suite }) => suite.script))]
  return new Map(
    scripts.map((script) => {
      const file = join(folder, `${script}.json`)
      writeAtomic(file, `${JSON.stringify(withRoom(thresholdsOf(project, script)), null, 2)}\n`)
      return [script, file]
    }),
  )
}

/** @returns the exit code */
export async function selftest(
  options: SelftestOptions,
  suites: readonly Suite[],
  runCase: RunCase,
  project: Project,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const planned = plannedRuns(options, suites)
  const started = new Date()
  const runs = running(terminal.note)
  try {
    const k6 = await provision({ env, note: terminal.note, stop: runs.stopped })
    const folder = freshFolder(resolve(options.results), `${stamp(started)}-selftest`)
    const limits = writeLimits(planned, project, join(folder, 'limits'))
    /** In the order of the plan, whichever run ends first. */
    const results: (RunReport | undefined)[] = planned.map(() => undefined)
    const conclude = (): SelftestReport => {
      const done = results.filter((run) => run !== undefined)
      const coverage = options.clean === undefined ? coverageByScript(done, suites) : {}
      const problems = problemsOf(done, planned.length, coverage, (script) => thresholdsOf(project, script))
      const report: SelftestReport = {
        schema: SELFTEST_SCHEMA,
        ok: problems.length === 0,
        problems,
        selection: selectionText(options),
        interrupted: runs.stopped.aborted,
        loadgate: project.version,
        k6: k6.version,
        machine: thisMachine(),
        started_at: started.toISOString(),
        finished_at: new Date().toISOString(),
        runs: { planned: planned.length, ...countsOf(done) },
        results: done,
        coverage,
      }
      // After each run, so that whatever ends us leaves what was found.
      writeAtomic(join(folder, 'selftest.json'), `${JSON.stringify(report, null, 2)}\n`)
      writeAtomic(join(folder, 'selftest.md'), `${selftestMarkdown(report)}\n`)
      return report
    }
    const make = async (one: PlannedRun, at: number): Promise<void> => {
      const name = nameOf(one)
      const own = join(folder, 'runs', name.replaceAll(/[^\w.-]+/g, '-'))
      let begun: Supervised | undefined
      const done = await runCase(one.suite, one.run, {
        project,
        k6: k6.path,
        limits: limits.get(one.suite.script) ?? '',
        folder: own,
        env,
        started(run) {
          begun = run
          runs.begun(run)
        },
      }).catch(notMade)
      runs.ended(begun)
      // Cut short by the user, it says nothing of the gates.
      if (runs.stopped.aborted) return
      const report = runReport(one, done, own)
      results[at] = report
      if (report.ok) rmSync(own, { recursive: true, force: true })
      const { runs: counted } = conclude()
      for (const line of progressLine(name, report, counted).split('\n')) terminal.note(line)
    }
    const order = planned.map((one, at) => ({ one, at }))
    const stopped = (): boolean => runs.stopped.aborted
    for (const alone of [false, true]) {
      const some = order.filter(({ one }) => (one.run.alone ?? false) === alone)
      await inParallel(some, alone ? 1 : options.jobs, stopped, ({ one, at }) => make(one, at))
    }
    const report = conclude()
    for (const line of selftestText(report).split('\n')) terminal.print(line)
    terminal.print(`results  ${folder}`)
    return report.interrupted ? EXIT.invalid : report.ok ? 0 : FAILED
  } finally {
    runs.release()
  }
}
