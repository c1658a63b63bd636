/** The run plan that `loadgate judge` is given in a file: read, and held against what the instances say that they have run. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../../lib/base/errors.ts'
import { forJson } from '../../lib/base/escape.ts'
import { check, parseJson } from '../../lib/base/schema.ts'
import type { Gate } from '../../lib/gates/model.ts'
import { thresholdsOf } from '../../lib/gates/threshold.ts'
import { type RunPlan, runPlanSchema } from '../../lib/run/run-plan.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { messageOf } from '../base/errors.ts'
import type { Fleet } from './fleet-model.ts'

/** What `loadgate build --plan` writes beside a bundle. */
export const planFileOf = (script: string): string => `${script}.plan.json`

/** A run plan as a file. */
export const planText = (plan: RunPlan): string => `${forJson(plan, 1)}\n`

/** @throws UsageError for a file that is none, or is one of another version */
export function readRunPlan(file: string): RunPlan {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`--plan ${file}: ${messageOf(error)}; loadgate build SCRIPT --plan writes one`)
  }
  const plan = check(runPlanSchema, parseJson(text, file), file)
  for (const key of ['control', 'reconciliation'] as const)
    if (!isWhole[key](plan))
      throw new UsageError(`${file}: ${key}: not what this version writes; make it anew (loadgate build SCRIPT --plan)`)
  return plan
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

/** What the schema takes as it comes, since only a script writes it. */
const isWhole = {
  control: ({ control: { windows, endpoints } }: RunPlan): boolean =>
    Array.isArray(windows) &&
    isObject(endpoints) &&
    Object.values(endpoints).every((endpoint) => Array.isArray(endpoint?.requests) && Array.isArray(endpoint.statuses)),
  reconciliation: ({ reconciliation }: RunPlan): boolean =>
    'none' in reconciliation ||
    (isObject(reconciliation.places) &&
      isObject(reconciliation.statuses) &&
      isObject(reconciliation.labels) &&
      Array.isArray(reconciliation.uncounted)),
}

/** Addresses that whoever follows the plan sends to, each with its place in the file. */
export function addressesIn({ control, reconciliation }: RunPlan, file: string): [where: string, url: string][] {
  const of = Object.entries(control.endpoints).flatMap(([name, { requests, described }]): [string, string][] => [
    ...requests.map(({ url }): [string, string] => [`${file}: control.endpoints.${name}`, url]),
    ...(described === undefined ? [] : [[`${file}: control.endpoints.${name}`, described.base] as [string, string]]),
  ])
  return 'none' in reconciliation ? of : [...of, [`${file}: reconciliation.url`, reconciliation.url]]
}

const asText = (gates: readonly Gate[]): string =>
  gates
    .flatMap(thresholdsOf)
    .map(({ metric, expression }) => `${metric}: ${expression}`)
    .sort()
    .join('\n')

/** In what the run of the instances was not the one that was planned. */
export function unlikePlan({ script, target, instances, gates, windows }: RunPlan, ran: RunSummary): Fleet['findings'] {
  const there = new Map(ran.windows.map((window) => [window.name, window]))
  const alike = windows.every(({ name, start, duration }) => {
    const own = there.get(name)
    return own?.start === start && own.duration === duration
  })
  const other = [
    ...(script === ran.script ? [] : ['script']),
    ...(target.base_url === ran.target.base_url ? [] : ['base URL']),
    ...(instances === ran.instances ? [] : ['INSTANCES']),
    ...(alike ? [] : ['windows']),
    ...(asText(gates) === asText(ran.gates) ? [] : ['limits']),
  ]
  if (other.length === 0) return []
  return [
    {
      code: 'plan_differs',
      sentence: `The plan that the judge was given is of another run: it has other ${other.join(', ')} than the instances.`,
      advice: 'Make it anew with the settings of the instances (loadgate build SCRIPT --plan).',
    },
  ]
}
