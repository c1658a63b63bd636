import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { GateResult } from '../../../../lib/gates/model.ts'
import { summaryLines } from '../../../../lib/summary/text.ts'
import { gateResult, runSummary } from './run-summary.ts'

const text = (gates: GateResult[], more = {}) => summaryLines(runSummary({ gates, ...more })).join('\n')
const linesOf = (written: string) => written.split('\n').map((line) => line.trim())
const held = (more: Partial<GateResult> = {}) => gateResult({ ok: true, measured: 10, ...more })

test('failed gates come first, each with its measure, limit and reason', () => {
  const written = text([
    held({ key: 'p50_ms' }),
    gateResult(),
    held({ key: 'p90_ms' }),
    gateResult({ key: 'p99_ms', measured: null }),
  ])
  const rows = linesOf(written).filter((line) => /^[✓✗]/.test(line))
  assert.deepEqual(
    rows.map((row) => row.split(/\s{2,}/).slice(0, 5)),
    [
      ['✗', 'spike / health', 'p95', '80 ms', '≤ 50 ms'],
      ['✗', 'spike / health', 'p99', 'nothing measured', '≤ 50 ms'],
      ['✓', 'spike / health', 'p50', '10 ms', '≤ 50 ms'],
      ['✓', 'spike / health', 'p90', '10 ms', '≤ 50 ms'],
    ],
  )
  assert.match(written, /Why these limits:\n {4}spike \/ health p95, spike \/ health p99:\n {6}the specification says so\n/)
  assert.match(written, /2 of 4 gates did not hold; limits are from thresholds\/burst\.json/)
})

test('only who has named the target is told its name', () => {
  const title = (settings: object, embedded = false): string =>
    summaryLines(runSummary({ settings: settings as Record<string, string> }), undefined, embedded)[1] ?? ''
  assert.equal(title({}), 'burst (ci) against reference at http://127.0.0.1:8080')
  assert.equal(title({ BASE_URL: 'http://127.0.0.1:8080' }), 'burst (ci) against http://127.0.0.1:8080')
  assert.match(title({ BASE_URL: 'http://127.0.0.1:8080' }, true), /against reference at/)
  assert.match(title({ BASE_URL: 'http://127.0.0.1:8080', TARGET: 'mine.json' }), /against reference at/)
})

test('a run in which all held says so', () => {
  const written = text([held(), held({ key: 'p99_ms' })])
  assert.match(written, /All 2 gates held\./)
  assert.doesNotMatch(written, /✗|Why these limits|did not hold/)
})

test('what every run has is said in one line while it holds, and shown when it does not', () => {
  const routine = [
    held({ key: 'samples', kind: 'evidence', unit: 'count', bound: 'min', limit: 200, measured: 500 }),
    held({ key: 'failed_checks', unit: 'count', limit: 0, measured: 0 }),
    held({ key: 'script_errors', kind: 'script', window: 'run', endpoint: '*', unit: 'count', limit: 0, measured: 0 }),
  ]
  assert.match(text([held(), ...routine]), /✓ {2}and 3 more: samples, failed checks, script errors/)
  const red = text([held(), ...routine.map((gate) => ({ ...gate, ok: false, measured: 3 }))])
  assert.match(red, /✗ {2}run +script errors +3 +≤ 0/)
  assert.doesNotMatch(red, / more: /)
  assert.match(red, /3 of 4 gates did not hold/)
})

test('of each endpoint: what was sent, right, shed, how fast, and what failed', () => {
  const written = text([held()], {
    endpoints: [
      {
        window: 'spike',
        endpoint: 'health',
        sent: 12_345,
        ok: 12_000,
        shed: 300,
        failures: { shed: 300, timeout: 40, server_error: 5 },
        latency: { p50: 1.234, p95: 22.22, p99: 333.3, max: 1000 },
      },
      { window: 'spike', endpoint: 'resource', sent: 0, ok: 0, shed: 0, failures: {}, latency: null },
    ],
  })
  assert.match(written, /spike \/ health +12,345 +12,000 +300 +1\.23 ms +22\.2 ms +333 ms +40 timeout, 5 server_error/)
  assert.match(written, /spike \/ resource +0 +0 +0 +- +- +-/)
})

