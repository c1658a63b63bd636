/** Shows the run while it goes on: a block that is rewritten each second on a terminal, a line each 5 s elsewhere. */
import pc from 'picocolors'
import type { RunPlan } from '../../lib/run-plan.ts'
import { type ProgressView, progressView } from '../progress.ts'
import { INTERVAL_S } from '../recorder/k6-output.ts'
import type { Recording } from '../recorder/recorder.ts'
import type { Terminal } from '../terminal.ts'
import { layout } from './layout.ts'
import { line, rows } from './lines.ts'
import { type Moment, momentOf } from './moment.ts'

const PLAIN_SECONDS = 5

export interface LiveView extends ProgressView {
  /** Takes in what was recorded of another second. */
  second(recording: Recording): void
}

export function liveView(terminal: Terminal, script: string, plan: RunPlan | undefined): LiveView {
  const { progress: out, live, size } = terminal
  // Until k6 pushes, its own word is all there is: thousands of VUs take a while to make.
  const before = progressView(terminal)
  const paint = pc.createColors(live && terminal.colour)
  let height = 0
  let latest: Moment | undefined
  let shownAt = 0
  const wipe = (): void => {
    // Up to the first line of the block, and everything below it away.
    if (height > 0) out.write(`\u001b[${height}A\u001b[0J`)
    height = 0
  }
  const draw = (): void => {
    if (latest === undefined) return
    const room = size()
    // A line that fills the last column, or the screen's last line, would move everything up.
    const lines = layout(rows(script, latest, paint), room.columns - 1, room.rows - 1, paint.dim)
    out.write(`${lines.join('\n')}\n`)
    height = lines.length
  }
  return {
    feed(chunk) {
      if (latest === undefined) before.feed(chunk)
    },
    second(recording) {
      if (latest === undefined) before.end()
      latest = momentOf(recording, plan, INTERVAL_S)
      if (live) {
        wipe()
        draw()
      } else if (latest.elapsed - shownAt >= PLAIN_SECONDS - 0.5) {
        shownAt = latest.elapsed
        terminal.note(line(latest))
      }
    },
    note(text) {
      if (latest === undefined) before.note(text)
      else {
        wipe()
        terminal.note(text)
        if (live) draw()
      }
    },
    end() {
      before.end()
      wipe()
    },
  }
}

/** Everything that k6 prints, as it prints it. */
export function rawView(terminal: Terminal): ProgressView {
  return {
    feed: (chunk) => void terminal.progress.write(chunk),
    note: terminal.note,
    end() {},
  }
}
