import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { differencesOf, failuresOf } from '../../../../cli/generator/differences.ts'
import type { ProbeSample } from '../../../../cli/generator/probe-protocol.ts'
import type { FailureClass } from '../../../../lib/base/outcome.ts'
import type { GateResult } from '../../../../lib/gates/model.ts'
import { stat } from '../../lib/gates/told.ts'
import { green, row, summaryOf } from '../run-facts.ts'

const samples = (count: number, failure: FailureClass | null, endpoint = 'health', waited = 2, late = 0): ProbeSample[] =>
  Array.from({ length: count }, (_, i) => ({ at: i, endpoint, ms: waited, waited, late, failure }))
/** Under way when the probe ended. */
const cut = (count: number): ProbeSample[] => samples(count, null, 'health', 4000).map((sample) => ({ ...sample, ms: null }))
const errorRate = (limit: number, more: Partial<GateResult> = {}) =>
  green({ key: 'error_rate', ...stat(`count<=${limit * 500}`), unit: 'share', limit, measured: 0, ...more })
const example = { endpoint: 'health', class: 'server_error', status: 500, why: 'has status 500, not 200' } as const

function found(
  probed: ProbeSample[],
  more: { k6?: Parameters<typeof row>[0]; gates?: GateResult[]; due?: number; cpuStarved?: boolean } = {},
) {
  const place = {
    row: row(more.k6),
    samples: probed.filter(({ endpoint }) => endpoint === 'health'),
    due: more.due ?? 0,
    cpuStarved: more.cpuStarved ?? false,
  }
  return differencesOf([place], probed, [example], summaryOf(more.gates ?? []))
}

describe('what the probe saw fail and k6 did not', () => {
  it('proves the gateway, where that answered: 53 of 80 beside none of 500', () => {
    const [only, ...others] = found([...samples(53, 'server_error'), ...samples(27, null)])
    assert.equal(others.length, 0)
    assert.equal(only?.proves, true)
    assert.equal(
      only?.sentence,
      'The control probe was answered incorrectly or cut off 53 of 80 times for health in window spike (server_error 53), k6 0 of 500 times: the gateway does not treat all who ask alike; for example, an answer has status 500, not 200.',
    )
  })

  it('proves wrong content, cut and refused connections just as well, and nothing by what hangs on time or the way', () => {
    for (const failure of ['failed_check', 'client_error', 'rpc_error', 'reset', 'refused'] as const)
      assert.equal(found([...samples(20, failure), ...samples(60, null)])[0]?.proves, true, failure)
    for (const failure of ['timeout', 'dns', 'tls'] as const)
      assert.equal(found([...samples(20, failure), ...samples(60, null)])[0]?.proves, false, failure)
  })

  it('is nothing where it is no more than chance, k6 saw as much, or the limits allow it', () => {
    assert.deepEqual(found([...samples(1, 'server_error'), ...samples(399, null)], { k6: { sent: 5000, ok: 5000 } }), [])
    assert.deepEqual(found([...samples(3, 'server_error'), ...samples(7, null)], { k6: { sent: 40, ok: 40 } }), [])
    const half = { sent: 500, ok: 250, failures: { server_error: 250 } }
    assert.deepEqual(found([...samples(40, 'server_error'), ...samples(40, null)], { k6: half }), [])
    assert.deepEqual(found([...samples(8, 'server_error'), ...samples(92, null)], { gates: [errorRate(0.1)] }), [])
    assert.deepEqual(found(samples(100, 'shed')), [])
  })

  it('is load that was shed to the probe alone, where the limits let none be', () => {
    const shed = (limit: number) => green({ key: 'shed_rate', ...stat('count<=0'), limit, endpoint: '*', measured: 0 })
    const some = [...samples(60, 'shed'), ...samples(20, null)]
    assert.deepEqual(found(some, { gates: [shed(0)] }), [
      {
        proves: false,
        sentence:
          'The control probe was shed (429) 60 of 80 times for health in window spike, k6 0 of 500 times: what k6 was served is not what every user is.',
      },
    ])
    assert.deepEqual(found(some, { gates: [shed(0.8)] }), [])
    assert.deepEqual(found(some, { gates: [shed(0)], k6: { sent: 500, ok: 125, failures: { shed: 375 } } }), [])
    assert.deepEqual(found([...samples(1, 'shed'), ...samples(79, null)], { gates: [shed(0)] }), [])
  })

  it('is what the limits do not allow: their smallest counts, and wrong content has one of its own', () => {
    const some = [...samples(8, 'server_error'), ...samples(92, null)]
    assert.equal(found(some, { gates: [errorRate(0.1), errorRate(0.01, { endpoint: '*' })] }).length, 1)
    assert.equal(found(some, { gates: [errorRate(0.1, { window: 'base' })] }).length, 1)
    const wrong = [...samples(8, 'failed_check'), ...samples(92, null)]
    const none = green({ key: 'failed_checks', ...stat('count<=0'), unit: 'count', limit: 0, measured: 0 })
    assert.equal(found(wrong, { gates: [errorRate(0.1), none] }).length, 1)
  })

  it('is seen over all places where each has too few', () => {
    const places = ['health', 'resource', 'resources', 'action'].map((endpoint) => ({
      row: row({ endpoint, sent: 400, ok: 400 }),
      samples: [...samples(2, 'server_error', endpoint), ...samples(38, null, endpoint)],
      due: 0,
      cpuStarved: false,
    }))
    const [only, ...others] = differencesOf(places, [], [], summaryOf([]))
    assert.equal(others.length, 0)
    assert.match(
      only?.sentence ?? '',
      /^The control probe was answered incorrectly or cut off 8 of 160 times for window spike \(server_error 8\), k6 0 of 1600/,
    )
  })

  it('counts them all, with an example of each', () => {
    assert.deepEqual(failuresOf([...samples(3, 'server_error'), ...samples(2, null)], [example]), [{ ...example, count: 3 }])
  })
})

