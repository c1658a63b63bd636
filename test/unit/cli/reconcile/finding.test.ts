import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findingOf } from '../../../../cli/reconcile/finding.ts'
import type { ReconciliationRow } from '../../../../cli/reconcile/reconciliation-model.ts'

const row = (more: Partial<ReconciliationRow> = {}): ReconciliationRow => ({
  endpoints: ['health'],
  routes: ['GET /health'],
  k6: 1000,
  probe: 20,
  unanswered: 0,
  unansweredK6: 0,
  counted: 1020,
  elsewhere: 0,
  lost: 0,
  extra: 0,
  statuses: [],
  ...more,
})
const find = (rows: ReconciliationRow[], exclusive = true) => findingOf(rows, 'requests_total', exclusive)

test('reconciled: one sentence, nothing to do', () => {
  assert.deepEqual(find([row()]), {
    finding: 'reconciled',
    sentences: ['The gateway counted each of the 1,020 requests of this run (1,000 of k6, 20 of the control probe).'],
    advice: '',
  })
})

test('answers from somewhere else are not reconciled, worst first, with what to do', () => {
  const { finding, sentences, advice } = find([
    row({ elsewhere: 1, counted: 1019 }),
    row({ endpoints: ['item'], routes: ['GET /items/:id'], elsewhere: 20, counted: 1000 }),
  ])
  assert.equal(finding, 'not-reconciled')
  assert.deepEqual(sentences, [
    'item (GET /items/:id): 1,020 answers came and the gateway counted 1,000: 20 came from somewhere else.',
    'health (GET /health): 1,020 answers came and the gateway counted 1,019: 1 came from somewhere else.',
  ])
  assert.match(advice, /^Find what answers before the gateway does/)
})

test('handshakes that the counter of a middleware cannot see are named as a likely cause', () => {
  const { advice } = find([row({ endpoints: ['websocket.no_token'], routes: [], elsewhere: 30, counted: 0 }), row()])
  assert.match(advice, /handshakes that were refused.*"route": false.*Find what answers/)
  assert.doesNotMatch(find([row({ elsewhere: 1 })]).advice, /handshakes/)
})

test('answers that were changed on the way are told by their status', () => {
  const { finding, sentences } = find([row({ elsewhere: 10, statuses: [{ status: 503, got: 10, counted: 0 }] })])
  assert.equal(finding, 'not-reconciled')
  assert.deepEqual(sentences, ['health (GET /health): 10 answers came with status 503, and the gateway counted 0 such.'])
})

test('requests counted twice are not reconciled where nobody else sends, and the traffic of others elsewhere', () => {
  const twice = row({ counted: 1045, extra: 25 })
  const { finding, sentences, advice } = find([twice])
  assert.equal(finding, 'not-reconciled')
  assert.deepEqual(sentences, [
    'health (GET /health): this run sent 1,020 requests and the gateway counted 1,045: 25 were counted twice, or somebody else sent them.',
  ])
  assert.match(advice, /^Find what sends again/)
  const shared = find([twice], false)
  assert.equal(shared.finding, 'reconciled')
  assert.deepEqual(shared.sentences, [
    'The gateway counted each of the 1,020 requests of this run (1,000 of k6, 20 of the control probe), and 25 of others.',
    'Others may send to this gateway: what it counted beyond this run is taken for theirs, and may as well have been sent again on the way.',
  ])
})

test('requests that never arrived are told and take nothing away: k6 has counted each as an error', () => {
  const { finding, sentences, advice } = find([row({ unanswered: 12, unansweredK6: 12, lost: 10, counted: 1010 })])
  assert.equal(finding, 'reconciled')
  assert.deepEqual(sentences, [
    'The gateway counted each of the 1,008 answers of this run.',
    'health (GET /health): 10 of the 12 requests without an answer never reached the gateway.',
  ])
  assert.match(advice, /^They failed on the way/)
})

test('requests that never arrived while k6 saw none of its own fail contradict it', () => {
  const { finding, sentences } = find([row({ unanswered: 12, lost: 10, counted: 1010 })], false)
  assert.equal(finding, 'not-reconciled')
  assert.deepEqual(sentences, ['health (GET /health): 10 requests never reached the gateway, and k6 saw none of its own fail.'])
  // The last ones of the probe, cut off at the end.
  assert.equal(find([row({ unanswered: 2, lost: 2, counted: 1018 })]).finding, 'reconciled')
})

test('a counter that stands still is not reconciled, whoever else sends', () => {
  for (const exclusive of [true, false]) {
    const { finding, sentences, advice } = find([row({ counted: 0, elsewhere: 1020 })], exclusive)
    assert.equal(finding, 'not-reconciled')
    assert.deepEqual(sentences, ["1,020 answers came while the gateway's own counter requests_total stood still."])
    assert.match(advice, /frozen or cached/)
  }
})
