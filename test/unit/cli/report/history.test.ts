import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listResults } from '../../../../cli/commands/list-results.ts'
import { reportPage } from '../../../../cli/report/html/page.ts'
import { readResults } from '../../../../cli/report/read-results.ts'
import { show } from '../../../../cli/report/show.ts'
import { findResults, resultsIn } from '../../../../cli/results/find-results.ts'
import { thresholdsOf } from '../../../../lib/gates/threshold.ts'

/** What a run of an earlier day has left: it must stay readable, whatever becomes of the files' shapes. */
const OLD = fileURLToPath(new URL('./results-of-schema-1', import.meta.url))
const parent = mkdtempSync(join(tmpdir(), 'loadgate-history-'))
after(() => rmSync(parent, { recursive: true, force: true }))

function copy(name: string, at: number): string {
  const folder = join(parent, name)
  cpSync(OLD, folder, { recursive: true })
  utimesSync(join(folder, 'verdict.json'), at, at)
  return folder
}

function terminal() {
  const [printed, noted]: [string[], string[]] = [[], []]
  return {
    printed,
    noted,
    print: (line: string) => void printed.push(line),
    note: (line: string) => void noted.push(line),
    colour: false,
    live: false,
    command: () => {},
    progress: { draw: () => {}, wipe: () => {} },
    size: () => ({ columns: 1000, rows: 24 }),
  }
}

