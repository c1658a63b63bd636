/**
 * SIGKILL at random moments: nothing is left running, a verdict is whole or not there, and it is never a pass.
 * KILLS=50 kills more runs than npm test does; KILL_SEED=… makes the same moments again.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { seeded } from '../../lib/base/random.ts'
import { type Kill, type Killed, killed } from './kills.ts'
import { loadgate } from './loadgate-run.ts'
import { folderOf, jsonFile } from './script-run.ts'

const RUNS = Number(process.env.KILLS || 6)
const SEED = Number(process.env.KILL_SEED || Date.now() % 2 ** 32)
const AT_ONCE = 2
/** Whom it hits, and over how long a time: about as long as each lives. */
const AIMS = [
  { victim: 'k6', from: 'start', withinMs: 4200 },
  { victim: 'command', from: 'start', withinMs: 5500 },
  { victim: 'gateway', from: 'start', withinMs: 4800 },
  { victim: 'command', from: 'summary', withinMs: 150 },
] as const

const WORDS = ['run', 'http', '--rate', '60', '--duration', '4s', '--warmup', '0', '--stall', '1s']

/** Beside a limit as wide as this one, what a busy machine adds to k6's latencies decides nothing. */
const loose = (t: TestContext) =>
  jsonFile(t, 'http.json', {
    windows: { steady: { '*': { p50_ms: 5000, error_rate: 0.001, goodput: 0.5, why: 'Room for a busy machine.' } } },
    run: { dropped_share: 0.5 },
  })

const random = seeded(SEED)
const kills: Kill[] = Array.from({ length: RUNS }, (_, index) => {
  const { withinMs, ...aim } = AIMS[index % AIMS.length] ?? AIMS[0]
  return { ...aim, afterMs: Math.round(random.next() * withinMs) }
})

const told = ({ victim, from, afterMs }: Kill, { code, verdict, left, endedAfterMs, over }: Killed): string =>
  [
    `${victim} ${(afterMs / 1000).toFixed(2)} s after ${from === 'start' ? 'its start' : "k6's summary"}`,
    `exit ${code ?? 'by the signal'}`,
    verdict === undefined ? 'no verdict' : [verdict.verdict, verdict.reasons[0]?.code].filter(Boolean).join(' '),
    `${left.length} left, the last ended ${(endedAfterMs / 1000).toFixed(2)} s after the kill`,
    ...(over ? ['the run was over'] : []),
  ].join(', ')

test('the run that is killed would pass', async (t) => {
  const { code, out, err } = await loadgate(t, [...WORDS, '--thresholds', await loose(t)])
  assert.equal(code, 0, out + err)
})

test(`${RUNS} runs are killed at moments of KILL_SEED=${SEED}`, { concurrency: AT_ONCE }, async (t) => {
  const thresholds = await loose(t)
  const all: Killed[] = []
  await Promise.all(
    kills.map((kill, index) =>
      t.test(`kill ${index + 1}: ${kill.victim}`, async (t) => {
        const result = await killed(join(await folderOf(t), 'run'), [...WORDS, '--thresholds', thresholds], kill)
        all.push(result)
        console.log(`kill ${index + 1}: ${told(kill, result)}`)
        const { code, verdict, left, over } = result
        assert.deepEqual(left, [])
        if (over) return
        assert.notEqual(code, 0)
        assert.notEqual(verdict?.verdict, 'pass')
        // Only the command itself can be kept from giving a verdict.
        if (kill.victim === 'command') return
        assert.equal(verdict?.exit_code, code)
        assert.ok(code === 3 || code === 99, `exit code ${code}`)
      }),
    ),
  )
  const late = all.filter(({ over }) => over).length
  const verdicts = all.filter(({ over }) => !over).map(({ verdict }) => verdict?.verdict ?? 'without')
  const counted = [...new Set(verdicts)].map((name) => `${verdicts.filter((one) => one === name).length} ${name}`)
  const left = all.flatMap((one) => one.left).length
  console.log(
    `kills: ${all.length} runs of KILL_SEED=${SEED}: ${left} processes left, verdicts: ${counted.sort().join(', ')}; ${late} came too late`,
  )
  assert.ok(all.some(({ over }) => !over))
})
