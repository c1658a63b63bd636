/** The run plan says what k6 reads from the scenarios, for every script and profile. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { planIn } from '../../cli/k6/inspect.ts'
import { found } from '../../cli/k6/provision.ts'
import { thresholdsOf } from '../../lib/gates/threshold.ts'
import { offeredAt } from '../../lib/windows/offered.ts'

const { path: k6 } = (await found(process.env)) ?? assert.fail('no k6')
const SCRIPTS = readdirSync('scripts').map((file) => file.replace(/\.ts$/, ''))
const PROFILES = ['smoke', 'ci', 'production']

for (const script of SCRIPTS)
  describe(`the plan of ${script}`, () => {
    for (const profile of PROFILES)
      it(`(${profile}) has k6's own number of VUs, and offers in its windows what they plan`, () => {
        const printed = execFileSync(
          k6,
          ['inspect', '--execution-requirements', '-e', `PROFILE=${profile}`, `dist/${script}.js`],
          { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] },
        )
        const required = JSON.parse(printed) as { maxVUs: number }
        const plan = planIn(printed)
        assert.ok(plan)
        const { thresholds } = JSON.parse(printed) as { thresholds: Record<string, string[]> }
        // k6 has sorted what it was told: the gates must still be those of its thresholds.
        for (const { metric, expression } of plan.gates.flatMap(thresholdsOf))
          assert.ok(thresholds[metric]?.includes(expression), `${metric}: ${expression}`)
        assert.equal(plan.vus, required.maxVUs)
        const starts = plan.windows.flatMap(({ start, duration }) => [start, start + duration / 2])
        const highest = Math.max(0, ...starts.map((at) => offeredAt(plan.windows, at) ?? 0))
        assert.ok(plan.rate >= highest && plan.rate <= highest * 1.0001, `peak ${plan.rate}, seen ${highest}`)
      })
  })
