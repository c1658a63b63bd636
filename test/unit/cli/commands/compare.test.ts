import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import { compare } from '../../../../cli/commands/compare.ts'
import { findBenchmarks, parseBenchmarks } from '../../../../cli/compare/benchmarks-file.ts'
import { changesBetween } from '../../../../cli/compare/changes.ts'
import { UsageError } from '../../../../lib/base/errors.ts'
import { BENCHMARKS_SCHEMA, type BenchmarksFile, type Spread } from '../../../../lib/benchmarks/benchmarks.ts'
import { BENCHMARKS } from '../../../../lib/metrics/figures.ts'

const around = (median: number, by = 0.1): Spread => ({ median, min: median * (1 - by), max: median * (1 + by) })

function fileWith(register: BenchmarksFile['benchmarks']['register'], size: Record<string, number> = { register: 200 }) {
  return {
    schema: BENCHMARKS_SCHEMA,
    finished_at: '2026-01-01T00:00:00.000Z',
    profile: 'ci',
    size,
    rounds: 5,
    benchmarks: register === undefined ? {} : { register },
  } satisfies BenchmarksFile
}
const rated = (perSecond: Spread, p95: Spread) => fileWith({ operations: 200, per_second: perSecond, p95_ms: p95 })
const judged = (earlier: BenchmarksFile, later: BenchmarksFile) =>
  changesBetween(earlier, later).map(({ figure, judgement }) => `${figure} ${judgement}`)

describe('a change', () => {
  const base = rated(around(1000), around(10))
  it('is one only where both medians lie outside of what the other run has seen', () => {
    assert.deepEqual(judged(base, rated(around(1050), around(10.5))), ['per_second spread', 'p95_ms spread'])
    // Outside of the one, inside of the other.
    assert.deepEqual(judged(base, rated(around(1300, 0.4), around(10))), ['per_second spread', 'p95_ms spread'])
  })
  it('is better or worse by what the figure is about', () => {
    assert.deepEqual(judged(base, rated(around(2000), around(20))), ['per_second better', 'p95_ms worse'])
    assert.deepEqual(judged(base, rated(around(500), around(5))), ['per_second worse', 'p95_ms better'])
  })
  it('is stated as a share of the earlier median, where that is a number above zero', () => {
    assert.deepEqual(
      changesBetween(base, rated(around(500), around(20))).map(({ share }) => share),
      [-0.5, 1],
    )
    const shrank = fileWith({ operations: 1, memory_bytes: { median: -5, min: -9, max: -1 } })
    assert.equal('share' in (changesBetween(shrank, shrank)[0] ?? {}), false)
  })
  it('cannot be seen where one of the runs has no such figure', () => {
    assert.deepEqual(judged(base, fileWith(undefined)), ['per_second missing', 'p95_ms missing'])
  })
  it('is not looked for between runs of different sizes', () => {
    const other = fileWith(undefined, { register: 10_000, users: 50 })
    assert.throws(() => changesBetween(base, other), /different sizes.*: register 200, then 10000; users none, then 50/)
    assert.doesNotThrow(() => changesBetween(fileWith(undefined, { duration: 1 }), fileWith(undefined, { duration: 2 })))
  })

  const positive = fc.double({ min: 0.001, max: 1e6, noNaN: true })
  const spread = fc
    .tuple(positive, positive, positive)
    .map((numbers) => numbers.sort((a, b) => a - b))
    .map(([min = 0, median = 0, max = 0]): Spread => ({ min, median, max }))
  const file = fc.tuple(spread, spread).map(([rate, p95]) => rated(rate, p95))
  const MIRRORED = { better: 'worse', worse: 'better', spread: 'spread', missing: 'missing' } as const

  it('is none against the same run, and turns round when the runs change places', () => {
    fc.assert(
      fc.property(file, file, (a, b) => {
        assert.ok(changesBetween(a, a).every(({ judgement }) => judgement === 'spread'))
        assert.deepEqual(
          changesBetween(a, b).map(({ judgement }) => judgement),
          changesBetween(b, a).map(({ judgement }) => MIRRORED[judgement]),
        )
      }),
    )
  })
})

describe('the file', () => {
  it('is read as it was written', () => {
    const file = rated(around(1000), around(10))
    assert.deepEqual(parseBenchmarks(JSON.stringify(file), 'x'), file)
    assert.deepEqual(
      BENCHMARKS.map((name) => name in file.benchmarks),
      [true, false, false, false],
    )
  })
  it('is refused with its name, the place and what was expected', () => {
    assert.throws(() => parseBenchmarks('{"schema":', 'a.json'), /^UsageError: a\.json: expected JSON: /)
    assert.throws(
      () => parseBenchmarks('{"schema":"loadgate.benchmarks/9"}', 'a.json'),
      /a\.json: schema: .*loadgate\.benchmarks\/1/,
    )
    const broken = { ...rated(around(1), around(1)), benchmarks: { register: { operations: 'many' } } }
    assert.throws(() => parseBenchmarks(JSON.stringify(broken), 'a.json'), /a\.json: benchmarks\.register\.operations: .*number/)
  })
  it('of any content is read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseBenchmarks(text, 'x')
        } catch (error) {
          assert.ok(error instanceof UsageError, String(error))
        }
      }),
    )
  })
})

describe('loadgate compare', () => {
  const parent = mkdtempSync(join(tmpdir(), 'loadgate-compare-'))
  after(() => rmSync(parent, { recursive: true, force: true }))
  const runOf = (name: string, file?: BenchmarksFile): string => {
    const folder = join(parent, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'verdict.json'), '{}')
    if (file !== undefined) writeFileSync(join(folder, 'benchmarks.json'), JSON.stringify(file))
    return folder
  }
  const base = runOf('20260101T000000Z-benchmarks', rated(around(1000), around(10)))
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

  it('takes the latest run that has benchmarks, and exits 99 where it is worse', () => {
    runOf('20260102T000000Z-benchmarks', rated(around(500), around(10)))
    runOf('20260103T000000Z-burst')
    printed.length = 0
    assert.equal(compare('20260101', undefined, parent, terminal), 99)
    assert.match(printed.join('\n'), /register +operations\/s +1,000\/s \(900\/s to 1,100\/s\) +500\/s .* -50\.0 % {2}worse/)
    assert.match(printed.join('\n'), /register +p95 +10 ms .* \+0\.0 %\n/)
    assert.equal(printed.at(-1), '1 worse, 0 better, 1 within the spread of their rounds')
  })
  it('takes files that are kept elsewhere', () => {
    const kept = join(parent, 'baseline.json')
    writeFileSync(kept, JSON.stringify(rated(around(1000), around(10))))
    assert.equal(compare(kept, base, parent, terminal), 0)
  })
  it('is not green where a figure is gone', () => {
    const gone = runOf('gone', fileWith({ operations: 200, p95_ms: around(10) }))
    assert.equal(compare(base, gone, parent, terminal), 99)
    assert.equal(compare(gone, base, parent, terminal), 0)
  })
  it('says which run has no benchmarks', () => {
    assert.throws(
      () => findBenchmarks('20260103', parent),
      /20260103T000000Z-burst\/benchmarks\.json: no such file; only runs of benchmarks/,
    )
    const empty = join(parent, 'empty')
    mkdirSync(empty)
    assert.throws(() => findBenchmarks(undefined, empty), /holds no benchmarks\.json yet/)
  })
})
