import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseLatency } from '../../../../gateway/faults/drawn-latency.ts'

function drawn(text: string, count = 20_000): number[] {
  const parsed = parseLatency(text)
  assert.ok('draw' in parsed, JSON.stringify(parsed))
  return Array.from({ length: count }, parsed.draw).sort((a, b) => a - b)
}
const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
const near = (value: number, wanted: number, share: number): void =>
  assert.ok(Math.abs(value - wanted) <= wanted * share, `${value}, expected about ${wanted}`)

test('uniform: every wait between the two is as likely', () => {
  const waits = drawn('uniform:50,150')
  assert.ok((waits[0] ?? 0) >= 50 && (waits.at(-1) ?? 0) <= 150)
  for (const share of [0.1, 0.5, 0.95]) near(at(waits, share), 50 + 100 * share, 0.02)
})

test('lognormal: by its median and its 99th percentile', () => {
  const waits = drawn('lognormal:100,400')
  near(at(waits, 0.5), 100, 0.03)
  near(at(waits, 0.99), 400, 0.06)
  // The 95th percentile follows from the two.
  near(at(waits, 0.95), 100 * Math.exp((1.644854 * Math.log(4)) / 2.326348), 0.04)
})

test('bimodal: exactly so many of each hundred', () => {
  for (const percent of [0.4, 1, 5]) {
    const waits = drawn(`bimodal:50,800,${percent}`, 1000)
    assert.equal(waits.filter((wait) => wait === 800).length, Math.round(percent) * 10)
  }
})

test('the same seed waits the same, another one otherwise', () => {
  assert.deepEqual(drawn('lognormal:100,400@7', 50), drawn('lognormal:100,400@7', 50))
  assert.notDeepEqual(drawn('lognormal:100,400@7', 50), drawn('lognormal:100,400', 50))
})

test('what means no distribution is refused with what would', () => {
  const problem = (text: string): string => {
    const parsed = parseLatency(text)
    return 'problem' in parsed ? parsed.problem : 'none'
  }
  assert.match(
    problem('normal:1,2'),
    /^expected uniform:low,high, lognormal:median,p99, bimodal:fast,slow,percent, in milliseconds/,
  )
  assert.match(problem('uniform:1'), /^expected uniform:low,high with numbers above 0$/)
  assert.match(problem('lognormal:0,5'), /with numbers above 0$/)
  assert.match(problem('lognormal:400,100'), /^p99 must not be below median$/)
  assert.match(problem('bimodal:1,2,101'), /^percent must not be above 100$/)
  fc.assert(fc.property(fc.string(), (text) => 'problem' in parseLatency(text) || /^(uniform|lognormal|bimodal):/.test(text)))
})
