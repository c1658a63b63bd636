/** `loadgate selftest`: shows on this machine that every gate goes red for the fault that it is there for, and stays green without. */
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeAtomic } from '../atomic.ts'
import { onInterruption } from '../interruption.ts'
import { provision } from '../k6/provision.ts'
import { thisMachine } from '../machine.ts'
import type { Project } from '../project.ts'
import { freshFolder, stamp } from '../results.ts'
import type { Supervised } from '../supervise.ts'
import type { Terminal } from '../terminal.ts'
import { EXIT } from '../verdict-model.ts'
import { coverageByScript, nameOf, problemsOf, runReport } from './conclude.ts'
import { thresholdsOf, withRoom } from './limits.ts'
import { type RunReport, SELFTEST_SCHEMA, type SelftestReport } from './report-model.ts'
import { selftestMarkdown, selftestText } from './report-text.ts'
import type { Done, Place } from './run-case.ts'
import { type PlannedRun, plannedRuns, type Selection, selectionText } from './selection.ts'
import { type Case, CLEAN, type Suite } from './suite.ts'

/** A fault was missed, a clean run was red, or a gate cannot be turned red. */
const FAILED = 1

export interface SelftestOptions extends Selection {
  /** Runs at the same time. */
  jobs: number
  /** Folder in which a folder for this self-test is made. */
  results: string
}

export type RunCase = (suite: Suite, run: Case, place: Place) => Promise<Done>

/** Takes the runs one after another, so many at a time, until nothing is left or it is told to stop. */
async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  stopped: () => boolean,
  work: (item: T, at: number) => Promise<void>,
) {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length && !stopped()) {
      const at = next++
      await work(items[at] as T, at)
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker))
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
  const stop = new AbortController()
  const running = new Set<Supervised>()
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const one of running) one.signal(signal)
  }
  const interruption = onInterruption()
  interruption.handle(
    () => {
      stop.abort()
      if (running.size > 0) terminal.note('Stopping: the runs under way end their teardown. Once more (Ctrl-C) kills them.')
      signalAll('SIGINT')
    },
    () => signalAll('SIGKILL'),
  )
  try {
    const k6 = await provision({ env, note: terminal.note, stop: stop.signal })
    const folder = freshFolder(resolve(options.results), `${stamp(started)}-selftest`)
    const limitsOf = (script: string): string => {
      const file = join(folder, 'limits', `${script}.json`)
      mkdirSync(join(folder, 'limits'), { recursive: true })
      writeAtomic(file, `${JSON.stringify(withRoom(thresholdsOf(project, script)), null, 2)}\n`)
      return file
    }
    const results: (RunReport | undefined)[] = planned.map(() => undefined)
    const conclude = (): SelftestReport => {
      const done = results.filter((run) => run !== undefined)
      const coverage = options.clean === undefined ? coverageByScript(done, suites) : {}
      const problems = problemsOf(done, planned.length, coverage, (script) => thresholdsOf(project, script))
      const clean = done.filter((run) => run.case === CLEAN).length
      const report: SelftestReport = {
        schema: SELFTEST_SCHEMA,
        ok: problems.length === 0,
        problems,
        selection: selectionText(options),
        interrupted: stop.signal.aborted,
        loadgate: project.version,
        k6: k6.version,
        machine: thisMachine(),
        started_at: started.toISOString(),
        finished_at: new Date().toISOString(),
        runs: {
          planned: planned.length,
          done: done.length,
          clean,
          faults: done.length - clean,
          as_expected: done.filter(({ ok }) => ok).length,
        },
        results: done,
        coverage,
      }
      // After each run, so that whatever ends us leaves what was found.
      writeAtomic(join(folder, 'selftest.json'), `${JSON.stringify(report, null, 2)}\n`)
      writeAtomic(join(folder, 'selftest.md'), `${selftestMarkdown(report)}\n`)
      return report
    }
    let count = 0
    const make = async (one: PlannedRun, at: number): Promise<void> => {
      const own = join(folder, 'runs', nameOf(one).replaceAll(/[^\w.-]+/g, '-'))
      let process: Supervised | undefined
      const place: Place = {
        project,
        k6: k6.path,
        limits: limitsOf(one.suite.script),
        folder: own,
        env,
        started(supervised) {
          process = supervised
          running.add(supervised)
          if (stop.signal.aborted) supervised.signal('SIGINT')
        },
      }
      const done = await runCase(one.suite, one.run, place)
      if (process !== undefined) running.delete(process)
      // Cut short by the user, it says nothing of the gates.
      if (stop.signal.aborted) return
      const report = runReport(one, done, own)
      results[at] = report
      if (report.ok) rmSync(own, { recursive: true, force: true })
      const red = report.gates.filter(({ mark }) => mark !== 'green').length
      terminal.note(
        `[${++count}/${planned.length}] ${nameOf(one)}: ${report.ok ? 'as expected' : 'NOT AS EXPECTED'} (${done.verdict}, ${red} of ${report.gates.length} gates red, ${report.seconds} s)${report.problems.map((problem) => `\n    ${problem}`).join('')}`,
      )
      conclude()
    }
    await inParallel(planned, options.jobs, () => stop.signal.aborted, make)
    const report = conclude()
    terminal.print(selftestText(report))
    terminal.print(`results  ${folder}`)
    return report.interrupted ? EXIT.invalid : report.ok ? 0 : FAILED
  } finally {
    interruption.release()
  }
}
