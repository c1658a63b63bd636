import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { failureSamples } from '../../../../cli/results/failure-samples.ts'

const line = (more: object): string =>
  `2026-01-02T03:04:05Z WARNING loadgate failure ${JSON.stringify({ window: 'spike', endpoint: 'health', class: 'timeout', status: 0, why: 'did not come', body: '', ...more })}`

describe('failureSamples', () => {
  it('groups them by class, five different ones of each', () => {
    const log = [
      'INFO something else',
      ...Array.from({ length: 9 }, (_, i) => line({ endpoint: `e${i}` })),
      line({ class: 'server_error', status: 500, body: '{"a":"}"}' }),
      line({ class: 'server_error', status: 500, body: 'another body of the same failure' }),
    ].join('\n')
    const [timeouts, errors, ...more] = failureSamples(log)
    assert.equal(more.length, 0)
    assert.deepEqual(
      timeouts?.samples.map(({ endpoint }) => endpoint),
      ['e0', 'e1', 'e2', 'e3', 'e4'],
    )
    assert.deepEqual([errors?.class, errors?.samples.length, errors?.samples[0]?.body], ['server_error', 1, '{"a":"}"}'])
  })
  it('takes any text for a log', () => {
    fc.assert(
      fc.property(fc.string(), fc.json(), (text, json) => {
        assert.ok(Array.isArray(failureSamples(`${text}\nx loadgate failure ${json}\n${text}`)))
      }),
    )
    assert.deepEqual(failureSamples('WARNING loadgate failure {"window":"a"}\nloadgate failure {cut off'), [])
  })
})
