/** Two runs of the benchmarks side by side, figure by figure. */
import type { Spread } from '../../lib/benchmarks/benchmarks.ts'
import { columns } from '../../lib/summary/text.ts'
import { valueText } from '../../lib/summary/wording.ts'
import { EXIT } from '../base/errors.ts'
import type { Terminal } from '../base/terminal.ts'
import { findBenchmarks } from './benchmarks-file.ts'
import { type Change, changesBetween, FIGURES, type Judgement } from './changes.ts'

const WORDS: Readonly<Record<Judgement, string>> = {
  better: 'better',
  worse: 'worse',
  spread: '',
  missing: 'cannot be compared',
}

const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)} %`

function row({ benchmark, figure, earlier, later, share, judgement }: Change): string[] {
  const { text, unit } = FIGURES[figure]
  const spread = (of: Spread | undefined) =>
    of === undefined ? '-' : `${valueText(of.median, unit)} (${valueText(of.min, unit)} to ${valueText(of.max, unit)})`
  return [benchmark, text, spread(earlier), spread(later), percent(share), WORDS[judgement]]
}

/** @returns 99 where a figure is worse by more than the spread of both runs, or is gone */
export function compareBenchmarks(earlier: string, later: string | undefined, parent: string, terminal: Terminal): number {
  const [before, after] = [findBenchmarks(earlier, parent), findBenchmarks(later, parent)]
  const changes = changesBetween(before.content, after.content)
  terminal.print(`earlier  ${before.content.finished_at}  ${before.file}`)
  terminal.print(`later    ${after.content.finished_at}  ${after.file}`)
  terminal.print('')
  const head = ['benchmark', 'figure', 'earlier', 'later', 'change', '']
  for (const line of columns([head, ...changes.map(row)], [4])) terminal.print(line)
  terminal.print('')
  const count = (judgement: Judgement) => changes.filter((change) => change.judgement === judgement).length
  const gone = changes.filter(({ judgement, later: now }) => judgement === 'missing' && now === undefined).length
  terminal.print(
    `${count('worse')} worse, ${count('better')} better, ${count('spread')} within the spread of their rounds` +
      (count('missing') > 0 ? `, ${count('missing')} cannot be compared` : ''),
  )
  return count('worse') + gone > 0 ? EXIT.fail : EXIT.pass
}
