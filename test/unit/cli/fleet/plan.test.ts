/** The plan that a listening judge is given: what it is read for, and what is done with it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../../../cli/commands/cli.ts'
import { parseReconciliation } from '../../../../cli/reconcile/reconciliation-model.ts'
import { parseVerdict } from '../../../../cli/results/verdict-model.ts'
import type { RunPlan } from '../../../../lib/run/run-plan.ts'
import { fine, instance, planOfFleet } from '../../lib/summary/instances.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'
import { runPlan } from '../run-plan.ts'

const COLLECTOR_TOKEN = 'a token that nobody guesses'
const FLEET = planOfFleet(2)

/** A page of metrics that counts looks at it, and what a test says that it has answered. */
async function countingGateway(t: TestContext) {
  const counts = { health: 0, resource: 0 }
  let looks = 0
  const server = createServer((_request, response) => {
    const series = Object.entries({ health: counts.health, 'r/:id': counts.resource, metrics: looks })
    looks += 1
    const lines = series.map(([route, count]) => `requests_total{method="GET",route="/${route}",status="200"} ${count}\n`)
    response.end(`# TYPE requests_total counter\n${lines.join('')}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { counts, host: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function planAt(host: string, more: Partial<RunPlan> = {}): RunPlan {
  const place = (route: string) => [{ method: 'GET', host, route }]
  return runPlan({
    ...{ script: 'burst', instances: 2, gates: [...FLEET.gates], target: { name: 'reference', base_url: 'http://127.0.0.1:1' } },
    windows: FLEET.windows.map(({ name, start, duration }) => ({ name, start, duration })),
    reconciliation: {
      ...{ url: `http://${host}/metrics`, host, counter: 'requests_total', start: false, promised: true, exclusive: true },
      ...{ instances: 2, insecure_tls: false, settle_s: 0.2, looks: 'metrics', uncounted: [], statuses: { health: [200] } },
      labels: { method: 'method', route: 'route', status: 'status' },
      places: { health: place('/health'), resource: place('/r/:id'), metrics: place('/metrics') },
    },
    ...more,
  })
}

interface Judging {
  words?: string[]
  env?: NodeJS.ProcessEnv
  /** The places from 1 of those that post. */
  come?: number[]
  /** What happens before the first of them comes. */
  meanwhile?(): void
}

async function judged(t: TestContext, plan: unknown, { words = [], env = {}, come = [1, 2], meanwhile }: Judging = {}) {
  const folder = folderOf(t)
  const file = put(join(folder, 'plan.json'), typeof plan === 'string' ? plan : JSON.stringify(plan))
  const { terminal, printed, noted } = quietTerminal()
  const posted: Promise<unknown>[] = []
  const note = (line: string): void => {
    terminal.note(line)
    const [, url] = /^Listening on (\S+)/.exec(line) ?? []
    if (url === undefined) return
    meanwhile?.()
    const headers = { authorization: `Bearer ${COLLECTOR_TOKEN}` }
    for (const place of come) {
      const body = JSON.stringify(instance(place, FLEET, fine(FLEET)))
      posted.push(fetch(`${url}/instances`, { method: 'POST', body, headers }))
    }
  }
  const results = join(folder, 'results')
  const own = ['judge', '--listen', '127.0.0.1:0', '--instances', '2', '--plan', file, '--patience', '200ms', '--wait', '5s']
  const code = await cli(
    [...own, '--results', results, ...words],
    madeUpProject(t),
    { ...terminal, note },
    { COLLECTOR_TOKEN, ...env },
  )
  await Promise.all(posted)
  const [name = ''] = code === 2 ? [] : readdirSync(results)
  const read = (file: string): string => readFileSync(join(results, name, file), 'utf8')
  return { code, said: [...printed, ...noted].join('\n'), read, file }
}

test('the gateway’s own count is held against what all instances have sent', async (t) => {
  const { counts, host } = await countingGateway(t)
  const gain = (health: number) => () =>
    void Object.assign(counts, { health: counts.health + health, resource: counts.resource + 500 })
  const good = await judged(t, planAt(host), { meanwhile: gain(500) })
  assert.equal(good.code, 0, good.said)
  const { finding, exclusive } = parseReconciliation(good.read('reconciliation.json'))
  assert.deepEqual([finding, exclusive], ['reconciled', true])
  assert.match(good.said, /^reconciliation {2}The gateway counted each of the 1,00\d requests of this run/m)
  const short = await judged(t, planAt(host), { meanwhile: gain(493) })
  assert.equal(short.code, 3, short.said)
  assert.equal(parseVerdict(short.read('verdict.json')).reasons[0]?.code, 'not_reconciled')
  assert.match(short.said, /health .*: 500 answers came and the gateway counted 493: 7 came from somewhere else/)
})

