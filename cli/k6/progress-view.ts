/** Shows that the run is under way: a line that is rewritten on a terminal, a new line each 10 s elsewhere. */
import { valueText } from '../../lib/summary/wording.ts'
import { seconds } from '../base/figures.ts'
import type { Terminal } from '../base/terminal.ts'
import { type K6Progress, noProgress, readProgress } from './progress.ts'

/** Between two lines where none can be rewritten. */
export const PLAIN_SECONDS = 10

export interface ProgressView {
  /** Takes in lines that k6 prints. */
  feed(lines: readonly string[]): void
  /** A line of ours in between. */
  note(line: string): void
  end(): void
}

export function progressLine({ elapsed, planned, made, vus, vusMax, complete, interrupted, windows }: K6Progress): string {
  if (elapsed === undefined)
    return `k6 makes its VUs: ${valueText(made?.vus ?? 0, 'count')} of ${valueText(made?.of ?? 0, 'count')}`
  const left = planned === undefined || elapsed > planned ? '' : `, ${seconds(planned - elapsed)} left`
  const now = windows.map(({ name, percent, rate }) => `${name} ${percent}%${rate && ` ${rate}`}`).join(', ')
  const parts = [
    `${seconds(elapsed)}${left}`,
    now || 'finishing',
    `${valueText(complete, 'count')} iterations`,
    `${vus}/${vusMax} VUs busy`,
    ...(interrupted > 0 ? [`${interrupted} interrupted`] : []),
  ]
  return parts.join(' · ')
}

export function progressView({
  progress: screen,
  live,
  size,
  note,
}: Pick<Terminal, 'progress' | 'live' | 'size' | 'note'>): ProgressView {
  const state = noProgress()
  let ticks = 0
  const show = (): void => {
    const line = progressLine(state)
    if (live) {
      screen.wipe()
      // A line that wraps could not be wiped.
      screen.draw([line.slice(0, size().columns - 1)])
    } else if (ticks % PLAIN_SECONDS === 0) note(line)
    ticks += 1
  }
  return {
    feed(lines) {
      // k6 writes the lines of one second at once.
      const fresh = lines.filter((line) => readProgress(state, line)).length > 0
      if (fresh) show()
    },
    note(line) {
      screen.wipe()
      note(line)
    },
    end: screen.wipe,
  }
}
