/** Runs k6 on a script and watches it. */

import type { Interruption } from '../base/interruption.ts'
import { lineByLine, type Redaction } from '../base/redaction.ts'
import { supervise } from '../base/supervise.ts'
import { K6Log, type LogFacts } from './log.ts'
import { noProgress, readProgress } from './progress.ts'
import type { ProgressView } from './progress-view.ts'

export interface K6Run {
  exitCode: number | null
  signal: string | null
  log: LogFacts
  /** Whether the user wants to wait no longer. */
  killed: boolean
  /** Iterations that were cut off when their window ended. */
  interrupted: number
}

/** Errors that are shown while the run goes on; all of them are in the log. */
const SHOWN_ERRORS = 3
/** What the verdict says anyway. */
const TOLD_LATER = /^(UsageError: |test aborted: |thresholds on metrics |test run was )/
/** k6 has this long to run teardown and write what it measured. */
const GRACE_MS = 60_000

export const K6_ARGS = [
  'run',
  '--address',
  '',
  '--no-color',
  '--no-usage-report',
  '--log-output',
  'stderr',
  '--log-format',
  'json',
] as const

export async function runK6(
  k6: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { view, started }: { view: ProgressView; started(pid: number | undefined): void },
  interruption: Interruption,
  keepLog: (text: string) => void,
  hide: Redaction,
): Promise<K6Run> {
  let errors = 0
  const log = new K6Log(
    keepLog,
    (message) => {
      if (TOLD_LATER.test(message)) return
      errors += 1
      if (errors <= SHOWN_ERRORS) view.note(`k6: ${message}`)
      else if (errors === SHOWN_ERRORS + 1) view.note('k6: more errors are in k6.log')
    },
    hide,
  )
  const running = await supervise(k6, [...K6_ARGS, ...args], env)
  started(running.child.pid)
  let killed = false
  let grace: NodeJS.Timeout | undefined
  const kill = (): void => {
    killed = true
    running.signal('SIGKILL')
  }
  interruption.handle(
    () => {
      view.note('Stopping: k6 ends its teardown and keeps what was measured. Once more (Ctrl-C) kills it.')
      running.signal('SIGINT')
      grace = setTimeout(kill, GRACE_MS)
    },
    () => {
      view.note('Killing k6.')
      kill()
    },
  )
  const progress = noProgress()
  const printed = lineByLine((lines) => {
    view.feed(lines)
    for (const line of lines) readProgress(progress, line)
  }, hide)
  running.child.stdout?.setEncoding('utf8').on('data', printed.feed)
  running.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => log.feed(chunk))
  const { code, signal } = await running.ended
  clearTimeout(grace)
  interruption.handle(
    () => {},
    () => {},
  )
  log.end()
  printed.end()
  view.end()
  return { exitCode: code, signal, log: log.facts, killed, interrupted: progress.interrupted }
}