test('where one is missing, what all have sent is not known, and that it is missing is the reason', async (t) => {
  const { host } = await countingGateway(t)
  const run = await judged(t, planAt(host), { come: [2] })
  const { reasons } = parseVerdict(run.read('verdict.json'))
  assert.deepEqual([run.code, reasons.map(({ code }) => code)], [3, ['instance_missing']])
  assert.equal(parseReconciliation(run.read('reconciliation.json')).finding, 'not-checked')
})

test('a plan of another run is no witness', async (t) => {
  const { host } = await countingGateway(t)
  const windows = [{ name: 'spike', start: 0, duration: 11 }]
  const run = await judged(t, planAt(host, { script: 'http', windows, gates: [] }))
  const [first] = parseVerdict(run.read('verdict.json')).reasons
  assert.deepEqual([run.code, first?.code], [3, 'plan_differs'])
  assert.match(first?.sentence ?? '', /other script, windows, limits than the instances/)
})

test('without a plan, one line says that neither was looked at, and how to have it', async (t) => {
  const folder = folderOf(t)
  for (const place of [1, 2]) {
    mkdirSync(join(folder, `${place}`))
    writeFileSync(join(folder, `${place}`, 'instance.json'), JSON.stringify(instance(place, FLEET, fine(FLEET))))
  }
  const { terminal, printed } = quietTerminal()
  const words = ['judge', folder, '--instances', '2', '--results', join(folder, 'results')]
  assert.equal(await cli(words, madeUpProject(t), terminal, {}), 0)
  assert.match(printed.join('\n'), /^reconciliation .*the run was over when it was judged, so no control probe ran either/m)
})

test('what the plan cannot be is said before anything is sent', async (t) => {
  const { host } = await countingGateway(t)
  const stranger = {
    ...planAt(host).control,
    endpoints: {
      health: {
        method: 'GET',
        statuses: [200],
        authorized: false,
        requests: [{ url: 'http://gateway.example.com/health', headers: {} }],
      },
    },
  }
  const cases: readonly (readonly [plan: unknown, says: RegExp, more?: Judging])[] = [
    ['{', /plan\.json: expected JSON/],
    [{}, /plan\.json: schema: /],
    [
      { ...planAt(host), schema: 'loadgate.plan/1' },
      /plan\.json: schema: expected one of "loadgate.plan\/3", found "loadgate.plan\/1"/,
    ],
    [
      planAt(host, { control: { windows: [], endpoints: { health: {} } } } as unknown as Partial<RunPlan>),
      /plan\.json: control: not what/,
    ],
    [
      planAt(host, { reconciliation: { url: `http://${host}/` } } as unknown as Partial<RunPlan>),
      /plan\.json: reconciliation: not what this version writes/,
    ],
    [planAt(host, { instances: 3 }), /plan\.json: instances: made with INSTANCES=3, and --instances is 2/],
    [
      planAt(host, { target: { name: 'mine', base_url: 'http://127.0.0.1:1' } }),
      /target\.name: made for "mine", and the judge has "reference"/,
    ],
    [
      planAt(host),
      /target\.base_url: made for http:\/\/127\.0\.0\.1:1, and BASE_URL/,
      { env: { BASE_URL: 'http://127.0.0.1:2' } },
    ],
    [
      planAt(host, { control: stranger } as Partial<RunPlan>),
      /control\.endpoints\.health: http:\/\/gateway\.example\.com\/health is neither loopback/,
    ],
    [planAt('gateway.example.com'), /reconciliation\.url: http:\/\/gateway\.example\.com\/metrics is neither loopback/],
    [planAt(host), /setting TIMEOUT: expected/, { env: { TIMEOUT: 'long' } }],
  ]
  for (const [plan, says, more] of cases) {
    const run = await judged(t, plan, more)
    assert.equal(run.code, 2, run.said)
    assert.match(run.said, says)
  }
  const { terminal, noted } = quietTerminal()
  const folders = await cli(['judge', folderOf(t), '--instances', '2', '--plan', 'x'], madeUpProject(t), terminal, {})
  assert.deepEqual([folders, /--plan: is for judge --listen/.test(noted.join('\n'))], [2, true])
})
