/** What is done with all commands of the pages together. */
import type { Line } from './pages.ts'
import { type Shape, treatmentOf } from './shapes.ts'
import type { Call } from './shell.ts'

/** A call that is run, in place of all that differ from it only in how long and how much. */
export interface Job extends Shape {
  line: Line
  /** The call that makes the archive which this one runs. */
  first?: Job
}

export interface Treated {
  jobs: Job[]
  /** Calls that are run on what the jobs have left; their words are those after `loadgate`. */
  onResults: { line: Line; call: Call }[]
  notRun: Call[]
  /** Commands that nobody runs and that stand in no list, each with the reason. */
  forgotten: string[]
}

/** The page shows it failing. */
export const isRed = ({ line: { output } }: Job): boolean => output !== undefined && /^FAIL /m.test(output)

/** What is added to a run and takes nothing away from what it does without. */
const ADDED = /^((BASE_URL|ALLOW_TARGET)=.*|--prometheus .*|[A-Z_]+)$/

/** Only what shows no output of its own: an output is a promise of that very command. */
const standsFor = (one: Job, other: Job): boolean =>
  one.kind === other.kind &&
  one.script === other.script &&
  other.line.output === undefined &&
  isRed(one) === isRed(other) &&
  other.parts.every((part) => one.parts.includes(part)) &&
  one.parts.every((part) => other.parts.includes(part) || ADDED.test(part))

function folded(jobs: readonly Job[]): Job[] {
  const kept: Job[] = []
  // Who has most to say first: a shape that stands for others is there before them.
  for (const job of jobs.toSorted((a, b) => b.parts.length - a.parts.length)) {
    const by = kept.find((one) => standsFor(one, job))
    if (by === undefined) kept.push(job)
    else by.sizes = { ...job.sizes, ...by.sizes }
  }
  return kept
}

const ARCHIVE = 'archive.tar'

/** An archive is run by the line below the one that makes it: both together are one job. */
function paired(jobs: readonly Job[]): Job[] {
  const makes = (job: Job, of: Job): boolean =>
    job.kind === 'k6' && job.call.words[0] === 'archive' && job.line.where === of.line.where
  const all = jobs.map((job) => {
    const first = job.call.words.at(-1) === ARCHIVE ? jobs.find((other) => makes(other, job)) : undefined
    return first === undefined ? job : { ...job, script: first.script, first }
  })
  return all.filter((job) => !all.some(({ first }) => first === job))
}

/** @param read what a line of shell would start */
export function treat(lines: readonly Line[], read: (line: string) => Call[]): Treated {
  const treated: Treated = { jobs: [], onResults: [], notRun: [], forgotten: [] }
  const jobs: Job[] = []
  const take = (line: Line, call: Call): void => {
    const treatment = treatmentOf(call, line.output !== undefined)
    if (treatment === 'nothing') throw new Error('nobody knows what to do with it')
    if (treatment === 'not run') treated.notRun.push(call)
    else if (treatment === 'results') treated.onResults.push({ line, call: { ...call, words: call.words.slice(1) } })
    else if (treatment !== 'rules') jobs.push({ ...treatment, line })
  }
  for (const line of lines)
    try {
      for (const call of read(line.text)) take(line, call)
    } catch (error) {
      treated.forgotten.push(`${line.where}: ${line.text}: ${error instanceof Error ? error.message : error}`)
    }
  return { ...treated, jobs: folded(paired(jobs)) }
}
