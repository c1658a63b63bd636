/** Shows the run while it goes on: a block that is rewritten each second on a terminal, a line each 5 s elsewhere. */
import { stripVTControlCharacters } from 'node:util'
import pc from 'picocolors'
import { type ProgressView, progressView } from '../progress.ts'
import { INTERVAL_S } from '../recorder/k6-output.ts'
import type { RunPlan } from '../recorder/plan.ts'
import type { Recording } from '../recorder/recorder.ts'
import type { Terminal } from '../terminal.ts'
import { block, line } from './lines.ts'
import { type Moment, momentOf } from './moment.ts'

const PLAIN_SECONDS = 5

export interface LiveView extends ProgressView {
  /** Takes in what was recorded of another second. */
  second(recording: Recording): void
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour text begin with one
const COLOUR = /(\u001b\[\d+m)/

/** Cut to a width that is counted without colours; colours end with the line. */
export function fit(text: string, width: number): string {
  if (stripVTControlCharacters(text).length <= width) return text
  let [cut, seen] = ['', 0]
  for (const part of text.split(COLOUR)) {
    const room = part.startsWith('\u001b') ? part.length : width - seen
    cut += part.slice(0, room)
    if (!part.startsWith('\u001b')) seen += Math.min(part.length, room)
  }
  return cut
}

export function liveView(terminal: Terminal, script: string, plan: RunPlan | undefined): LiveView {
  const { progress: out, live, columns } = terminal
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
    const lines = block(script, latest, paint).map((text) => fit(text, columns() - 1))
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
