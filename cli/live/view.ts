/** Shows the run while it goes on: a block that is rewritten each second on a terminal, a line each 10 s elsewhere. */
import type { RunPlan } from '../../lib/run/run-plan.ts'
import { palette } from '../base/colour.ts'
import type { Terminal } from '../base/terminal.ts'
import { PLAIN_SECONDS, type ProgressView, progressView } from '../k6/progress-view.ts'
import { INTERVAL_S } from '../k6/push-output.ts'
import type { Recording } from '../record/recorder.ts'
import { layout } from './layout.ts'
import { line, rows } from './lines.ts'
import { type Moment, momentOf } from './moment.ts'

export interface LiveView extends ProgressView {
  /** Takes in what was recorded of another second. */
  second(recording: Recording): void
}

export function liveView(terminal: Terminal, script: string, plan: RunPlan | undefined): LiveView {
  const { progress: screen, live, size } = terminal
  // Until k6 pushes, its own word is all there is: thousands of VUs take a while to make.
  const before = progressView(terminal)
  const paint = palette(live && terminal.colour)
  let latest: Moment | undefined
  let shownAt = 0
  const draw = (): void => {
    if (latest === undefined) return
    const room = size()
    // A line that fills the last column, or the screen's last line, would move everything up.
    const lines = layout(rows(script, latest, paint), room.columns - 1, room.rows - 1, paint.dim)
    screen.draw(lines)
  }
  return {
    feed(lines) {
      if (latest === undefined) before.feed(lines)
    },
    second(recording) {
      if (latest === undefined) before.end()
      latest = momentOf(recording, plan, INTERVAL_S)
      if (live) {
        screen.wipe()
        draw()
      } else if (latest.elapsed - shownAt >= PLAIN_SECONDS - 0.5) {
        shownAt = latest.elapsed
        terminal.note(line(latest, size().columns))
      }
    },
    note(text) {
      if (latest === undefined) before.note(text)
      else {
        screen.wipe()
        terminal.note(text)
        if (live) draw()
      }
    },
    end() {
      before.end()
      screen.wipe()
    },
  }
}

/** Everything that k6 prints. */
export function rawView(terminal: Terminal): ProgressView {
  return {
    feed: terminal.progress.draw,
    note: terminal.note,
    end() {},
  }
}
