/** Bundles for k6 Cloud: what the real k6 puts into an archive is what the plan says. Nothing is sent. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { extract } from 'tar'
import { planIn } from '../../cli/k6/inspect.ts'
import { found } from '../../cli/k6/provision.ts'
import type { Gate } from '../../lib/gates/model.ts'
import { lateThreshold, thresholdsOf } from '../../lib/gates/threshold.ts'

const { path: k6 } = (await found(process.env)) ?? assert.fail('no k6')
const folder = mkdtempSync(join(tmpdir(), 'loadgate-e2e-'))
after(() => rmSync(folder, { recursive: true }))
const ask = (program: string, words: string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] })

interface K6Options {
  thresholds: Record<string, string[]>
  cloud?: object
}

async function archived(bundle: string, words: string[]): Promise<K6Options> {
  const file = join(folder, 'archive.tar')
  ask(k6, ['archive', ...words, '-O', file, bundle])
  await extract({ file, cwd: folder, filter: (path) => path === 'metadata.json' })
  return (JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')) as { options: K6Options }).options
}

const sorted = (all: readonly { metric: string; expression: string }[]): string[] =>
  [...new Set(all.map(({ metric, expression }) => `${metric}: ${expression}`))].sort()
const inArchive = ({ thresholds }: K6Options): string[] =>
  sorted(Object.entries(thresholds).flatMap(([metric, expressions]) => expressions.map((expression) => ({ metric, expression }))))
const adding = (gate: Gate) =>
  gate.late !== undefined && typeof gate.stat === 'number' ? [lateThreshold(gate.late)] : thresholdsOf(gate)

test('an archive has the thresholds of the plan: all of them, and no others', async () => {
  for (const profile of ['smoke', 'production']) {
    const words = ['-e', `PROFILE=${profile}`, '-e', 'BASE_URL=http://127.0.0.1:8080']
    const plan = planIn(ask(k6, ['inspect', ...words, 'dist/burst.js']))
    assert.ok(plan !== undefined && plan.gates.length > 10)
    assert.deepEqual(inArchive(await archived('dist/burst.js', words)), sorted(plan.gates.flatMap(thresholdsOf)), profile)
  }
})

test('built for k6 Cloud it has them in the form that adds up over all generators, and says where these are', async () => {
  const zones = 'amazon:us:ashburn=60,amazon:ie:dublin=40'
  ask(process.execPath, ['dist/loadgate.mjs', 'build', 'burst', '--out', folder, '--cloud', zones])
  const bundle = join(folder, 'burst.js')
  assert.ok(existsSync(bundle))
  const plan = planIn(ask(k6, ['inspect', bundle]))
  assert.ok(plan)
  assert.ok(plan.gates.some(({ late }) => late !== undefined))
  const options = await archived(bundle, [])
  assert.deepEqual(inArchive(options), sorted(plan.gates.flatMap(adding)))
  assert.ok(!inArchive(options).some((one) => /^http_req_duration\{.*p\(\d/.test(one)), 'a percentile is left')
  assert.deepEqual(options.cloud, {
    name: 'burst',
    distribution: {
      amazon_us_ashburn: { loadZone: 'amazon:us:ashburn', percent: 60 },
      amazon_ie_dublin: { loadZone: 'amazon:ie:dublin', percent: 40 },
    },
  })
})
