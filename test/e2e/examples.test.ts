/** The examples, as their reader would run them: green against a right gateway, and red where it is wrong. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { thoroughly } from '../thorough.ts'
import { loadgate, withFaults } from './loadgate-run.ts'
import { folderOf } from './script-run.ts'

const FOLDER = new URL('../../examples/', import.meta.url).pathname
const EXAMPLES = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.ts') ? [file.replace('.ts', '')] : []))
const runs = (name: string, ...words: string[]): string[] => ['run', join(FOLDER, `${name}.ts`), '--profile', 'smoke', ...words]

/** What turns each of them red, and where. */
const RED: Readonly<Record<string, { faults: readonly Readonly<Record<string, string | number>>[]; gate: RegExp }>> = {
  items: { faults: [{ name: 'empty_object', endpoint: 'resource', share: 0.2 }], gate: /steady \/ item +failed checks/ },
  login: { faults: [{ name: 'empty_object', endpoint: 'webhook_stats', share: 0.2 }], gate: /flow \/ look +failed checks/ },
  sizes: { faults: [{ name: 'empty_object', endpoint: 'resources', share: 0.2 }], gate: /steady \/ page +failed checks/ },
}

thoroughly('examples', { concurrency: 1 }, () => {
  it('are those that are tested here, and short', () => {
    assert.deepEqual(Object.keys(RED).sort(), EXAMPLES.sort())
    assert.ok(readFileSync(join(FOLDER, 'items.ts'), 'utf8').split('\n').length <= 33)
  })
  for (const name of EXAMPLES) {
    it(`${name} passes`, async (t) => {
      const run = await loadgate(t, runs(name))
      assert.equal(run.code, 0, run.out)
      assert.equal(run.verdict().script, name)
      assert.match(run.out, new RegExp(`^repeat +npx loadgate run .*examples/${name}\\.ts --profile smoke$`, 'm'))
      // The gateway's own count is held against what was sent, as for every script.
      assert.match(run.out, /^reconciliation +The gateway counted each of the \d+ requests/m)
      assert.ok(run.has('report.html') && run.series().script === name)
    })
    it(`${name} is red where it should be`, async (t) => {
      const { faults, gate } = RED[name] ?? assert.fail(name)
      const run = await loadgate(t, runs(name, ...withFaults(...faults)))
      assert.equal(run.code, 99, run.out)
      assert.match(run.out, new RegExp(`✗ +${gate.source}`))
    })
  }
  it('a limit on a metric of its own turns sizes red', async (t) => {
    const file = join(await folderOf(t), 'limits.json')
    const why = 'Smaller than any page.'
    const limits = { windows: { steady: { '*': { error_rate: 0.001, why } } }, metrics: { page_bytes: { p95: 100, why } } }
    writeFileSync(file, JSON.stringify(limits))
    const run = await loadgate(t, runs('sizes', '--thresholds', file))
    assert.equal(run.code, 99, run.out)
    assert.match(run.out, /✗ +page_bytes +p95/)
  })
})
