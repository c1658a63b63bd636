/** Commands of the pages that look at what runs have left. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Line } from '../../docs/pages.ts'
import type { Call } from '../../docs/shell.ts'
import { until } from '../until.ts'
import type { Stage } from './stage.ts'
import { start } from './started.ts'

type Limits = Record<string, unknown> & { why?: string | Record<string, string> }
type Thresholds = { windows: Record<string, Record<string, Limits>> }

/** A row of the page's table of limits: what happened, window, endpoint, limit, old, new. */
const ROW = /^(?:loosened|removed|tightened|added) +(\S+) +(\S+) +(\S+) +(\S+)(?: \(default\))? +-> +(\S+)/gm

/** The revision `main` with the limits as the page has them on the left, and in the folder those on the right. */
function twoRevisions(folder: string, output: string): void {
  const thresholds = join(folder, 'thresholds')
  const source = readdirSync(thresholds)
  assert.ok(source.includes('burst.json'))
  cpSync(thresholds, join(folder, 'copy'), { recursive: true, dereference: true })
  rmSync(thresholds)
  cpSync(join(folder, 'copy'), thresholds, { recursive: true })
  const file = join(thresholds, 'burst.json')
  const { windows, ...others } = JSON.parse(readFileSync(file, 'utf8')) as Thresholds
  const changed = structuredClone(windows)
  const rows = [...output.matchAll(ROW)]
  assert.ok(rows.length > 0)
  for (const [row, window = '', endpoint = '', limit = '', old = '', now = ''] of rows) {
    const [before, after] = [windows[window]?.[endpoint], changed[window]?.[endpoint]]
    assert.ok(before !== undefined && after !== undefined, `${row}: thresholds/burst.json has no such limits`)
    if (!row.includes('(default)')) before[limit] = Number(old)
    if (now === 'none') {
      delete after[limit]
      if (typeof after.why === 'object') delete after.why[limit]
    } else after[limit] = Number(now)
  }
  const write = (content: object): void => writeFileSync(file, JSON.stringify({ ...others, windows: content }))
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...words], { cwd: folder })
  write(windows)
  git('init', '--quiet', '--initial-branch', 'main')
  git('add', 'thresholds')
  git('commit', '--quiet', '--message', 'Limits')
  write(changed)
}

/** Names of the runs that have this file, the earliest first. */
const runsWith = (stage: Stage, file: string): string[] =>
  readdirSync(stage.results)
    .filter((name) => existsSync(join(stage.results, name, file)))
    .sort()

type Check = (t: TestContext, stage: Stage, call: Call, line: Line) => Promise<void>

const begin = async (t: TestContext, stage: Stage, words: readonly string[]) => {
  const folder = await stage.folder(t)
  return start(t, [process.execPath, 'dist/loadgate.mjs', ...words], { folder, env: stage.env(folder, {}) })
}

/** `[run]` stands for one run or none. */
const withRun = (stage: Stage, words: readonly string[]): string[][] => {
  const [latest = assert.fail('no run has left results')] = runsWith(stage, 'verdict.json').toReversed()
  return words.includes('[run]')
    ? [words.filter((word) => word !== '[run]'), words.map((word) => (word === '[run]' ? latest : word))]
    : [[...words]]
}

const show: Check = async (t, stage, { words }) => {
  for (const line of withRun(stage, words)) {
    const { code, out } = await (await begin(t, stage, line)).ended
    assert.equal(code, 0, out)
    assert.match(out, /^(PASS|FAIL|INVALID) {2}.*\n[\s\S]*^results {2}/m)
  }
}

const open: Check = async (t, stage, { words }) => {
  for (const line of withRun(stage, words)) {
    // Without a display there is no browser to open it in.
    const { child, out, ended } = await begin(t, stage, line)
    await until(() => /^http:\S+$/m.test(out()) || child.exitCode !== null)
    const [url = assert.fail(out())] = /^http:\S+$/m.exec(out()) ?? []
    assert.match(await (await fetch(url)).text(), /<html[\s\S]*loadgate/i)
    child.kill('SIGINT')
    assert.equal((await ended).code, 0, out())
  }
}

const listResults: Check = async (t, stage, { words }) => {
  const { code, out } = await (await begin(t, stage, words)).ended
  assert.equal(code, 0, out)
  for (const name of runsWith(stage, 'verdict.json')) assert.match(out, new RegExp(`^${name} +(pass|fail|invalid|usage) `, 'm'))
}

/** Of the two runs of the benchmarks the one is against a gateway that registers slowly: the page shows how slowly. */
const compare: Check = async (t, stage) => {
  const isSlow = (name: string): boolean =>
    readFileSync(join(stage.results, name, 'verdict.json'), 'utf8').includes('webhook_create')
  const runs = runsWith(stage, 'benchmarks.json')
  const usual = runs.find((name) => !isSlow(name)) ?? assert.fail('no run of benchmarks')
  const slow = runs.find(isSlow) ?? assert.fail('no run of slow benchmarks')
  const worse = await (await begin(t, stage, ['compare', usual, slow])).ended
  assert.equal(worse.code, 99, worse.out)
  assert.match(worse.out, /^register +.* worse$/m)
  // Against the latest, whichever of the two that is.
  const latest = await (await begin(t, stage, ['compare', usual])).ended
  assert.match(latest.out, /^\d+ worse, \d+ better, \d+ within the spread of their rounds/m)
  // Of any other script, gates and windows: beside itself a run is as it was.
  const [other = assert.fail('no run of another script')] = runsWith(stage, 'summary.json').filter((name) => !runs.includes(name))
  const same = await (await begin(t, stage, ['compare', other, other])).ended
  assert.match(same.out, /^Gates: 0 broken, 0 mended, 0 gone, 0 new, \d+ as they were$/m)
}

const gates: Check = async (t, stage, { words }, { output = '' }) => {
  const folder = await stage.folder(t)
  twoRevisions(folder, output)
  const env = stage.env(folder, {})
  const { code, out } = await start(t, [process.execPath, 'dist/loadgate.mjs', ...words], { folder, env }).ended
  assert.equal(code, 1, out)
  assert.equal(out.trim(), output.trim())
}

const CHECKS: Readonly<Record<string, Check>> = { show, open, compare, gates, 'list-results': listResults }

export async function onResults(t: TestContext, stage: Stage, line: Line, call: Call): Promise<void> {
  const check = CHECKS[call.words[0] ?? ''] ?? assert.fail(`nobody knows how to look at ${line.text}`)
  await check(t, stage, call, line)
}
