/** Several k6 that share a run are one run: what they count adds up to the gateway's own log, and none of them can be missing unseen. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from '../../cli/fleet/fleet-model.ts'
import { parseGenerator } from '../../cli/generator/evidence-model.ts'
import { parseReconciliation } from '../../cli/reconcile/reconciliation-model.ts'
import type { Verdict } from '../../cli/results/verdict-model.ts'
import { segmentAt, sequenceOf } from '../../lib/base/segment.ts'
import type { Instance } from '../../lib/summary/instance-model.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import { WHOLE } from '../thorough.ts'
import { loadgate, startLoadgate, withFaults } from './loadgate-run.ts'
import { startGateway } from './reference-gateway.ts'
import { folderOf, jsonFile, startScript } from './script-run.ts'
import { meddlingProxy } from './servers/meddling-proxy.ts'
import { until } from './until.ts'

const SCRIPT = 'test/e2e/scripts/fleet.ts'
/** Some answers take so long that no busy machine does as much, and some at one endpoint are a 500: known to the request. */
const FAULTS = withFaults(
  { name: 'latency_bimodal', endpoint: 'resource', fast_ms: 1, slow_ms: 2500, slow_percent: 10 },
  { name: 'error_500', endpoint: 'action', share: 0.3 },
)
const SMALL = ['--seed', '7', '--vus', '120', '--setup-time', '2s']

interface Answer {
  route: string
  took: number
  status: number
}

function answerLog(file: string): Answer[] {
  const { answers } = JSON.parse(readFileSync(file, 'utf8')) as { answers: [string, number, number, number][] }
  // Looks at the gateway's own count are the command's.
  return answers.map(([route, , took, status]) => ({ route, took, status })).filter(({ route }) => !route.includes('metrics'))
}

/** On a busy machine k6 begins late or is kept from the cores: of that a verdict is made, and no count is another for it. */
const beyondTime = ({ findings }: Fleet): string[] =>
  findings.map(({ code }) => code).filter((code) => code !== 'instance_apart' && code !== 'instance_limited')

const sum = <T>(of: readonly T[], figure: (one: T) => number): number => of.reduce((total, one) => total + figure(one), 0)

function late({ gates }: RunSummary, key: string): number {
  const gate = gates.find((one) => one.key === key && one.endpoint === '*')
  return Math.round((gate?.late?.measured ?? Number.NaN) * (gate?.samples ?? 0))
}

test('of any number of instances the counts are those of the gateway’s own log, to the request', async (t) => {
  for (const of of WHOLE ? [1, 2, 3, 5, 8] : [1, 3, 8]) {
    const file = join(await folderOf(t), 'answers.json')
    const words = ['run', SCRIPT, ...SMALL, '--instances', String(of), '--no-probe', ...FAULTS]
    const run = await loadgate(t, [...words, `--gateway-arg=--answer-log=${file}`])
    const summary = run.summary()
    const answers = answerLog(file)
    const said = `${of} instances: ${run.out}`
    assert.equal(summary.instances, of)
    assert.equal(summary.totals.sent, answers.length, said)
    const failed = answers.filter(({ status }) => status === 500).length
    assert.ok(failed > 0)
    assert.equal(
      sum(summary.endpoints, ({ failures }) => failures.server_error ?? 0),
      failed,
      said,
    )
    // What stands beside the window, in setup of each instance, is answered correctly.
    const beside = answers.length - sum(summary.endpoints, ({ sent }) => sent)
    assert.equal(sum(summary.endpoints, ({ ok }) => ok) + beside, answers.length - failed, said)
    const slow = answers.filter(({ took }) => took > 1500).length
    assert.ok(slow > 0)
    assert.equal(late(summary, 'p90_ms'), slow, said)
    if (of === 1) continue
    const fleet = JSON.parse(run.file('fleet.json')) as Fleet
    assert.deepEqual(beyondTime(fleet), [], said)
    assert.equal(fleet.rows.length, of)
    assert.equal(
      sum(fleet.rows, ({ sent }) => sent),
      answers.length,
    )
    const began = readdirSync(join(run.folder, 'instances')).map(
      (place) => (JSON.parse(run.file(`instances/${place}/instance.json`)) as Instance).began,
    )
    assert.equal(began.length, of)
    const spread = Math.max(...began) - Math.min(...began)
    assert.ok(spread < 900, `setup takes the first a second longer, and they began ${spread} ms apart`)
    assert.ok(run.has('series.json'), 'one recording of all of them')
    assert.equal(JSON.parse(run.file('reconciliation.json')).finding, 'reconciled', run.file('reconciliation.json'))
    // The same from the folders that each of them has left.
    const again = await loadgate(t, ['judge', run.folder, '--instances', String(of), '--results', await folderOf(t)])
    assert.equal(again.code, run.code === 3 ? again.code : run.code, again.out)
  }
})

