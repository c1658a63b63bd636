/** How k6's end of test reads, and its JUnit file. `node build.mjs --summary=jslib` puts presentation-jslib.ts in its place. */
import { visible } from '../base/escape.ts'
import { wrapped } from '../base/wrap.ts'
import { junit } from './junit.ts'
import type { RunSummary } from './model.ts'
import { summaryLines } from './text.ts'

export const presentText = (summary: RunSummary, _data: unknown, width: number): string =>
  summaryLines(summary)
    .flatMap((line) => wrapped(visible(line), width))
    .join('\n')
export const presentJunit = (summary: RunSummary, _data: unknown): string => junit(summary)
