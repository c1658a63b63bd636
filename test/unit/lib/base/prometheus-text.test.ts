import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readSelector, seriesOf, sumOf } from '../../../../lib/base/prometheus-text.ts'

const PAGE = `# HELP gateway_active_connections Open connections
# TYPE gateway_active_connections gauge
gateway_active_connections{kind="http"} 12
gateway_active_connections{kind="ws"} 3

gateway_active_connections_peak 99
process_cpu_seconds_total 0.406573
process_resident_memory_bytes 8.6249472e+07 1395066363000
latency_bucket{le="+Inf",route="/api/v1/resource/:id"} 5 # {trace_id="abc"} 0.67
odd{text="a \\"quoted\\" {brace}, back\\\\slash and\\nline"} NaN
odd{text="other"} +Inf
`

const of = (text: string) => {
  const selector = readSelector(text)
  assert.ok(selector, `${text} is a selector`)
  return selector
}

test('sums the series of one metric and of none that only begins alike', () => {
  assert.equal(sumOf(PAGE, of('gateway_active_connections')), 15)
  assert.equal(sumOf(PAGE, of('gateway_active_connections{kind="ws"}')), 3)
  assert.equal(sumOf(PAGE, of('gateway_active_connections{kind="sse"}')), undefined)
  assert.equal(sumOf(PAGE, of('gateway_active')), undefined)
})

test('reads exponents, timestamps, exemplars and infinities', () => {
  assert.equal(sumOf(PAGE, of('process_resident_memory_bytes')), 86_249_472)
  assert.equal(sumOf(PAGE, of('latency_bucket{route="/api/v1/resource/:id"}')), 5)
  assert.equal(sumOf(PAGE, of('odd{text="other"}')), Number.POSITIVE_INFINITY)
})

test('a value that is no number is no measurement', () => {
  assert.deepEqual(
    seriesOf(PAGE, of('odd')).map(({ value }) => value),
    [Number.POSITIVE_INFINITY],
  )
})

test('what is no selector is refused', () => {
  for (const text of ['', '9lives', 'a b', 'name{', 'name{label}', 'name{label="x"', 'name{label="x"} 5', 'name{}x'])
    assert.equal(readSelector(text), undefined, text)
  assert.deepEqual(readSelector('name{}'), { name: 'name', labels: {} })
})

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/)
const labels = fc.dictionary(name, fc.string({ unit: 'grapheme', maxLength: 12 }), { maxKeys: 4, noNullPrototype: true })
const value = fc.double({ noNaN: true })
const series = fc.record({ name, labels, value })

const escaped = (text: string) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
const labelText = (all: Record<string, string>) => {
  const written = Object.entries(all).map(([key, text]) => `${key}="${escaped(text)}"`)
  return written.length === 0 ? '' : `{${written.join(',')}}`
}
const valueText = (number: number) => (Number.isFinite(number) ? String(number) : number > 0 ? '+Inf' : '-Inf')

test('whatever is written in the format is read back', () => {
  fc.assert(
    fc.property(fc.array(series, { maxLength: 12 }), (all) => {
      const page = all.map((one) => `${one.name}${labelText(one.labels)} ${valueText(one.value)}\n`).join('')
      for (const wanted of all) {
        const expected = all
          .filter((one) => one.name === wanted.name)
          .map((one) => ({ labels: one.labels, value: one.value === 0 ? 0 : one.value }))
        const found = seriesOf(page, { name: wanted.name, labels: {} }).map((one) => ({
          ...one,
          value: one.value === 0 ? 0 : one.value,
        }))
        assert.deepEqual(found, expected)
      }
    }),
  )
})

test('a selector that is written is read back, and selects the series it was made from', () => {
  fc.assert(
    fc.property(series, (one) => {
      const selector = readSelector(`${one.name}${labelText(one.labels)}`)
      assert.deepEqual(selector, { name: one.name, labels: one.labels })
      assert.equal(selector && seriesOf(`${one.name}${labelText(one.labels)} 1`, selector).length, 1)
    }),
  )
})

test('no page breaks the reader', () => {
  const noise = fc.array(
    fc.oneof(fc.string(), fc.constantFrom('{', '}', '"', '\\', '=', ',', ' ', '\n', '\r\n', '#', 'up', 'a="')),
    {
      maxLength: 40,
    },
  )
  fc.assert(
    fc.property(noise, (parts) => {
      for (const found of seriesOf(parts.join(''), { name: 'up', labels: {} })) assert.equal(Number.isNaN(found.value), false)
      readSelector(parts.join(''))
    }),
  )
})