describe('results of schema 1', () => {
  const read = readResults(OLD)
  it('are read whole', () => {
    assert.deepEqual(read.problems, [])
    assert.equal(read.verdict.verdict, 'fail')
    assert.equal(read.summary?.gates.filter(({ ok }) => !ok).length, 1)
    assert.equal(
      read.series?.rows.reduce((total, { sent }) => total + sent.reduce((a, b) => a + b, 0), 0),
      read.summary?.totals.sent,
    )
    const gates = read.summary?.gates ?? []
    const told = (key: string) =>
      gates.filter((gate) => gate.key === key).map((gate) => Object.values(thresholdsOf(gate)[0]).join(' '))
    assert.equal(told('delivered').length, 0)
    assert.ok(told('goodput').includes('http_reqs{scenario:spike,expected_response:true} count>=1900'), String(told('goodput')))
    assert.ok(told('p95_ms').includes('http_req_duration{scenario:spike} p(95)<=300'), String(told('p95_ms')))
    assert.deepEqual([...new Set(gates.filter(({ key }) => key === 'p95_ms').map(({ label }) => label))], ['p95'])
    assert.equal(read.failures[0]?.class, 'server_error')
    assert.equal(read.generator?.finding, 'agree')
  })
  it('make a report of today', () => {
    const page = reportPage(read, { script: '', style: '' })
    assert.match(page, /1\.09 % of the requests of window spike failed/)
    assert.match(page, /"views":\[\{"endpoint":"\*","t":\[0\.\d/)
  })
  it('are shown as they were', () => {
    const out = terminal()
    assert.equal(show(OLD, 'nowhere', out), 0)
    assert.match(out.printed.join('\n'), /✗ {2}spike \/ all +error rate[\s\S]*FAIL {2}1\.09 %/)
    assert.deepEqual(out.noted, [])
  })
})

describe('results of the names before: wrong answers, books, starved and room', () => {
  const folder = fileURLToPath(new URL('./results-of-schema-2', import.meta.url))
  const read = readResults(folder)
  it('are read whole, under the names of today', () => {
    assert.deepEqual(read.problems, [])
    const red = read.summary?.gates.filter(({ ok, key }) => !ok && key === 'failed_checks') ?? []
    assert.deepEqual(
      red.map(({ label, tags, measured }) => [label, tags.class, measured]),
      [11, 46, 9, 2, 4].map((count) => ['failed checks', 'failed_check', count]),
    )
    assert.equal(
      read.summary?.gates.find(({ key }) => key === 'wrong_answers'),
      undefined,
    )
    const failed = read.summary?.endpoints.reduce((sum, { failures }) => sum + (failures.failed_check ?? 0), 0)
    assert.equal(failed, 72)
    assert.deepEqual([...new Set(read.failures.map((group) => group.class))], ['failed_check'])
    assert.deepEqual([...new Set(read.failures[0]?.samples.map((sample) => sample.class))], ['failed_check'])
    assert.match(read.generator?.cpu_starved ?? '', /^In window spike k6 had 0\.43 of 2 cores/)
    assert.deepEqual(
      read.generator?.windows.map(({ cpu_starved, headroom }) => [cpu_starved, headroom]),
      [1, 2, 3].map(() => [true, false]),
    )
    assert.equal(read.reconciliation?.finding, 'reconciled')
    assert.match(read.reconciliation?.sentences[0] ?? '', /^The gateway counted each of the 9,416 requests/)
  })
  it('make a report of today, are shown and listed', () => {
    const page = reportPage(read, { script: '', style: '' })
    assert.match(page, /<h2 id="reconciliation">Reconciliation <span class="count">reconciled/)
    assert.match(page, /failed checks/)
    assert.match(page, /kept from the cores/)
    const [shown, listed] = [terminal(), terminal()]
    assert.equal(show(folder, 'nowhere', shown), 0)
    assert.match(shown.printed.join('\n'), /✗ {2}spike \/ resource +failed checks +46/)
    assert.match(shown.printed.join('\n'), /^reconciliation {2}The gateway counted each of the 9,416 requests/m)
    assert.deepEqual(shown.noted, [])
    const runs = mkdtempSync(join(tmpdir(), 'loadgate-before-'))
    after(() => rmSync(runs, { recursive: true, force: true }))
    cpSync(folder, join(runs, '20261130T115459Z-burst'), { recursive: true })
    listResults(runs, {}, listed)
    assert.match(listed.printed[0] ?? '', /^20261130T115459Z-burst {2}fail .*72 of 3,828 answers failed their check/)
  })
  it('keep what is no result of theirs for what it is', () => {
    const broken = mkdtempSync(join(tmpdir(), 'loadgate-broken-'))
    after(() => rmSync(broken, { recursive: true, force: true }))
    cpSync(folder, broken, { recursive: true })
    writeFileSync(join(broken, 'books.json'), '{"schema":"loadgate.books/1","finding":"constructor"}')
    writeFileSync(join(broken, 'generator.json'), '{"schema":"loadgate.generator/1","windows":[null]}')
    assert.deepEqual(
      readResults(broken).problems.map((problem) => problem.split(' ')[0]),
      ['generator.json', 'books.json'],
    )
  })
})

describe('folders of runs', () => {
  before(() => {
    copy('20260101T000000Z-burst', 1000)
    copy('20260102T000000Z-burst', 3000)
    copy('20260102T000000Z-http', 2000)
    mkdirSync(join(parent, 'not-a-run'))
  })
  const name = (written?: string): string => findResults(written, parent).slice(parent.length + 1)

  it('are found by nothing, by a path, by a file in them, by the beginning of their name', () => {
    assert.equal(name(), '20260102T000000Z-burst')
    assert.equal(name('20260101'), '20260101T000000Z-burst')
    assert.equal(name('20260102T000000Z-http'), '20260102T000000Z-http')
    assert.equal(findResults(OLD, parent), OLD)
    assert.equal(findResults(join(OLD, 'series.json'), parent), OLD)
  })
  it('that could be several are all named, and the nearest name where there is none', () => {
    assert.throws(() => name('20260102'), /could be any of 20260102T000000Z-burst, 20260102T000000Z-http/)
    assert.throws(() => name('20260102T000000Z-bust'), /did you mean "20260102T000000Z-burst"/)
    assert.throws(() => findResults(undefined, join(parent, 'not-a-run')), /holds no results yet/)
    assert.throws(() => resultsIn(join(parent, 'nowhere')), /no such folder/)
  })
  it('are listed with their verdicts, and one that cannot be read says why', () => {
    const broken = copy('20260103T000000Z-burst', 4000)
    writeFileSync(join(broken, 'verdict.json'), '{"schema":"loadgate.verdict/9"}')
    utimesSync(join(broken, 'verdict.json'), 4000, 4000)
    const [text, json] = [terminal(), terminal()]
    listResults(parent, {}, text)
    listResults(parent, { json: true }, json)
    assert.equal(text.printed.length, 4)
    assert.match(
      text.printed[0] ?? '',
      /^20260103T000000Z-burst {2}unreadable .*loadgate\.verdict\/9, which this version does not know/,
    )
    assert.match(text.printed[1] ?? '', /^20260102T000000Z-burst {2}fail +1\.09 %/)
    assert.deepEqual(
      json.printed.map((line) => JSON.parse(line).verdict),
      ['unreadable', 'fail', 'fail', 'fail'],
    )
    rmSync(broken, { recursive: true })
  })
})

describe('a folder that is damaged', () => {
  it('without a verdict is none, and says so', () => {
    assert.throws(() => readResults(join(parent, 'not-a-run')), /holds no results: there is no verdict\.json/)
  })
  it('still shows what can be read of it', () => {
    const folder = copy('damaged', 1)
    writeFileSync(join(folder, 'series.json'), readFileSync(join(folder, 'series.json')).subarray(0, 500))
    writeFileSync(join(folder, 'summary.json'), '{"schema":"loadgate.summary/9"}')
    const { problems, verdict } = readResults(folder)
    assert.equal(verdict.verdict, 'fail')
    assert.deepEqual(
      problems.map((problem) => problem.split(' ')[0]),
      ['summary.json', 'series.json'],
    )
    const out = terminal()
    assert.equal(show(folder, parent, out), 0)
    assert.equal(out.noted.length, 2)
    assert.match(out.printed.join('\n'), /FAIL/)
    assert.ok(existsSync(folder))
  })
  it('with a verdict of another shape is refused with the place', () => {
    const folder = copy('other-shape', 1)
    for (const text of ['null', '[]', '{}', '{"schema":"loadgate.verdict/1"}', 'not json'])
      assert.throws(() => {
        writeFileSync(join(folder, 'verdict.json'), text)
        readResults(folder)
      }, /verdict\.json (is not|does not say)/)
  })
})
