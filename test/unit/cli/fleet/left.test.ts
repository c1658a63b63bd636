/** What instances that were watched have left beside their evidence: the judge of folders takes it along. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../../../cli/commands/cli.ts'
import { GENERATOR_SCHEMA, type GeneratorEvidence } from '../../../../cli/generator/evidence-model.ts'
import {
  parseReconciliation,
  RECONCILIATION_SCHEMA,
  type Reconciliation,
} from '../../../../cli/reconcile/reconciliation-model.ts'
import { parseVerdict } from '../../../../cli/results/verdict-model.ts'
import { fine, instance, planOfFleet } from '../../lib/summary/instances.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'

const FLEET = planOfFleet(2)
const reconciliation = (finding: Reconciliation['finding']): Reconciliation => ({
  ...{ schema: RECONCILIATION_SCHEMA, finding, sentences: [`It is ${finding}.`], advice: 'Look.', counter: 'requests_total' },
  ...{ exclusive: false, tolerance: { interrupted: 0, unpushed: 0 }, rows: [], apart: [], uncounted: [] },
})
const generator = (probe: number | null, ...differences: GeneratorEvidence['differences']): GeneratorEvidence => ({
  ...{ schema: GENERATOR_SCHEMA, finding: 'agree', sentence: 'They agree.', cpu_starved: null, factor: 2.5, floor_ms: 5 },
  ...{ tuning: '', cores: 2, probe_rate: probe, no_probe: null, sending_p99_ms: 0, start_lag_ms: null, headroom: null },
  ...{ windows: [], failures: [], differences },
})

/** @param left by place from 1, what stands in the folder of an instance */
async function judged(t: TestContext, left: Readonly<Record<number, Readonly<Record<string, object>>>>) {
  const folder = folderOf(t)
  for (const place of [1, 2])
    for (const [name, content] of Object.entries({ 'instance.json': instance(place, FLEET, fine(FLEET)), ...left[place] }))
      put(join(folder, 'in', String(place), name), JSON.stringify(content))
  const { terminal, printed } = quietTerminal()
  const results = join(folder, 'results')
  const words = ['judge', join(folder, 'in'), '--instances', '2', '--results', results]
  const code = await cli(words, madeUpProject(t), terminal, {})
  const read = (file: string): string => readFileSync(join(results, readdirSync(results)[0] ?? '', file), 'utf8')
  return {
    code,
    said: printed.join('\n'),
    reconciliation: parseReconciliation(read('reconciliation.json')),
    reasons: parseVerdict(read('verdict.json')).reasons,
  }
}

test('what the worst of them has left stands for the run, with its name', async (t) => {
  const good = await judged(t, {
    1: { 'reconciliation.json': reconciliation('not-checked') },
    2: { 'reconciliation.json': reconciliation('reconciled'), 'generator.json': generator(20) },
  })
  assert.equal(good.code, 0, good.said)
  assert.match(good.reconciliation.sentences[0] ?? '', /^Of instance 2 \(\S+2\): It is reconciled\.$/)
  const bad = await judged(t, {
    1: { 'reconciliation.json': reconciliation('reconciled') },
    2: { 'reconciliation.json': reconciliation('not-reconciled') },
  })
  assert.deepEqual([bad.code, bad.reasons[0]?.code], [3, 'not_reconciled'], bad.said)
  assert.match(bad.said, /The request counts do not reconcile\. Of instance 2 \(/)
})

test('a probe that saw of the gateway what k6 did not takes the pass away, whosever it was', async (t) => {
  const differs = { proves: false, sentence: 'The probe waited longer.' }
  const proves = { proves: true, sentence: 'The probe was cut off.' }
  const probes = (one: GeneratorEvidence) => judged(t, { 1: { 'generator.json': generator(20) }, 2: { 'generator.json': one } })
  const doubted = await probes(generator(20, differs))
  assert.deepEqual([doubted.code, doubted.reasons[0]?.code], [3, 'probe_disagrees'], doubted.said)
  const proved = await probes(generator(20, proves))
  assert.deepEqual([proved.code, proved.reasons[0]?.code], [99, 'clients_differ'], proved.said)
  assert.match(proved.said, /Of instance 2 \(\S+\): The probe was cut off\./)
})

test('where none of them has looked, nobody has', async (t) => {
  const run = await judged(t, { 1: { 'reconciliation.json': reconciliation('not-checked'), 'generator.json': generator(null) } })
  assert.equal(run.code, 0, run.said)
  assert.match(run.said, /^reconciliation .*the run was over when it was judged, so no control probe ran either/m)
})
