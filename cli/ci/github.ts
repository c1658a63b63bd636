/** What GitHub Actions shows of a run: annotations in the thresholds file, and the summary on the page of the job. */
import { appendFileSync, readFileSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { forAnnotation, forAnnotationProperty } from '../../lib/base/escape.ts'
import type { GateResult } from '../../lib/gates/model.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { failedFirst, failureText } from '../../lib/summary/wording.ts'
import { messageOf } from '../base/errors.ts'
import type { Project } from '../base/project.ts'
import type { Verdict } from '../results/verdict-model.ts'
import { exampleText, headline } from '../verdict/verdict-text.ts'
import { limitLine } from './limit-line.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** GitHub shows ten annotations of a kind for a step: the verdict and nine gates. */
const SHOWN_GATES = 9
/** GitHub refuses a larger summary as a whole. */
const SUMMARY_BYTES = 1024 * 1024

function command(properties: Readonly<Record<string, string | number | undefined>>, message: string): string {
  const written = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${forAnnotationProperty(String(value))}`],
  )
  return `::error ${written.join(',')}::${forAnnotation(message)}`
}

/** Path and text of the thresholds file, the path as GitHub wants it: from the root of the checkout. */
function thresholdsFile(summary: RunSummary, project: Project, env: Environment): { path: string; text: string } | undefined {
  // The path of a file of the user's is absolute; the built-in ones are named from the root of the package.
  const file = resolve(project.root, summary.thresholds)
  const path = relative(env.GITHUB_WORKSPACE ?? process.cwd(), file)
  // A file outside of the checkout has no page that an annotation could stand on.
  if (path.startsWith('..')) return undefined
  try {
    return { path: path.split(sep).join('/'), text: readFileSync(file, 'utf8') }
  } catch {
    return undefined
  }
}

/** One `::error` for the verdict, one for each red gate at the line of its limit; nothing when passed. */
export function annotations(verdict: Verdict, summary: RunSummary | undefined, project: Project, env: Environment): string[] {
  if (verdict.verdict === 'pass') return []
  const name = `loadgate ${verdict.script}`
  const red = failedFirst(summary?.gates ?? []).filter(({ ok }) => !ok)
  const file = summary && thresholdsFile(summary, project, env)
  const { advice, example } = verdict.reasons[0] ?? {}
  const at = (gate: GateResult): Record<string, string | number | undefined> =>
    file === undefined ? {} : { file: file.path, line: limitLine(file.text, gate) ?? 1 }
  return [
    command(
      { title: `${name}: ${verdict.verdict}` },
      [headline(verdict), example && `Example: ${exampleText(example)}.`, advice].filter(Boolean).join(' '),
    ),
    ...red.slice(0, SHOWN_GATES).map((gate) => command({ ...at(gate), title: `${name}: gate` }, failureText(gate))),
  ]
}

/** Adds the Markdown summary to the page of the job, where there is one. @returns why it could not */
export function stepSummary(markdown: string, env: Environment): string | undefined {
  const file = env.GITHUB_STEP_SUMMARY
  if (!file) return undefined
  const text = Buffer.from(`${markdown}\n`)
  try {
    appendFileSync(file, text.length <= SUMMARY_BYTES ? text : `${text.subarray(0, SUMMARY_BYTES - 200).toString('utf8')}\n\n…\n`)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
