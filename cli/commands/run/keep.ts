/** Writes what people and CI systems look at. Nothing that goes wrong here changes a verdict. */
import { forJson } from '../../../lib/base/escape.ts'
import type { RunSummary } from '../../../lib/summary/model.ts'
import { messageOf } from '../../base/errors.ts'
import type { Project } from '../../base/project.ts'
import type { Terminal } from '../../base/terminal.ts'
import { annotations, stepSummary } from '../../ci/github.ts'
import { loadPerformance } from '../../ci/gitlab.ts'
import { earlierRuns } from '../../report/earlier-runs.ts'
import type { RunResults } from '../../report/html/page.ts'
import { makeReport } from '../../report/write-report.ts'
import type { Results } from '../../results/results.ts'
import type { Verdict } from '../../results/verdict-model.ts'

/** series.json, report.html and load-performance.json. */
export function keep(results: Results, project: Project, run: Omit<RunResults, 'earlier'>, note: (line: string) => void): void {
  const { summary, series } = run
  if (series !== undefined) results.write('series.json', `${forJson(series)}\n`)
  if (summary !== undefined) results.write('load-performance.json', `${forJson(loadPerformance(summary, series), 1)}\n`)
  try {
    const page = makeReport(project, { ...run, earlier: earlierRuns(results.folder, run) })
    if (page === undefined) note('report.html was not made: the page is not built (npm run build)')
    else results.write('report.html', page)
  } catch (error) {
    note(`report.html could not be made: ${messageOf(error)}`)
  }
}

/** What a CI system is told beside the exit code. */
export function announce(
  verdict: Verdict,
  summary: RunSummary | undefined,
  markdown: string,
  project: Project,
  env: Readonly<Record<string, string | undefined>>,
  terminal: Pick<Terminal, 'command' | 'note'>,
): void {
  const problem = stepSummary(markdown, env)
  if (problem !== undefined) terminal.note(`The summary could not be added to the page of the job: ${problem}`)
  if (env.GITHUB_ACTIONS === 'true') for (const line of annotations(verdict, summary, project, env)) terminal.command(line)
}
