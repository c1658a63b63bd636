/** Runs a command of a page, made small, and holds it to what the page says of it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { TestContext } from 'node:test'
import { flagOf } from '../../../cli/flags.ts'
import type { GeneratorEvidence } from '../../../cli/generator/evidence-model.ts'
import { parseVerdict } from '../../../cli/verdict-model.ts'
import { readPage } from '../../docs/pages.ts'
import { isRed, type Job } from '../../docs/treatment.ts'
import { withoutLatency } from '../lenient-limits.ts'
import { until } from '../until.ts'
import { pattern, redRows } from './figure.ts'
import { RED, type Sizes, SMALL } from './small.ts'
import type { Stage } from './stage.ts'
import { start } from './started.ts'

const LOADGATE = [process.execPath, 'dist/loadgate.mjs']
/** What the first run of the README ends with. */
const PASS = pattern(/^PASS {2}.*$/m.exec(readPage('README.md').text)?.[0] ?? assert.fail('the README shows no PASS'))
/** Limits that are left out: of what targets/agentcore.json denies, and of connections, which wait where the machine is busy. */
const LEFT_OUT = /^(resource|resources|action|events|watch_connection_slope)$/

async function sizesOf(t: TestContext, job: Job): Promise<Record<string, string>> {
  const smallest = { ...job.sizes, PROFILE: 'smoke' }
  if (isRed(job)) return { ...smallest, ...RED[job.script] }
  const users = job.script === 'http' && job.call.words.includes('--users')
  const small: Sizes | undefined = SMALL[users ? 'http users' : job.script]
  const leaves = job.call.words.includes('agentcore') || job.script === 'sustained'
  // Latency is not the subject: the machine may be busy.
  return { ...smallest, ...small, THRESHOLDS: await withoutLatency(t, job.script, leaves ? LEFT_OUT : undefined) }
}

/** A results folder, and what the verdict in it is made of. */
function judge(stage: Stage, { out, code }: { out: string; code: number | null }, job: Job): void {
  const folder = /^results {2}.*\/(\S+)$/m.exec(out)?.[1]
  assert.ok(folder !== undefined, out)
  const file = (name: string): string => join(stage.results, basename(folder), name)
  assert.ok(existsSync(file('report.html')), `${folder} has no report`)
  const verdict = parseVerdict(readFileSync(file('verdict.json'), 'utf8'))
  assert.notEqual(verdict.verdict, 'usage', out)
  const { finding } = JSON.parse(readFileSync(file('generator.json'), 'utf8')) as GeneratorEvidence
  // A machine that others load can say nothing of the gateway; that the command does what it says it has shown all the same.
  const starved = code === 3 && verdict.gates !== null && verdict.gates.script.red === 0
  if (isRed(job)) {
    if (starved && finding === 'generator-bound') return
    assert.equal(code, 99, out)
    const output = job.line.output ?? ''
    // What else a busy machine has turned red may come before it.
    const headline = pattern(/^FAIL {2}(.*)$/m.exec(output)?.[1] ?? '')
    assert.ok(
      verdict.reasons.some(({ sentence }) => headline.test(sentence)),
      `no reason of ${job.line.where}:\n${out}`,
    )
    assert.ok(
      redRows(output).some((row) => row.test(out)),
      `no red gate of ${job.line.where}:\n${out}`,
    )
  } else if (!starved) {
    assert.equal(code, 0, out)
    assert.match(out, PASS)
  }
}

async function loadgate(t: TestContext, stage: Stage, job: Job): Promise<void> {
  const folder = await stage.folder(t)
  const flags = Object.entries(await sizesOf(t, job)).flatMap(([name, value]) => [flagOf(name), value])
  const pushed = stage.pushed()
  const { ended } = start(t, [...LOADGATE, ...job.call.words.map(stage.real), ...flags], {
    folder,
    env: stage.env(folder, job.call.env),
  })
  judge(stage, await ended, job)
  if (job.call.words.includes('--prometheus')) assert.ok(stage.pushed() > pushed, 'nothing was pushed')
}