const k6Of = (parent: number, segment: string): number | undefined =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const isChild = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent
        return isChild && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(segment)
      } catch {
        return false
      }
    })

/** FLEETS=20 loses one of three more often than npm test does, each time another of them. */
const FLEETS = Number(process.env.FLEETS || 1)

/** A run of three that is in its window, and the k6 of one of them. */
async function inItsWindow(t: TestContext, place: number) {
  const running = await startLoadgate(t, ['run', SCRIPT, '--duration', '12', '--instances', '3'])
  await until(() => / left · steady /.test(running.said()))
  const find = () => k6Of(running.child.pid ?? 0, segmentAt(place, 3))
  const pid = find()
  assert.ok(pid !== undefined, `the k6 of instance ${place}`)
  return { running, pid, isThere: () => find() === pid }
}

for (let fleet = 1; fleet <= FLEETS; fleet++) {
  const place = 1 + (fleet % 3)
  test(`one of three that is killed is named, and what is left is no smaller run (${place})`, async (t) => {
    const { running, pid } = await inItsWindow(t, place)
    process.kill(pid, 'SIGKILL')
    const run = await running.done
    assert.equal(run.code, 3, run.out)
    assert.equal(run.verdict().reasons[0]?.sentence, `Instance ${place} of 3 is missing: k6 was killed by SIGKILL.`)
  })
}

/** Longer than any machine is busy, by far. */
const STILL_MS = 3000
const AT_WORK_MS = 100

test('one of three that does not get to its work is named as its own bottleneck, and no other', async (t) => {
  const { running, pid, isThere } = await inItsWindow(t, 2)
  while (isThere()) {
    process.kill(pid, 'SIGSTOP')
    await sleep(STILL_MS)
    process.kill(pid, 'SIGCONT')
    await sleep(AT_WORK_MS)
  }
  const run = await running.done
  assert.equal(run.code, 3, run.out)
  const limited = run.verdict().reasons.filter(({ code }) => code === 'instance_limited')
  assert.equal(limited.length, 1, JSON.stringify(run.verdict()))
  assert.match(limited[0]?.sentence ?? '', /^Instance 2 of 3 \(instances\/2\) was its own bottleneck: it /)
  const { rows } = JSON.parse(run.file('fleet.json')) as Fleet
  assert.deepEqual(
    rows.map(({ outlier }) => outlier.includes('generator')),
    [false, true, false],
  )
})

test('instances of plain k6 post what they counted, and the judge ends with the verdict on all of them', async (t) => {
  const token = { COLLECTOR_TOKEN: 'only for this test, not secret' }
  const { url, requests } = await startGateway(t)
  const limits = { windows: { steady: { '*': { p95_ms: 1500, error_rate: 0.5, goodput: 0.5, why: 'for this test' } } } }
  const THRESHOLDS = await jsonFile(t, 'limits.json', limits)
  const results = await folderOf(t)
  const judge = await startLoadgate(t, ['judge', '--listen', '127.0.0.1:0', '--instances', '2', '--results', results], token)
  await until(() => judge.said().includes('Listening on'))
  const [, COLLECTOR = ''] = /Listening on (\S+)/.exec(judge.said()) ?? []
  const settings = { RATE: 110, DURATION: 10, WARMUP: 0, INSTANCES: 2, THRESHOLDS, BASE_URL: url, COLLECTOR, ...token }
  const parts = await Promise.all(
    [1, 2].map(async (place) => {
      const flags = ['--execution-segment', segmentAt(place, 2), '--execution-segment-sequence', sequenceOf(2)]
      return (await startScript(t, 'http', settings, ...flags)).done
    }),
  )
  for (const { code, output } of parts) {
    assert.equal(code, 0, output)
    assert.match(output, /Instance [12] of 2: loadgate judge says what the run means/)
    assert.match(output, /The evidence of this instance was sent to http/)
    assert.ok(!output.includes(token.COLLECTOR_TOKEN))
  }
  const { code, out } = await judge.done
  const [name = ''] = readdirSync(results)
  const read = (file: string) => JSON.parse(readFileSync(join(results, name, file), 'utf8'))
  const fleet: Fleet = read('fleet.json')
  assert.deepEqual(beyondTime(fleet), [], out)
  assert.equal(code, fleet.findings.length === 0 ? 0 : 3, out)
  assert.equal((read('summary.json') as RunSummary).totals.sent, await requests())
  for (const { clock_ms } of fleet.rows) assert.ok(clock_ms !== null && Math.abs(clock_ms) < 2000, `${clock_ms} ms`)
})

