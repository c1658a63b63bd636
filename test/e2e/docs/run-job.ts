/** Runs a command of a page, made small, and holds it to what the page says of it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { basename, join } from 'node:path'
import type { TestContext } from 'node:test'
import { flagOf } from '../../../cli/base/flags.ts'
import type { GeneratorEvidence } from '../../../cli/generator/evidence-model.ts'
import { parseVerdict, type Verdict } from '../../../cli/results/verdict-model.ts'
import { readPage } from '../../docs/pages.ts'
import { isRed, type Job } from '../../docs/treatment.ts'
import { onlyValidAnswers } from '../lenient-limits.ts'
import { until } from '../until.ts'
import { essence, pattern, redRows } from './figure.ts'
import { RED, type Sizes, SMALL } from './small.ts'
import type { Stage } from './stage.ts'
import { start } from './started.ts'

const LOADGATE = [process.execPath, 'dist/loadgate.mjs']
/** What the first run of the README ends with. */
const PASS = pattern(/^PASS {2}.*$/m.exec(readPage('README.md').text)?.[0] ?? assert.fail('the README shows no PASS'))
/** Others take so much of the machine that what it measures is theirs: k6 was kept from its cores, or could not even begin. */
function isBusy(generatorFile: string): boolean {
  if ((loadavg()[0] ?? 0) > 3 * availableParallelism()) return true
  if (!existsSync(generatorFile)) return false
  const { cpu_starved, finding } = JSON.parse(readFileSync(generatorFile, 'utf8')) as GeneratorEvidence
  return cpu_starved !== null || finding === 'generator-bound'
}

async function sizesOf(t: TestContext, job: Job): Promise<Record<string, string>> {
  const smallest = { ...job.sizes, PROFILE: 'smoke' }
  if (isRed(job)) return { ...smallest, ...RED[job.script] }
  const users = job.script === 'http' && job.call.words.includes('--users')
  const small: Sizes | undefined = SMALL[users ? 'http users' : job.script]
  return { ...smallest, ...small, THRESHOLDS: await onlyValidAnswers(t, job.script) }
}

/** A page that shows a fault: it is seen, by the gates and with the sentence that stand there. */
function judgeRed(out: string, verdict: Verdict, busy: boolean, { line: { output = '', where } }: Job): void {
  assert.ok(
    redRows(output).some((row) => row.test(out)),
    `no red gate of ${where}:\n${out}`,
  )
  const shown = /^FAIL {2}(.*)$/m.exec(output)?.[1] ?? ''
  const headline = pattern(essence(shown, shown))
  // Beside what a busy machine turns red it may go under.
  if (!busy)
    assert.ok(
      verdict.reasons.some(({ sentence }) => headline.test(essence(sentence, shown))),
      `no reason of ${where}:\n${out}`,
    )
}

/** A results folder, and what the verdict in it is made of. */
function judge(stage: Stage, { out, code }: { out: string; code: number | null }, job: Job): void {
  const folder = /^results {2}.*\/(\S+)$/m.exec(out)?.[1]
  assert.ok(folder !== undefined, out)
  const file = (name: string): string => join(stage.results, basename(folder), name)
  const verdict = parseVerdict(readFileSync(file('verdict.json'), 'utf8'))
  // A busy machine can say nothing of the gateway; that the command does what it says it has shown all the same.
  const busy = isBusy(file('generator.json'))
  if (code === 3 && (verdict.gates === null ? busy : verdict.gates.script.red === 0 && (!isRed(job) || busy))) return
  assert.equal(code, isRed(job) ? 99 : 0, out)
  assert.ok(existsSync(file('report.html')), `${folder} has no report`)
  if (isRed(job)) judgeRed(out, verdict, busy, job)
  else assert.match(out, PASS)
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
  const answerLog = words[words.indexOf('--answer-log') + 1] ?? ''
  if (words.includes('--answer-log'))
    assert.ok(readFileSync(join(folder, answerLog), 'utf8').includes('/health'), 'the answer log')
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
      : // Beside other tests answers may come late, which is no fault of the command; what must be red is.
        [['--case', 'error_500', 'http users'], [0, 1], /error_500: (NOT )?as expected \(fail, .*\)\n(?! +missed)/i],
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
