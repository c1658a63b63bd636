/**
 * No false alarm: a gateway that does what the contract says passes, in both forms. GOOD_RUNS=20 makes so many runs of each script;
 * one whose own evidence says that others had the cores counts as skipped, with the reason.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { thorough } from '../thorough.ts'
import { alone, beside, gatewayOf, recordOf, roomOf, tellDisturbed } from './case.ts'
import { runLoadgate, runPlain, type Settings } from './runs.ts'
import { STRICT, STRICT_FAILURE } from './sizes.ts'

const record = recordOf('good')

/** Scripts, with the sizes that their own limits need; what stands behind a comma tells two runs of one apart. */
const SCRIPTS: Readonly<Record<string, Settings>> = {
  smoke: STRICT,
  http: STRICT,
  burst: {},
  failure: STRICT_FAILURE,
  gateway: {},
  sustained: {},
  sse: {},
  a2a: {},
  'a2a, A2A 1.0': { A2A_DIALECT: 'a2a-1.0' },
  websocket: { THRESHOLDS: '', CONNECTIONS: '50', DURATION: '5s' },
  integration: { THRESHOLDS: '', RATE: '125', DURATION: '10s' },
}

/** Its limits of a hundred milliseconds are held by no server that shares two cores with three other runs. */
const ALONE = ['gateway']
const RUNS = Number(process.env.GOOD_RUNS ?? 1)

describe('a right gateway', { concurrency: true }, () => {
  for (const [name, env] of Object.entries(SCRIPTS)) {
    const [script = ''] = name.split(',')
    for (let n = 1; n <= RUNS; n++)
      test(`${name}, loadgate run${RUNS > 1 ? `, ${n} of ${RUNS}` : ''}`, async (t) => {
        const turn = ALONE.includes(script) ? alone : beside
        const run = await turn(async () => {
          const { url } = await gatewayOf(t, script)
          return runLoadgate({ script, url, folder: roomOf(t).folder, env, flags: [] })
        })
        const { verdict, code, k6, headline } = run
        record(name, 'loadgate', { script, verdict, code, k6, headline })
        tellDisturbed(t, run)
        assert.equal(run.verdict, 'pass', run.err + run.out)
        assert.equal(run.code, 0)
      })
    thorough(`${name}, plain k6`, async (t) => {
      const judged = async () => {
        const { url } = await gatewayOf(t, script)
        const run = await runPlain({ script, url, folder: roomOf(t).folder, env, flags: [] })
        record(name, 'plain', { script, code: run.code })
        return run
      }
      let run = await beside(judged)
      // Plain k6 cannot say that others had the cores: by itself it must pass.
      if (run.code !== 0) {
        t.diagnostic(`made once more, alone: it ended with ${run.code}`)
        run = await alone(judged)
      }
      assert.equal(run.code, 0, run.err + run.out)
    })
  }
})