/** Two plain k6 that share a run, and a judge that has its plan. */
async function judgedByPlan(t: TestContext, url: string, more: object = {}) {
  const token = { COLLECTOR_TOKEN: 'only for this test, not secret' }
  const limits = { windows: { steady: { '*': { p50_ms: 5000, error_rate: 0.5, why: 'for this test' } } } }
  const THRESHOLDS = await jsonFile(t, 'limits.json', limits)
  const reference = JSON.parse(readFileSync('targets/reference.json', 'utf8'))
  const TARGET = await jsonFile(t, 'target.json', { ...reference, name: 'ours', reconciliation: { exclusive: true }, ...more })
  const settings = { RATE: '110', DURATION: '6', WARMUP: '1', INSTANCES: '2', THRESHOLDS, TARGET, BASE_URL: url, TIMEOUT: '4' }
  const out = await folderOf(t)
  const built = await loadgate(t, ['build', 'http', '--plan', '--out', out], settings)
  assert.equal(built.code, 0, built.out + built.err)
  assert.match(built.out, /http\.plan\.json {2}of 2 instances against http/)
  const results = await folderOf(t)
  const words = ['--listen', '127.0.0.1:0', '--instances', '2', '--plan', join(out, 'http.plan.json'), '--target', TARGET]
  const judge = await startLoadgate(t, ['judge', ...words, '--results', results], token)
  await until(() => judge.said().includes('Listening on'))
  const [, COLLECTOR = ''] = /Listening on (\S+)/.exec(judge.said()) ?? []
  await Promise.all(
    [1, 2].map(async (place) => {
      const flags = ['--execution-segment', segmentAt(place, 2), '--execution-segment-sequence', sequenceOf(2)]
      return (await startScript(t, join(out, 'http'), { ...settings, COLLECTOR, ...token }, ...flags)).done
    }),
  )
  const { code, out: said } = await judge.done
  const [name = ''] = readdirSync(results)
  const read = (file: string): string => readFileSync(join(results, name, file), 'utf8')
  const verdict: Verdict = JSON.parse(read('verdict.json'))
  const fleet: Fleet = JSON.parse(read('fleet.json'))
  return {
    code,
    said,
    fleet,
    verdict,
    reconciliation: parseReconciliation(read('reconciliation.json')),
    generator: parseGenerator(read('generator.json')),
  }
}

test('a judge that has the plan counts and probes beside the fleet: of a right gateway all of them say the same', async (t) => {
  const { url } = await startGateway(t)
  const { code, said, fleet, verdict, reconciliation, generator } = await judgedByPlan(t, url)
  assert.deepEqual(beyondTime(fleet), [], said)
  assert.equal(reconciliation.finding, 'reconciled', JSON.stringify(reconciliation))
  for (const { endpoints, k6, probe, counted } of reconciliation.rows) assert.equal(counted, k6 + probe, endpoints.join())
  assert.ok(reconciliation.exclusive && reconciliation.rows.some(({ probe }) => probe > 0))
  assert.match(
    said,
    /^reconciliation {2}The gateway counted each of the [\d,]+ requests of this run \([\d,]+ of k6, [\d,]+ of the control/m,
  )
  assert.deepEqual([generator.differences, generator.failures], [[], []])
  const [steady] = generator.windows
  assert.ok((steady?.probe?.samples ?? 0) > 20, JSON.stringify(generator))
  // It sent before the window, and after it.
  assert.ok((steady?.probe?.samples ?? 0) < reconciliation.rows.reduce((sum, { probe }) => sum + probe, 0) * 0.8)
  if (fleet.findings.length === 0 && generator.finding !== 'generator-bound')
    assert.deepEqual([code, verdict.verdict], [0, 'pass'], said)
})

test('what a proxy answers in the place of the gateway is told of a fleet, too', async (t) => {
  const gateway = await startGateway(t)
  const proxy = await meddlingProxy(t, gateway.url, { path: '/api/v1/health', how: 'answer' })
  const { code, said, verdict, reconciliation } = await judgedByPlan(t, proxy.url)
  assert.equal(code, 3, said)
  assert.equal(reconciliation.finding, 'not-reconciled')
  const row = reconciliation.rows.find(({ endpoints }) => endpoints.includes('health'))
  assert.ok(row !== undefined && row.elsewhere > 0 && row.elsewhere <= proxy.meddled(), JSON.stringify(reconciliation))
  assert.ok(
    verdict.reasons.some(({ code }) => code === 'not_reconciled'),
    said,
  )
  assert.match(said, /The request counts do not reconcile\. health .*came from somewhere else/)
})
