/** The top of the page: the verdict, and why in one sentence. */
import type { RunSummary } from '../../../lib/summary/model.ts'
import { valueText } from '../../../lib/summary/wording.ts'
import { seconds } from '../../base/figures.ts'
import type { Reason, Verdict, VerdictName } from '../../results/verdict-model.ts'
import { exampleText, headline } from '../../verdict/verdict-text.ts'
import { type Html, html } from './markup.ts'

const WORDS: Record<VerdictName, { title: string; sign: string; meaning: string }> = {
  pass: { title: 'Pass', sign: '✓', meaning: 'every gate held on sufficient evidence' },
  fail: { title: 'Fail', sign: '✗', meaning: 'the gateway broke a limit' },
  invalid: { title: 'Invalid', sign: '?', meaning: 'this run cannot say whether the gateway is good' },
  usage: { title: 'Not run', sign: '!', meaning: 'the arguments or the configuration are wrong' },
}

/** ISO 8601 as people read it. */
export const when = (iso: string): string => iso.replace('T', ' ').replace(/(:\d\d)\.\d+Z$/, '$1 UTC')

/** One request that shows it, what is red by it, and what to do. */
const diagnosisOf = ({ advice, example, gates = [] }: Reason): Html => html`${
  example &&
  html`<dl class="example"><div><dt>Example</dt><dd><code>${exampleText(example)}</code></dd></div>
${example.curl && html`<div><dt>Ask again</dt><dd><code>${example.curl}</code></dd></div>`}</dl>`
}
<p class="advice">${advice}</p>
${gates.length > 0 && html`<p class="broken">Broken by it: ${gates.map((gate) => html`<span>${gate}</span> `)}</p>`}`

export function verdictHeader(verdict: Verdict, summary: RunSummary | undefined): Html {
  const { title, sign, meaning } = WORDS[verdict.verdict]
  const [first, ...others] = verdict.reasons
  const target = verdict.target.embedded ? 'embedded reference gateway' : (verdict.target.base_url ?? 'no target')
  const facts: [string, string][] = [
    ['Script', `${verdict.script}${summary ? ` (${summary.profile})` : ''}`],
    ['Target', target],
    ['Started', when(verdict.started_at)],
    ...(summary
      ? ([
          ['Lasted', seconds(summary.duration_s)],
          ['Requests', valueText(summary.totals.sent, 'count')],
          ['Dropped', valueText(summary.totals.dropped, 'count')],
        ] as [string, string][])
      : []),
  ]
  return html`<header class="verdict ${verdict.verdict}"><div class="inner">
<p class="stamp"><span class="sign" aria-hidden="true">${sign}</span> <strong>${title}</strong> <span class="meaning">${meaning}</span></p>
<h1>${headline(verdict)}</h1>
${first && diagnosisOf(first)}
${
  others.length > 0 &&
  html`<details class="others"${others.length <= 3 && html` open`}><summary>${others.length === 1 ? 'One more reason' : `${others.length} more reasons`}</summary>
<ul>${others.map(({ sentence, advice }) => html`<li>${sentence} <span class="quiet">${advice}</span></li>`)}</ul></details>`
}
<dl class="key">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</div></header>`
}