describe('a token', () => {
  const asked = (count: number, failure: FailureClass | null) => samples(count, failure, 'auth')
  it('that k6 was given and the probe never is a difference; one that came is none', () => {
    const [only] = found([...asked(4, 'client_error')])
    assert.equal(only?.proves, true)
    assert.match(only?.sentence ?? '', /asked 4 times for a token, as k6 did, and got none/)
    assert.equal(found(asked(4, 'timeout'))[0]?.proves, false)
    assert.deepEqual(found([...asked(1, null), ...asked(3, 'client_error')]), [])
  })
})

it('a probe that was to send and has not is no witness, and a pass needs one', () => {
  const [only] = found([], { due: 40 })
  assert.equal(only?.proves, false)
  assert.match(only?.sentence ?? '', /nothing to say about health in window spike/)
  assert.deepEqual(found([], { due: 5 }), [])
  assert.match(found(cut(40), { due: 40 })[0]?.sentence ?? '', /nothing to say about health/, 'nobody knows what came of these')
})

describe('a latency limit that k6 keeps', () => {
  const limit = green({ limit: 50, measured: 20 })
  it('and the probe does not, by more than chance, is doubtful', () => {
    const [only] = found([...samples(60, null, 'health', 300), ...samples(60, null)], { gates: [limit] })
    assert.equal(only?.proves, false)
    assert.match(
      only?.sentence ?? '',
      /waited longer than the 50 ms of p95_ms for 60 of 120 answers of health in window spike, where k6 read 20 ms/,
    )
  })
  it('and the probe does not while it still waits when the run ends, is doubtful', () => {
    assert.match(
      found([...cut(40), ...samples(60, null)], { gates: [limit] })[0]?.sentence ?? '',
      /waited longer than the 50 ms of p95_ms for 40 of 100 answers/,
    )
    assert.deepEqual(found([...cut(5), ...samples(95, null)], { gates: [limit] }), [], 'the last ones of a slow moment')
    assert.deepEqual(found([...cut(40), ...samples(60, 'server_error')], { gates: [errorRate(0)] }).length, 1)
  })
  it('and the probe does not at one endpoint, while others had the cores, is doubtful where it waited for no other', () => {
    const watched = (endpoint: string, waited: number) => ({
      ...{ row: row({ endpoint }), due: 0, cpuStarved: true, samples: samples(60, null, endpoint, waited) },
    })
    const told = (quick: number) =>
      differencesOf([watched('health', 300), watched('resource', quick)], [], [], summaryOf([{ ...limit, endpoint: '*' }])).length
    assert.equal(told(20), 1)
    assert.equal(told(200), 0, 'it waited for all')
  })
  it('is kept where the probe itself stood still, few were late, or k6 read the endpoint no quicker', () => {
    assert.deepEqual(found(samples(120, null, 'health', 300, 290), { gates: [limit] }), [])
    assert.deepEqual(found(samples(120, null, 'health', 300), { gates: [limit], cpuStarved: true }), [])
    assert.deepEqual(found([...samples(7, null, 'health', 300), ...samples(113, null)], { gates: [limit] }), [])
    const slow = { latency: { p50: 150, p95: 200, p99: 250, max: 300 } }
    assert.deepEqual(found(samples(120, null, 'health', 300), { gates: [{ ...limit, endpoint: '*' }], k6: slow }), [])
  })
})
