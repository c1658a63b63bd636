/** The reconciliation against a real server that counts. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { known, unexplained } from '../../../../cli/reconcile/counters.ts'
import { startReconciliation } from '../../../../cli/reconcile/reconcile.ts'
import type { Sent } from '../../../../cli/reconcile/sent.ts'
import type { ReconciliationPlan } from '../../../../lib/run/reconciliation.ts'

/** Counts /health, and its own page after it has shown it. */
async function gateway(t: TestContext, page: (health: number, metrics: number, look: number) => string | undefined) {
  const counts = { health: 0, metrics: 0, looks: 0 }
  const server = createServer((_request, response) => {
    const text = page(counts.health, counts.metrics, counts.looks++)
    counts.metrics += 1
    if (text === undefined) response.writeHead(404).end()
    else response.end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const plan: ReconciliationPlan = {
    url: `http://${host}/metrics`,
    host,
    counter: 'requests_total',
    labels: { method: 'method', route: 'route', status: 'status' },
    start: false,
    promised: false,
    exclusive: false,
    instances: 1,
    insecure_tls: false,
    settle_s: 0.4,
    places: {
      health: [{ method: 'GET', host, route: '/health' }],
      metrics: [{ method: 'GET', host, route: '/metrics' }],
      rpc: [{ method: 'POST', host: '127.0.0.1:1', route: '/rpc' }],
    },
    statuses: {},
    looks: 'metrics',
    uncounted: [],
  }
  return { counts, plan }
}
const series = (route: string, count: number): string =>
  count === 0 ? '' : `requests_total{method="GET",route="${route}",status="200"} ${count}\n`
const counting = (health: number, metrics: number): string =>
  `# TYPE requests_total counter\n${series('/health', health)}${series('/metrics', metrics)}`
const sent = (count: number, more: Partial<Sent> = {}): Sent => ({ endpoint: 'health', by: 'k6', status: 200, count, ...more })

test('own looks are part of the reconciliation, and what is elsewhere is left out and named', async (t) => {
  const { counts, plan } = await gateway(t, counting)
  const reconciliation = await startReconciliation(plan, true)
  counts.health = 100
  await reconciliation.close([sent(100), sent(5, { endpoint: 'rpc' })])
  const { finding, sentences, apart, exclusive, rows } = reconciliation.file(0, 105)
  assert.equal(finding, 'reconciled', JSON.stringify(rows))
  assert.deepEqual(sentences, ['The gateway counted each of the 101 requests of this run (100 of k6, 1 of the control probe).'])
  assert.deepEqual(apart, ['rpc'])
  assert.equal(exclusive, true)
})

test('what the counter does not count is left out, and named', async (t) => {
  const { counts, plan } = await gateway(t, counting)
  const reconciliation = await startReconciliation({ ...plan, uncounted: ['refused'] }, true)
  counts.health = 100
  await reconciliation.close([sent(100), sent(30, { endpoint: 'refused', status: 403, socket: true })])
  const { finding, apart, uncounted, rows } = reconciliation.file(0, 100)
  assert.equal(finding, 'reconciled', JSON.stringify(rows))
  assert.deepEqual([apart, uncounted], [[], ['refused']])
})

test('a page at another address, with one number for all, is compared with all that was sent', async (t) => {
  let total = 7
  const page = () => `Active connections: 2\nserver accepts handled requests\n 3 3 ${total} \nReading: 0 Writing: 1\n`
  const { plan } = await gateway(t, page)
  const here = { method: 'GET', host: '127.0.0.1:2', route: '/a' }
  const status: ReconciliationPlan = {
    ...plan,
    ...{ host: here.host, counter: 'requests', pattern: '^ \\d+ \\d+ (\\d+)', looks: 'counter page' },
    labels: { method: false, route: false, status: false },
    places: { health: [here], item: [{ ...here, route: '/b/:id' }], 'counter page': [{ ...here, host: '127.0.0.1:3' }] },
  }
  const findingAfter = async (counted: number) => {
    const reconciliation = await startReconciliation(status, true)
    total += counted
    await reconciliation.close([sent(40), sent(60, { endpoint: 'item' })])
    return reconciliation.file(0, 100)
  }
  const { finding, rows, apart, sentences } = await findingAfter(100)
  assert.equal(finding, 'reconciled', sentences[0])
  assert.deepEqual([rows.length, rows[0]?.routes, apart], [1, ['all routes'], []])
  assert.equal((await findingAfter(99)).finding, 'not-reconciled')
  assert.equal((await findingAfter(101)).finding, 'not-reconciled')
  const other = await startReconciliation({ ...status, pattern: 'requests: (\\d+)', promised: true }, true)
  await other.close([sent(1)])
  assert.equal(other.file(0, 1).finding, 'unexplained')
})

test('a counter that is behind is read again until it has caught up', async (t) => {
  const { plan } = await gateway(t, (_, metrics, look) => counting(look < 3 ? 90 : 100, metrics))
  const late = { ...plan, settle_s: 5 }
  const reconciliation = await startReconciliation(late, true)
  await reconciliation.close([sent(10)])
  const { finding, rows } = reconciliation.file(0, 10)
  assert.equal(finding, 'reconciled', JSON.stringify(rows))
  assert.deepEqual(
    rows.map(({ endpoints, probe, counted }) => [endpoints[0], probe, counted]),
    [
      ['health', 0, 10],
      ['metrics', 3, 3],
    ],
  )
})

test('a counter that never catches up is not reconciled', async (t) => {
  const { counts, plan } = await gateway(t, counting)
  const reconciliation = await startReconciliation(plan, false)
  counts.health = 90
  await reconciliation.close([sent(100)])
  assert.equal(reconciliation.file(0, 100).finding, 'not-reconciled')
})

test('what k6 has cut off or not pushed is tolerated, no more', async (t) => {
  const { counts, plan } = await gateway(t, counting)
  const reconciliation = await startReconciliation(plan, true)
  counts.health = 105
  await reconciliation.close([sent(100)])
  assert.equal(reconciliation.file(3, 102).finding, 'reconciled')
  assert.deepEqual(reconciliation.file(3, 102).tolerance, { interrupted: 3, unpushed: 2 })
  assert.equal(reconciliation.file(3, 101).finding, 'not-reconciled')
  assert.equal(reconciliation.file(0, undefined).finding, 'not-reconciled')
})

test('several generators do not own the gateway, not even their own', async (t) => {
  const { counts, plan } = await gateway(t, counting)
  const reconciliation = await startReconciliation({ ...plan, exclusive: true, instances: 2 }, true)
  counts.health = 200
  await reconciliation.close([sent(100)])
  const { finding, exclusive, sentences } = reconciliation.file(0, 100)
  assert.deepEqual([finding, exclusive], ['reconciled', false])
  assert.match(sentences[0] ?? '', /and 100 of others\.$/)
})

test('where nothing can be compared the reason is said', async (t) => {
  const why = async (
    plan: Parameters<typeof startReconciliation>[0],
    sentNow: Parameters<Awaited<ReturnType<typeof startReconciliation>>['close']>[0],
    expected: 'not-checked' | 'unexplained' = 'not-checked',
  ) => {
    const reconciliation = await startReconciliation(plan, false)
    await reconciliation.close(sentNow)
    const { finding, sentences, rows, advice } = reconciliation.file(0, 1)
    assert.deepEqual([finding, rows], [expected, []])
    assert.equal(advice === '', expected === 'not-checked')
    return sentences[0]
  }
  const NOT = "The gateway's own count was not compared with k6's:"
  const { plan } = await gateway(t, () => 'other 1\n')
  assert.equal(await why(undefined, []), `${NOT} the script does not say where its requests go.`)
  assert.equal(await why({ none: 'the target has no metrics' }, []), `${NOT} the target has no metrics.`)
  assert.equal(await why(plan, known('the run was not recorded')), `${NOT} the run was not recorded.`)
  assert.equal(await why(plan, [sent(1)]), `${NOT} its page of metrics has no requests_total.`)
  const missing = await gateway(t, () => undefined)
  assert.match((await why(missing.plan, [])) ?? '', /\/metrics: it answers 404\.$/)
  // Nobody has said that it would be so.
  assert.match((await why({ ...plan, url: 'http://127.0.0.1:1/metrics' }, [], 'unexplained')) ?? '', /ECONNREFUSED/)
  const ended = unexplained('the control probe ended without telling what it had sent')
  assert.match((await why(plan, ended, 'unexplained')) ?? '', /the control probe ended/)
  assert.equal(await why(unexplained('nobody could be asked'), [], 'unexplained'), `${NOT} nobody could be asked.`)
  const promised = { promised: true }
  assert.match((await why({ ...plan, ...promised }, [sent(1)], 'unexplained')) ?? '', /has no requests_total/)
  assert.match((await why({ ...missing.plan, ...promised }, [], 'unexplained')) ?? '', /it answers 404/)
})

test('what the page had before the run and has no more takes the evidence away: labels, the counter, the page', async (t) => {
  const PAGE = 'requests_total{method="GET",route="/health",status="200"} 5\n'
  for (const [later, why] of [
    [PAGE.replace('route=', 'path='), /requests_total has no label route, only method, path, status/],
    ['other 1\n', /had requests_total before the run, and has it no more/],
    ['<html>not now</html>', /had requests_total before the run, and has it no more/],
    [PAGE.replace('"} 5', '"} 1'), /was started anew during the run/],
    [undefined, /it answers 404/],
  ] as const) {
    let page: string | undefined = PAGE
    const { plan } = await gateway(t, () => page)
    const reconciliation = await startReconciliation(plan, false)
    page = later
    await reconciliation.close([sent(1)])
    const { finding, sentences } = reconciliation.file(0, 1)
    assert.equal(finding, 'unexplained', String(later))
    assert.match(sentences[0] ?? '', why)
  }
})
