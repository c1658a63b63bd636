/** `summary.md`: the verdict and the gates for a pull request or a CI page. */
import { codeInMarkdown, forMarkdown, visible } from '../../lib/base/escape.ts'
import type { GateResult } from '../../lib/gates/model.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { shownGates } from '../../lib/summary/shown-gates.ts'
import { brokenText, limitText, measuredText, placeText, valueText } from '../../lib/summary/wording.ts'
import type { Fleet } from '../fleet/fleet-model.ts'
import { instanceRows } from '../fleet/fleet-text.ts'
import type { Reconciliation } from '../reconcile/reconciliation-model.ts'
import type { Reason, Verdict } from '../results/verdict-model.ts'
import { exampleText, headline } from '../verdict/verdict-text.ts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `|${' --- |'.repeat(head.length)}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
]

const gateRows = (gates: readonly GateResult[]): string[] =>
  table(
    ['', 'Where', 'Gate', 'Measured', 'Limit', 'Samples', 'Why'],
    gates.map((gate) => [
      gate.ok ? '✓' : `✗ **${brokenText(gate)}**`,
      ...[
        placeText(gate),
        gate.label,
        measuredText(gate),
        limitText(gate),
        gate.samples === null ? '' : valueText(gate.samples, 'count'),
        gate.why,
      ].map(forMarkdown),
    ]),
  )

/** GitHub and GitLab fold `details`; elsewhere it is a heading. */
function gateTable({ gates, thresholds }: RunSummary): string[] {
  const { shown, folded, foldedNames } = shownGates(gates)
  const red = gates.filter(({ ok }) => !ok).length
  return [
    '## Gates',
    '',
    `${red > 0 ? `${red} of ${gates.length} did not hold` : `All ${gates.length} held`}; limits are from ${codeInMarkdown(thresholds)}.`,
    '',
    ...(shown.length > 0 ? [...gateRows(shown), ''] : []),
    ...(folded.length > 0
      ? [
          `<details><summary>${folded.length} more held: ${forMarkdown(foldedNames)}</summary>`,
          '',
          ...gateRows(folded),
          '',
          '</details>',
          '',
        ]
      : []),
  ]
}

function endpointTable(summary: RunSummary): string[] {
  const ms = (value: number | undefined): string => (value === undefined ? '' : valueText(value, 'ms'))
  const rows = summary.endpoints.map(({ window, endpoint, sent, ok, failures, latency }) => [
    placeText({ window, endpoint }),
    valueText(sent, 'count'),
    valueText(ok, 'count'),
    ms(latency?.p50),
    ms(latency?.p95),
    ms(latency?.p99),
    Object.entries(failures)
      .map(([name, n]) => `${name} ${n}`)
      .join(', '),
  ])
  return [
    '## Endpoints',
    '',
    ...table(
      ['Where', 'Sent', 'Right', 'p50', 'p95', 'p99', 'Failures'],
      rows.map((row) => row.map(forMarkdown)),
    ),
    '',
  ]
}

function instanceTable(fleet: Fleet): string[] {
  const [head = [], ...rows] = instanceRows(fleet)
  return [
    '## Instances',
    '',
    ...table(
      head,
      rows.map((row) => row.map(forMarkdown)),
    ),
    '',
  ]
}

/** One request that shows it, what is red by it, and what to do. */
function diagnosisOf({ advice, example, gates = [] }: Reason): string[] {
  return [
    ...(example === undefined ? [] : [`Example: ${forMarkdown(exampleText(example))}`, '']),
    ...(example?.curl === undefined ? [] : [`Ask again: ${codeInMarkdown(example.curl)}`, '']),
    forMarkdown(advice),
    '',
    ...(gates.length > 0 ? ['Broken by it:', '', ...gates.map((gate) => `- ${forMarkdown(gate)}`), ''] : []),
  ]
}

/** The table says the rest. */
const SHOWN_REASONS = 4

export function summaryMarkdown(
  verdict: Verdict,
  summary: RunSummary | undefined,
  reconciliation?: Reconciliation,
  fleet?: Fleet,
): string {
  const { k6, machine } = verdict
  const [first, ...others] = verdict.reasons
  return [
    `# ${forMarkdown(verdict.script)}: ${verdict.verdict}`,
    '',
    `**${forMarkdown(headline(verdict))}**`,
    '',
    ...(first === undefined ? [] : diagnosisOf(first)),
    ...(others.length > 0 && (first?.gates ?? []).length > 0 ? ['Also:', ''] : []),
    ...others.slice(0, SHOWN_REASONS).map(({ sentence }) => `- ${forMarkdown(sentence)}`),
    ...(others.length > SHOWN_REASONS ? [`- and ${others.length - SHOWN_REASONS} more`] : []),
    ...(others.length > 0 ? [''] : []),
    ...(summary ? [...gateTable(summary), ...endpointTable(summary)] : []),
    ...(fleet === undefined ? [] : instanceTable(fleet)),
    ...(summary?.narrowed === undefined ? [] : [`Narrowed by the target: ${forMarkdown(summary.narrowed.join('; '))}.`, '']),
    ...(fleet === undefined ? [] : instanceTable(fleet)),
    ...(summary?.checked_weakly === undefined
      ? []
      : ['Checked weakly:', '', ...summary.checked_weakly.map((one) => `- ${forMarkdown(one)}`), '']),
    ...(summary && summary.not_tested.length > 0 ? [`Not tested: ${forMarkdown(summary.not_tested.join(', '))}.`, ''] : []),
    ...(reconciliation ? [`Reconciliation: ${reconciliation.sentences.map(forMarkdown).join(' ')}`, ''] : []),
    `Target ${codeInMarkdown(verdict.target.base_url ?? 'unknown')}, k6 ${forMarkdown(k6.version ?? 'unknown')}, ${machine.cpus} cores (${forMarkdown(machine.model)}), ${forMarkdown(machine.os)}, ${verdict.started_at} to ${verdict.finished_at}.`,
    '',
    'Repeat it:',
    '',
    '```sh',
    visible(verdict.command),
    '```',
    '',
  ].join('\n')
}
