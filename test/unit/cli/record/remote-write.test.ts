import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { countOf, quantile } from '../../../../cli/record/histogram.ts'
import { decodeWrite, encodeWrite } from '../../../../cli/record/remote-write.ts'
import { compress, decompress } from '../../../../cli/record/snappy.ts'

/** Both pushes of a run of k6 v1.8.1 with 20 iterations, each a request to health, one to nothing, and three custom metrics. */
const push = (number: number): Buffer => readFileSync(new URL(`./pushes/${number}.bin`, import.meta.url))

describe('what k6 has pushed', () => {
  const series = decodeWrite(push(1))
  const found = (name: string, tags: Record<string, string> = {}) =>
    series.find(({ labels }) => labels.__name__ === name && Object.entries(tags).every(([tag, value]) => labels[tag] === value))

  it('is read whole', () => {
    assert.equal(found('k6_iterations_total')?.sample?.value, 20)
    assert.equal(found('k6_held')?.sample?.value, 7)
    const duration = found('k6_http_req_duration_seconds', { name: 'health' })?.histogram?.value
    assert.equal(duration && countOf(duration), 20)
    assert.equal(duration?.schema, 3)
    // 600 each time, and 12.5 ms each time: within half a bucket of it.
    const size = quantile(found('k6_size')?.histogram?.value ?? assert.fail(), 0.5) ?? 0
    assert.ok(size > 600 / 1.0905 && size < 600 * 1.0905)
    const lag = quantile(found('k6_lag_seconds')?.histogram?.value ?? assert.fail(), 0.95) ?? 0
    assert.ok(lag > 0.0125 / 1.0905 && lag < 0.0125 * 1.0905)
  })
  it('says at its end, beside each total, that the series has ended', () => {
    const last = decodeWrite(push(2)).filter(({ labels }) => labels.__name__ === 'k6_http_req_duration_seconds')
    assert.equal(last.length, 3)
    for (const { sample, histogram } of last) {
      assert.ok(Number.isNaN(sample?.value))
      assert.ok(histogram && countOf(histogram.value) >= 1)
    }
  })
})

describe('decodeWrite', () => {
  it('refuses anything else, and neither hangs nor fills the memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          assert.ok(Array.isArray(decodeWrite(bytes)))
        } catch (error) {
          assert.ok(error instanceof Error)
        }
      }),
      { numRuns: 2000 },
    )
  })
  it('refuses a push that was damaged on the way, or reads what is left of it', () => {
    const whole = push(1)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(whole)
        damaged[at] = byte
        try {
          assert.ok(Array.isArray(decodeWrite(damaged)))
        } catch (error) {
          assert.ok(error instanceof Error)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('snappy', () => {
  it('comes back from a literal whose length snappyjs reads as negative', () => {
    assert.throws(() => decodeWrite(new Uint8Array([113, 252, 206, 187, 240, 198])), /snappy/)
  })
  it('gives back whatever was compressed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 2, 3, 255), { maxLength: 3000 }), (bytes) => {
        const raw = Uint8Array.from(bytes)
        assert.deepEqual(decompress(compress(raw), 4000), raw)
      }),
    )
  })
})

describe('encodeWrite', () => {
  it('writes what decodeWrite reads, labels in order', () => {
    const body = encodeWrite([
      { labels: { window: 'spike', __name__: 'loadgate_gate_ok', a: 'é"\n' }, value: 0.125, at: 1_795_480_606_242 },
    ])
    const [series, ...more] = decodeWrite(body)
    assert.equal(more.length, 0)
    assert.deepEqual(Object.keys(series?.labels ?? {}), ['__name__', 'a', 'window'])
    assert.deepEqual(series, {
      labels: { __name__: 'loadgate_gate_ok', a: 'é"\n', window: 'spike' },
      sample: { value: 0.125, at: 1_795_480_606_242 },
    })
  })
})
