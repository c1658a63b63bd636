import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { compare } from '../../../../cli/commands/compare.ts'
import { type ComparedRun, differences, sizeOf } from '../../../../cli/compare/differences.ts'
import { changeText, endpointFigures, gateChanges, windowFigures } from '../../../../cli/compare/run-changes.ts'
import { earlierRuns, formerRun } from '../../../../cli/report/earlier-runs.ts'
import type { RunSummary } from '../../../../lib/summary/model.ts'
import { resultsOf } from '../report/results-of-a-run.ts'

const SHAPE = { seconds: 60, endpoints: 2 }
const good: ComparedRun = resultsOf(SHAPE)
const bad: ComparedRun = resultsOf({ ...SHAPE, verdict: 'fail' })

const states = (earlier: RunSummary, later: RunSummary): string[] =>
  gateChanges(earlier, later)
    .filter(({ state }) => state !== 'same')
    .map(({ earlier: a, later: b, state }) => `${state} ${(b ?? a)?.window} ${(b ?? a)?.key}`)

describe('gates of two runs', () => {
  it('are told as broken, mended, gone or new', () => {
    assert.deepEqual(states(good.summary, bad.summary), ['broke spike p95_ms'])
    assert.deepEqual(states(bad.summary, good.summary), ['mended spike p95_ms'])
    const fewer = {
      ...good.summary,
      gates: good.summary.gates.filter(({ window, key }) => window !== 'base' || key !== 'p95_ms'),
    }
    assert.deepEqual(states(good.summary, fewer), ['gone base p95_ms'])
    assert.deepEqual(states(fewer, good.summary), ['new base p95_ms'])
  })
  it('are the same ones whatever their limit is', () => {
    const gates = good.summary.gates.map((gate) => ({ ...gate, limit: gate.limit * 2 }))
    assert.deepEqual(states(good.summary, { ...good.summary, gates }), [])
  })
})

describe('a change', () => {
  it('is a share of the earlier value, points where the value is a share itself, and nothing where one is not known', () => {
    assert.equal(changeText(2, 3, 'ms'), '+50 %')
    assert.equal(changeText(100, 99.5, 'rps'), '−0.5 %')
    assert.equal(changeText(0.01, 0.06, 'share'), '+5 points')
    assert.equal(changeText(0, 4, 'count'), '+4')
    assert.equal(changeText(5, 5, 'ms'), '±0')
    assert.equal(changeText(null, 5, 'ms'), '')
    assert.equal(changeText(5, undefined, 'ms'), '')
  })
  it('has the sign of the difference', () => {
    const number = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(number, number, fc.constantFrom('ms', 'share', 'count', 'rps'), (a, b, unit) => {
        assert.equal(changeText(a, b, unit)[0], b > a ? '+' : b < a ? '−' : '±')
      }),
    )
  })
})

describe('figures of two runs', () => {
  it('are those of each window and each endpoint, an error rate of an endpoint only where there were errors', () => {
    assert.deepEqual(
      windowFigures(good.summary, bad.summary).map(({ place, name }) => `${place} ${name}`),
      ['base', 'spike', 'recovery'].flatMap((window) =>
        ['sent/s', 'error rate', 'p50', 'p95', 'p99'].map((name) => `${window} / all ${name}`),
      ),
    )
    const [one] = good.summary.endpoints
    assert.ok(one)
    const broken = { ...good.summary, endpoints: [{ ...one, ok: one.sent - 5, failures: { timeout: 5 } }] }
    const only = { ...good.summary, endpoints: [{ ...one, ok: one.sent, failures: {} }] }
    assert.deepEqual(
      endpointFigures(only, broken).map(({ name, earlier, later }) => [name, earlier, later]),
      [
        ['error rate', 0, 5 / one.sent],
        ['p95', 2.4, 2.4],
      ],
    )
    assert.deepEqual(
      endpointFigures(only, only).map(({ name }) => name),
      ['p95'],
    )
  })
})

describe('what differs', () => {
  const names = (later: ComparedRun): string[] => differences(good, later).map(({ name }) => name)
  it('is nothing for the same run', () => assert.deepEqual(names(good), []))
  it('is told of settings, size, limits, machine and the gateway that was embedded', () => {
    const { summary, verdict } = good
    const with_ = (change: Partial<ComparedRun['summary']>): ComparedRun => ({ verdict, summary: { ...summary, ...change } })
    assert.deepEqual(names(with_({ settings: { ...summary.settings, RATE: 50, BASE_URL: 'http://other' } })), ['setting RATE'])
    const windows = summary.windows.map((window) => (window.name === 'spike' ? { ...window, duration: 90 } : window))
    assert.deepEqual(names(with_({ windows })), ['window spike'])
    const gates = summary.gates.map((gate, i) => (i === 0 ? { ...gate, limit: 80 } : gate))
    assert.deepEqual(differences(good, with_({ gates })), [
      { name: 'limit base / all p95', earlier: '≤ 100 ms', later: '≤ 80 ms' },
    ])
    assert.deepEqual(names({ summary, verdict: { ...verdict, machine: { ...verdict.machine, cpus: 64 } } }), ['machine'])
    const command = `npx loadgate run burst --gateway-arg=--tls --fault=latency:ms=5 '--fault={"name":"x"}'`
    assert.deepEqual(differences(good, { summary, verdict: { ...verdict, command } }), [
      { name: 'gateway arguments', earlier: 'none', later: '--tls --fault=latency:ms=5 --fault={"name":"x"}' },
    ])
  })
  it('is no other size where only address or limits are others', () => {
    const { summary } = good
    const settings = { ...summary.settings, BASE_URL: 'http://other', RESULTS_DIR: '/elsewhere' }
    assert.equal(sizeOf({ ...summary, settings, gates: [] }), sizeOf(summary))
    assert.notEqual(sizeOf({ ...summary, settings: { ...settings, USERS: 10 } }), sizeOf(summary))
    assert.notEqual(sizeOf(resultsOf({ ...SHAPE, seconds: 90 }).summary), sizeOf(summary))
  })
})

