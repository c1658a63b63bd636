/** Shows that the run is under way: a line that is rewritten on a terminal, a new line each 5 s elsewhere. */
import { valueText } from '../lib/summary/wording.ts'
import { seconds } from './figures.ts'
import { type K6Progress, noProgress, readProgress } from './k6-progress.ts'
import type { Terminal } from './terminal.ts'

const PLAIN_SECONDS = 5

export interface ProgressView {
  /** Takes in what k6 prints. */
  feed(chunk: string): void
  /** A line of ours in between. */
  note(line: string): void
  end(): void
}

export function progressLine({ elapsed = 0, planned, vus, vusMax, complete, interrupted, windows }: K6Progress): string {
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

export function progressView({ progress: out, live, note }: Pick<Terminal, 'progress' | 'live' | 'note'>): ProgressView {
  const state = noProgress()
  let rest = ''
  let shown = 0
  let plainAt = 0
  const wipe = (): void => {
    if (shown > 0) out.write(`\r${' '.repeat(shown)}\r`)
    shown = 0
  }
  const show = (): void => {
    const line = progressLine(state)
    if (live) {
      wipe()
      out.write(line)
      shown = line.length
    } else if ((state.elapsed ?? 0) >= plainAt) {
      plainAt = Math.floor((state.elapsed ?? 0) / PLAIN_SECONDS + 1) * PLAIN_SECONDS
      note(line)
    }
  }
  return {
    feed(chunk) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      // k6 writes the lines of one second at once.
      const fresh = lines.filter((line) => readProgress(state, line)).length > 0
      if (fresh) show()
    },
    note(line) {
      wipe()
      note(line)
    },
    end: wipe,
  }
}
