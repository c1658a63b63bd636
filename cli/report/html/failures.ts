/** Failures by class, with examples. */
import type { RunSummary } from '../../../lib/summary/model.ts'
import { valueText } from '../../../lib/summary/wording.ts'
import type { FailureGroup, FailureSample } from '../../results/failure-samples.ts'
import { type Html, html, type Section } from './markup.ts'

const MEANING: Record<string, string> = {
  shed: '429 with Retry-After: the rate limiter did its work',
  failed_check: 'the status of success with content, header or protocol that is not right',
  client_error: 'a status from 400 to 499',
  server_error: 'a status from 500 up',
  rpc_error: 'an error inside an HTTP success',
  timeout: 'no answer in time',
  refused: 'nobody listened',
  reset: 'the connection broke',
  dns: 'the name could not be resolved',
  tls: 'no secure connection',
  no_answer: 'no answer, for another reason',
}

const sampleItem = ({ window, endpoint, status, why, body }: FailureSample): Html => html`<li>
<p><b>${endpoint}</b> in ${window}: <span class="status">${status === 0 ? 'no status' : `status ${status}`}</span>. The answer ${why}.</p>
${body !== '' && html`<pre tabindex="0" aria-label="Beginning of the answer">${body}</pre>`}
</li>`

/** One class of failures, with examples. */
export const failureArticle = (name: string, count: Html | string, samples: readonly FailureSample[]): Html =>
  html`<article class="failure"><h3>${name} <span class="count">${count}</span></h3>
<p class="quiet">${MEANING[name] ?? ''}</p>
${samples.length > 0 ? html`<ul class="samples">${samples.map(sampleItem)}</ul>` : html`<p class="quiet">No example was logged.</p>`}</article>`

export function failureSection(summary: RunSummary | undefined, samples: readonly FailureGroup[]): Section | undefined {
  const counts = new Map<string, number>()
  for (const { failures } of summary?.endpoints ?? [])
    for (const [name, n] of Object.entries(failures)) counts.set(name, (counts.get(name) ?? 0) + n)
  const classes = [...new Set([...counts.keys(), ...samples.map((group) => group.class)])]
  if (classes.length === 0) return undefined
  const all = [...counts.values()].reduce((a, b) => a + b, 0)
  return {
    id: 'failures',
    title: 'Failures',
    count:
      all > 0
        ? `${valueText(all, 'count')} in ${classes.length === 1 ? 'one class' : `${classes.length} classes`}`
        : 'outside the windows',
    red: all > (counts.get('shed') ?? 0),
    body: html`${classes
      .sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))
      .map((name) => {
        const count = counts.get(name) ?? 0
        const of = samples.find((group) => group.class === name)?.samples ?? []
        return failureArticle(name, count > 0 ? valueText(count, 'count') : 'outside the windows', of)
      })}`,
  }
}
