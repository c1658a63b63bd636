/** Several k6 as one: how they ended, and what became of those that left no evidence. Pure. */
import type { RunSummary } from '../../lib/summary/model.ts'
import type { LogFacts } from '../k6/log.ts'
import type { K6Run } from '../k6/run-k6.ts'

/** A run that came to its end; what its gates say is in the evidence. */
const REGULAR = [0, 99, 110]
const isRegular = ({ exitCode }: K6Run): boolean => exitCode !== null && REGULAR.includes(exitCode)

/** How an instance ended that did not come to its end; undefined for one that did. */
export function endingOf(run: K6Run): string | undefined {
  if (isRegular(run)) return undefined
  const { exitCode, signal, log } = run
  const said = log.usage ?? log.aborted ?? log.errors[0]?.message
  return `k6 ${signal === null ? `ended with ${exitCode}` : `was killed by ${signal}`}${said === undefined ? '' : ` (${said})`}`
}

const first = <T>(of: readonly (T | undefined)[]): T | undefined => of.find((one) => one !== undefined)

function mergeLogs(logs: readonly LogFacts[]): LogFacts {
  const errors = new Map<string, number>()
  for (const { message, count } of logs.flatMap((log) => log.errors)) errors.set(message, (errors.get(message) ?? 0) + count)
  const sum = (of: (log: LogFacts) => number): number => logs.reduce((total, log) => total + of(log), 0)
  return {
    usage: first(logs.map(({ usage }) => usage)),
    aborted: first(logs.map(({ aborted }) => aborted)),
    errors: [...errors].map(([message, count]) => ({ message, count })),
    exhausted: { files: sum(({ exhausted }) => exhausted.files), ports: sum(({ exhausted }) => exhausted.ports) },
  }
}

/**
 * As if one k6 had sent everything: no instance has judged the gates of the run, so its exit code is the one that k6 would have had. Where
 * none came to its end, they all ended as the first did; one alone that did not is missing from the fleet, which is said there.
 */
export function oneRun(runs: readonly [K6Run, ...K6Run[]], summary: RunSummary | undefined): K6Run {
  const [one] = runs
  const log = mergeLogs(runs.map((run) => run.log))
  const killed = runs.some((run) => run.killed)
  const interrupted = runs.reduce((sum, run) => sum + run.interrupted, 0)
  if (!runs.some(isRegular)) return { ...one, log, killed, interrupted }
  const marked = runs.some(({ exitCode }) => exitCode === 110)
  return { exitCode: marked ? 110 : summary?.ok === false ? 99 : 0, signal: null, log, killed, interrupted }
}
