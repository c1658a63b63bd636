/** What is posted to the judge is from outside: whatever it is, it is refused in a sentence, or it is one of the instances that a verdict is on. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { Arrival } from '../../../cli/fleet/arrivals.ts'
import { assemble } from '../../../cli/fleet/assemble.ts'
import { type Collector, startCollector } from '../../../cli/fleet/collector.ts'
import { fleetLines } from '../../../cli/fleet/fleet-text.ts'
import { readEvidence } from '../../../cli/fleet/read-evidence.ts'
import { reportPage } from '../../../cli/report/html/page.ts'
import { judge } from '../../../cli/verdict/verdict.ts'
import { resultsOf } from '../cli/report/results-of-a-run.ts'
import { factsOf } from '../cli/run-facts.ts'
import { fine, instance, planOfFleet } from '../lib/summary/instances.ts'
import { mutate, mutation } from './mutation.ts'
import { property } from './property.ts'

const PLAN = planOfFleet(2, { p95_ms: 100 })
const GOOD = JSON.stringify(instance(1, PLAN, fine(PLAN)))
const { verdict: VERDICT } = resultsOf({ seconds: 1, endpoints: 1 })
const OTHER = instance(2, PLAN, fine(PLAN))

/** All that is done with evidence, whatever stands in it. */
function lookAt(text: string): void {
  const read = readEvidence(text)
  if ('problem' in read) {
    assert.match(read.problem, /^is /)
    return
  }
  const arrivals: Arrival[] = [
    { instance: read.instance, from: '<b>' },
    { instance: OTHER, from: 'y' },
  ]
  const { fleet, summary } = assemble({ of: 2, arrivals })
  const { verdict, reasons } = judge(factsOf(summary, { fleet }))
  assert.ok(['pass', 'fail', 'invalid'].includes(verdict))
  assert.equal(verdict === 'pass', reasons.length === 0)
  assert.ok(fleetLines(fleet).length > 0)
  const page = reportPage({ verdict: VERDICT, summary, series: undefined, failures: [], fleet }, { script: '', style: '' })
  assert.ok(!page.includes('<b>'), 'nothing of it is markup')
}

property('evidence with something wrong in it', mutation, 300, (how) => {
  const mutated = mutate(GOOD, how)
  if (mutated !== undefined) lookAt(mutated.text)
})
property('any text at all', fc.oneof(fc.string(), fc.json()), 300, lookAt)

let collector: Collector
before(async () => {
  collector = await startCollector({ host: '127.0.0.1', port: 0, token: 'a token of the judge', most: 1e9, onArrival() {} })
})
after(() => collector.close())

test('the collector answers whatever it is sent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.json(),
        mutation.map((how) => mutate(GOOD, how)?.text ?? GOOD),
      ),
      fc.string(),
      async (body, clock) => {
        const headers = { authorization: 'Bearer a token of the judge', 'x-sent-at': encodeURIComponent(clock) }
        const { status } = await fetch(`${collector.url}/instances`, { method: 'POST', body, headers })
        assert.ok([201, 400].includes(status), String(status))
      },
    ),
    { numRuns: 50 },
  )
})
