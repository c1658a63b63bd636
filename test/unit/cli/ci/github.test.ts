import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { annotations, stepSummary } from '../../../../cli/ci/github.ts'
import type { RunSummary } from '../../../../lib/summary/model.ts'
import { resultsOf } from '../report/results-of-a-run.ts'

const root = mkdtempSync(join(tmpdir(), 'loadgate-github-'))
after(() => rmSync(root, { recursive: true, force: true }))
mkdirSync(join(root, 'thresholds'))
writeFileSync(join(root, 'thresholds', 'burst.json'), '{\n "windows": {\n  "spike": {\n   "*": {\n    "p95_ms": 100 } } } }\n')
const project = { root, version: '0.1.0' }
const env = { GITHUB_WORKSPACE: root }

describe('annotations', () => {
  const failed = resultsOf({ seconds: 30, endpoints: 2, verdict: 'fail' })

  it('are the verdict, and each red gate at the line of its limit', () => {
    const [verdict, gate, ...more] = annotations(failed.verdict, failed.summary, project, env)
    assert.equal(more.length, 0)
    assert.match(
      verdict ?? '',
      /^::error title=loadgate burst%3A fail::p95 of window spike was 143 ms; the limit is 100 ms\. Run again/,
    )
    assert.match(
      gate ?? '',
      /^::error file=thresholds\/burst\.json,line=5,title=[^:]*::spike \/ all: p95 was 143 ms, must be ≤ 100 ms/,
    )
  })
  it('are none when the run passed', () => {
    const { verdict, summary } = resultsOf({ seconds: 30, endpoints: 2 })
    assert.deepEqual(annotations(verdict, summary, project, env), [])
  })
  it('name no file that lies outside of the checkout', () => {
    const elsewhere = { GITHUB_WORKSPACE: join(root, 'thresholds', 'deeper') }
    assert.ok(!annotations(failed.verdict, failed.summary, project, elsewhere).join('').includes('file='))
  })
  it('cannot be broken out of by what a gateway or a thresholds file says', () => {
    const gates = failed.summary.gates.map((gate) => ({ ...gate, why: 'a\n::add-mask::b\r%0A,c' }))
    for (const line of annotations(failed.verdict, { ...failed.summary, gates }, project, env)) assert.ok(!/[\r\n]/.test(line))
  })
  it('are at most ten, which is what GitHub shows', () => {
    const gates = Array.from({ length: 40 }, () => ({ ...failed.summary.gates[0], ok: false })) as RunSummary['gates']
    assert.equal(annotations(failed.verdict, { ...failed.summary, gates }, project, env).length, 10)
  })
})

describe('stepSummary', () => {
  const file = join(root, 'summary.md')
  it('adds to what is on the page already', () => {
    writeFileSync(file, 'before\n')
    assert.equal(stepSummary('# burst: pass', { GITHUB_STEP_SUMMARY: file }), undefined)
    assert.equal(readFileSync(file, 'utf8'), 'before\n# burst: pass\n')
  })
  it('does nothing elsewhere, and says why it could not', () => {
    assert.equal(stepSummary('text', {}), undefined)
    assert.match(stepSummary('text', { GITHUB_STEP_SUMMARY: join(root, 'no', 'folder') }) ?? '', /ENOENT/)
  })
  it('stays below the size that GitHub refuses', () => {
    writeFileSync(file, '')
    stepSummary('é'.repeat(1024 * 1024), { GITHUB_STEP_SUMMARY: file })
    assert.ok(readFileSync(file).length <= 1024 * 1024)
  })
})