test('what the target lacks is said in every report', () => {
  assert.match(text([held()], { not_tested: ['action', 'events'] }), /Not tested: action, events/)
  assert.doesNotMatch(text([held()]), /Not tested/)
})

test('a run that never began has no tables of zeros; one whose only iteration was interrupted has', () => {
  const totals = { sent: 3, dropped: 0, script_errors: 0, iterations: 0, vus_max: 10 }
  const stopped = text([gateResult()], { totals })
  assert.match(stopped, /No load was sent: the run ended before it began, so no gate could hold\./)
  assert.doesNotMatch(stopped, /✗|limits are from/)
  const sockets = { ws_opened: { unit: 'count', values: { count: 5 } } }
  for (const more of [{ totals: { ...totals, dropped: 1 } }, { totals, figures: sockets }])
    assert.match(text([gateResult()], more), /1 of 1 gates did not hold/)
})

test('dropped and thrown iterations are named', () => {
  const totals = { sent: 60_000, dropped: 1234, script_errors: 2, iterations: 1, vus_max: 1 }
  assert.match(text([held()], { totals }), /60,000 requests sent in 12\.3 s, 1,234 iterations dropped, 2 threw/)
})

test('a load that is not the script’s is said in the first line', () => {
  const [, title] = summaryLines(runSummary({ gates: [held()], narrowed: ['api sends metrics alone, 9 % of its mix'] }))
  assert.match(title ?? '', / against .*, narrowed by the target: api sends metrics alone, 9 % of its mix$/)
})

test('with colours the words are the same', () => {
  const within = (name: string) => (words: string) => `<${name}>${words}</${name}>`
  const paint = { red: within('red'), green: within('green'), dim: within('dim'), bold: within('bold') }
  const gates = [gateResult(), held()]
  const coloured = summaryLines(runSummary({ gates }), paint).join('\n')
  assert.match(coloured, /<red>/)
  assert.equal(coloured.replace(/<\/?(red|green|dim|bold)>/g, ''), text(gates))
})

test('no gate that did not hold is ever left out, whatever it is', () => {
  const any = fc.record({
    window: fc.constantFrom('run', 'spike'),
    endpoint: fc.constantFrom('*', 'health'),
    key: fc.constantFrom('p95_ms', 'samples', 'shed_rate', 'script_errors'),
    kind: fc.constantFrom('limit', 'evidence', 'load', 'script'),
    unit: fc.constantFrom('ms', 'share', 'count', 'rps', 'bytes', ''),
    bound: fc.constantFrom('min', 'max'),
    limit: fc.double({ min: 0, max: 1e6, noNaN: true }),
    measured: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
    samples: fc.option(fc.nat()),
    ok: fc.boolean(),
  }) as fc.Arbitrary<Partial<GateResult>>
  fc.assert(
    fc.property(fc.array(any, { maxLength: 10 }), (given) => {
      const gates = given.map((more) => gateResult(more))
      const red = gates.filter(({ ok }) => !ok).length
      const written = text(gates)
      assert.equal(linesOf(written).filter((line) => line.startsWith('✗')).length, red)
      assert.ok(written.includes(red === 0 ? `All ${gates.length} gates held` : `${red} of ${gates.length} gates did not hold`))
    }),
  )
})

test('what a red run counted by kind is said; a run without requests has no table of them', () => {
  const figures = {
    'ws_refused{class:answered}': { unit: 'count', values: { count: 10 } },
    ws_opened: { unit: 'count', values: { count: 90 } },
  }
  const red = text([gateResult()], { figures, endpoints: [] })
  assert.match(red, /Counted by kind: ws_refused\{class:answered\} 10\n/)
  assert.doesNotMatch(red, /p99 +failures/)
  assert.doesNotMatch(text([held()], { figures }), /Counted by kind/)
})