const parent = mkdtempSync(join(tmpdir(), 'loadgate-compare-runs-'))
after(() => rmSync(parent, { recursive: true, force: true }))

/** @param day of January, which is also the age of its folder */
function runOf(day: number, { verdict, summary }: ComparedRun, script = 'burst'): string {
  const written = `2026-01-${String(day).padStart(2, '0')}`
  const folder = join(parent, `${written.replaceAll('-', '')}T000000Z-${script}`)
  mkdirSync(folder)
  const started_at = `${written}T00:00:00.000Z`
  writeFileSync(join(folder, 'verdict.json'), JSON.stringify({ ...verdict, script, started_at }))
  writeFileSync(join(folder, 'summary.json'), JSON.stringify({ ...summary, script }))
  utimesSync(join(folder, 'verdict.json'), day * 1000, day * 1000)
  return folder
}

function compared(earlier: string, later?: string): { code: number; out: string } {
  const printed: string[] = []
  const terminal = {
    print: (line: string) => void printed.push(line),
    note: () => {},
    colour: false,
    live: false,
    command: () => {},
    progress: { draw: () => {}, wipe: () => {} },
    size: () => ({ columns: 1000, rows: 24 }),
  }
  const code = compare(earlier, later, parent, terminal)
  return { code, out: printed.join('\n') }
}

describe('loadgate compare', () => {
  const first = runOf(1, good)
  const second = runOf(2, bad)
  const http = runOf(3, good, 'http')
  const unsure = runOf(4, resultsOf({ ...SHAPE, verdict: 'invalid' }))

  it('takes the latest other run of the same script, whatever ran since', () => {
    assert.match(compared(first).out, /^later {4}invalid .*20260104T000000Z-burst$/m)
    assert.throws(() => compared(http), /holds no other run of http yet/)
  })
  it('exits 99 where a gate that held does not any more, and says which', () => {
    const { code, out } = compared(first, second)
    assert.equal(code, 99)
    assert.match(out, /spike \/ all +p95 +✓ 2\.4 ms +✗ 143 ms +\+5,858 % +broken$/m)
    assert.match(out, /^Gates: 1 broken, 0 mended, 0 gone, 0 new, \d+ as they were$/m)
    assert.match(out, /same settings and limits, on the same machine/)
    assert.equal(compared(second, first).code, 0)
  })
  it('is not green where a gate that held is gone', () => {
    const { summary, verdict } = good
    const gone = runOf(5, { verdict, summary: { ...summary, gates: summary.gates.slice(1) } })
    assert.equal(compared(first, gone).code, 99)
    assert.equal(compared(gone, first).code, 0)
    rmSync(gone, { recursive: true })
  })
  it('proves nothing where a run could say nothing', () => {
    const { code, out } = compared(first, unsure)
    assert.equal(code, 3)
    assert.match(out, /20260104T000000Z-burst is invalid: what it measured proves nothing/)
  })
  it('says that figures are of different loads', () => {
    const longer = runOf(6, resultsOf({ ...SHAPE, seconds: 90 }))
    assert.match(compared(first, longer).out, /window spike +12s, .*\n[\s\S]*not of the same size/)
    rmSync(longer, { recursive: true })
  })
  it('refuses runs of other scripts, and those that left nothing to compare', () => {
    assert.throws(() => compared(first, http), /different scripts cannot be compared: burst, then http/)
    const bare = join(parent, 'bare')
    mkdirSync(bare)
    cpSync(join(first, 'verdict.json'), join(bare, 'verdict.json'))
    utimesSync(join(bare, 'verdict.json'), 1, 1)
    assert.throws(() => compared(first, bare), /bare: the run left no summary\.json, so there is nothing to compare/)
  })
  for (const name of ['results-of-schema-1', 'results-of-schema-2'])
    it(`reads ${name}`, () => {
      const old = fileURLToPath(new URL(`../report/${name}`, import.meta.url))
      const { code, out } = compared(old, old)
      assert.equal(code, 0)
      assert.match(out, /windows|gates/)
    })
})

describe('earlier runs', () => {
  const names = (folder: string, run: ComparedRun): string[] => earlierRuns(folder, run).map(({ name }) => name.slice(0, 8))
  const at = (day: number, run: ComparedRun): ComparedRun => ({
    ...run,
    verdict: { ...run.verdict, started_at: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z` },
  })
  it('are those of the same script and size that began before, the latest first', () => {
    assert.deepEqual(names(join(parent, 'new'), at(9, good)), ['20260104', '20260102', '20260101'])
    assert.deepEqual(names(join(parent, '20260102T000000Z-burst'), at(2, good)), ['20260101'])
    assert.deepEqual(names(join(parent, 'new'), at(9, resultsOf({ ...SHAPE, seconds: 90 }))), [])
  })
  it('are nine at most, whatever else lies in the folder', () => {
    const more = Array.from({ length: 12 }, (_, i) => runOf(10 + i, good))
    writeFileSync(join(more[11] ?? '', 'verdict.json'), 'not json')
    assert.deepEqual(
      names(join(parent, 'new'), at(31, good)),
      Array.from({ length: 9 }, (_, i) => `202601${20 - i}`),
    )
    for (const folder of more) rmSync(folder, { recursive: true })
  })
  it('are compared with where they could say anything', () => {
    assert.equal(formerRun(earlierRuns(join(parent, 'new'), at(9, good)))?.verdict.verdict, 'fail')
    assert.equal(formerRun([]), undefined)
  })
})
