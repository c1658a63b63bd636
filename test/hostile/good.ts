/** No false alarm: a gateway that does what the contract says passes, in both forms. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { tellDisturbed, watchK6 } from '../disturbed.ts'
import { thorough } from '../thorough.ts'
import { gatewayOf, recordOf, roomOf } from './case.ts'
import { type Order, runLoadgate, type Settings, startPlain } from './runs.ts'

const record = recordOf('good')

/** GOOD_RUNS=20 makes so many runs of each script. */
const RUNS = Number(process.env.GOOD_RUNS ?? 1)

/**
 * Makes the tests of a script: its own limits are held.
 * @param name the script; what stands behind a comma tells a variant of it, which `npm test` leaves out
 * @param env the sizes that its limits need
 */
export function passes(name: string, env: Settings): void {
  const [script = '', variant] = name.split(',')
  const orderOf = async (t: TestContext): Promise<Order> => {
    const { url } = await gatewayOf(t, script)
    return { script, url, folder: roomOf(t).folder, env, flags: [] }
  }
  const made = variant === undefined ? test : thorough
  for (let n = 1; n <= RUNS; n++)
    made(`${name}, loadgate run${RUNS > 1 ? `, ${n} of ${RUNS}` : ''}`, async (t) => {
      const run = await runLoadgate(await orderOf(t))
      const { verdict, code, k6, headline } = run
      record(name, 'loadgate', { script, verdict, code, k6, headline })
      tellDisturbed(t, verdict === 'invalid' ? run.starved : null)
      assert.equal(run.verdict, 'pass', run.err + run.out)
      assert.equal(run.code, 0)
    })
  thorough(`${name}, plain k6`, async (t) => {
    const { child, done } = startPlain(await orderOf(t))
    const ended = watchK6(t, child.pid)
    const run = await done
    ended(run.code)
    record(name, 'plain', { script, code: run.code })
    assert.equal(run.code, 0, run.err + run.out)
  })
}