async function k6(t: TestContext, stage: Stage, job: Job): Promise<void> {
  const folder = await stage.folder(t)
  const small = await sizesOf(t, job)
  for (const { call } of job.first === undefined ? [job] : [job.first, job]) {
    const [command = '', ...words] = call.words.map(stage.real)
    const given = words.some((word) => /^(BASE_URL|TARGET)=/.test(word)) ? small : { ...small, BASE_URL: stage.gateway }
    const settings = Object.entries(given).flatMap(([name, value]) => ['-e', `${name}=${value}`])
    // Several at once would fight for the port of k6's REST API.
    const address = command === 'run' && !words.includes('--address') ? ['--address', 'localhost:0'] : []
    const line = [stage.k6, command, ...address, ...words.slice(0, -1), ...settings, words.at(-1) ?? '']
    const { code, out } = await start(t, line, { folder, env: stage.env(folder, call.env) }).ended
    assert.equal(code, 0, out)
    if (command === 'archive') assert.ok(existsSync(join(folder, 'archive.tar')))
    else assert.match(out, /All \d+ gates held\./)
  }
}

async function gateway(t: TestContext, stage: Stage, job: Job): Promise<void> {
  const folder = await stage.folder(t)
  const words = [process.execPath, 'dist/gateway.mjs', ...job.call.words, '--port', '0', '--rpc-port', '0']
  const { child, out, ended } = start(t, words, { folder, env: stage.env(folder, job.call.env) })
  await until(() => out().includes('\n'))
  const { url } = JSON.parse(out().split('\n')[0] ?? '') as { url: string }
  assert.equal((await fetch(`${url}${words.includes('agentcore') ? '/live' : '/api/v1/health'}`)).status, 200)
  child.kill('SIGINT')
  assert.equal((await ended).code, 0, out())
  const ledger = words[words.indexOf('--ledger') + 1] ?? ''
  if (words.includes('--ledger')) assert.ok(readFileSync(join(folder, ledger), 'utf8').includes('/health'), 'the ledger')
}

/** Words that make it short, the codes that it may end with, and what it says then. */
const OTHERS: Readonly<Record<'calibrate' | 'selftest' | 'doctor', (job: Job) => [string[], number[], RegExp]>> = {
  calibrate: ({ call: { words } }) =>
    words.includes('websocket')
      ? [['--up-to', '400'], [0, 3], /A socket takes [\d,]+ KiB|sockets were held/]
      : [['--up-to', '50'], [0, 3], /This machine sends [\d,]+ requests\/s of http honestly|Not even the lowest rate held/],
  selftest: ({ call: { words } }) =>
    words.includes('--clean')
      ? [['--clean', '1', 'http users'], [0], /clean: pass/]
      : [['--case', 'error_500'], [0], /error_500: fail/],
  doctor: ({ line: { output = '' } }) => [[], [0, 1], pattern(output.split('\n')[0] ?? '')],
}

async function other(t: TestContext, stage: Stage, job: Job): Promise<void> {
  const folder = await stage.folder(t)
  const [more, codes, says] = OTHERS[job.kind as keyof typeof OTHERS](job)
  const { ended } = start(t, [...LOADGATE, ...job.call.words, ...more], { folder, env: stage.env(folder, job.call.env) })
  const { code, out } = await ended
  assert.ok(codes.includes(code ?? -1), `ended with ${code}:\n${out}`)
  assert.match(out, says)
}

const KINDS: Readonly<Record<Job['kind'], typeof loadgate>> = {
  ...{ loadgate, k6, gateway },
  ...{ calibrate: other, selftest: other, doctor: other },
}

export const runJob = (t: TestContext, stage: Stage, job: Job): Promise<void> => KINDS[job.kind](t, stage, job)
