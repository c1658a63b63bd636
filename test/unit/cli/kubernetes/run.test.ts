/** `loadgate kubernetes --apply` against a made-up cluster: the exit code is the verdict's, and nothing is left behind. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { VERDICT_SCHEMA, type Verdict } from '../../../../cli/results/verdict-model.ts'
import { folderOf, madeUpProject, put } from '../made-up-project.ts'
import { until } from '../processes.ts'
import { runPlan } from '../run-plan.ts'
import * as pod from './pods.ts'

const FAKE = join(import.meta.dirname, 'fake-kubectl.mjs')
const CLI = join(import.meta.dirname, '../../../../cli/commands/cli.ts')

const verdict = (name: Verdict['verdict'], exit_code: number): Verdict => ({
  schema: VERDICT_SCHEMA,
  verdict: name,
  exit_code,
  reasons: name === 'pass' ? [] : [{ code: 'x', sentence: 'A limit is broken.', advice: 'Look at it.' }],
  script: 'burst',
  target: { base_url: 'http://10.0.0.7:8080', embedded: false },
  gates: null,
  k6: { version: '1.8.1', exit_code: null, signal: null },
  started_at: '2026-01-02T03:04:05.000Z',
  finished_at: '2026-01-02T03:05:05.000Z',
  command: 'loadgate judge',
  machine: { cpus: 1, model: '', memory_bytes: 1, os: '', node: '' },
  loadgate: '1.2.3',
})

interface Played {
  lists: string[]
  there?: object[]
  logs?: string
  fails?: Record<string, string>
  judged?: Verdict
}

/** A process of its own: it takes signals. */
function place(t: TestContext, { judged, ...played }: Played, words: string[] = []) {
  const folder = folderOf(t)
  const cluster = join(folder, 'cluster')
  mkdirSync(join(cluster, 'results', 'a-run'), { recursive: true })
  if (judged !== undefined) put(join(cluster, 'results', 'a-run', 'verdict.json'), JSON.stringify(judged))
  put(join(cluster, 'plan.json'), JSON.stringify({ before: pod.list(pod.judge(pod.judging)), ...played }))
  put(join(folder, 'bin', 'kubectl'), `#!/bin/sh\nexec ${process.execPath} ${FAKE} "$@"\n`, 0o755)
  const plan = JSON.stringify({
    ext: { loadgate: runPlan({ rate: 100, vus: 10, windows: [{ name: 'burst', start: 0, duration: 5 }] }) },
  })
  const k6 = put(
    join(folder, 'bin', 'k6'),
    `#!/bin/sh\n[ "$1" = version ] && echo 'k6 v1.8.1 (go1, x)' && exit\necho '${plan}'\n`,
    0o755,
  )
  const { root } = madeUpProject(t)
  const project = { root, version: '1.2.3' }
  put(join(root, 'dist', 'scripts', 'burst.js'), 'export default () => {}\n')
  // What it bundles stands in this checkout.
  const all = [
    'kubernetes',
    'burst',
    '--parallelism',
    '2',
    '--base-url',
    'http://10.0.0.7:8080',
    '--patience',
    '10s',
    '--apply',
    ...words,
  ]
  const program = `import { cli } from ${JSON.stringify(CLI)}
import { processTerminal } from ${JSON.stringify(CLI.replace('commands/cli.ts', 'base/terminal.ts'))}
process.exitCode = await cli(${JSON.stringify(all)}, ${JSON.stringify(project)}, processTerminal())`
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', program], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      K6_BIN: k6,
      FAKE_CLUSTER: cluster,
      LOADGATE_CACHE: join(folder, 'cache'),
      NODE_PATH: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (out += text))
  const ended = new Promise<{ code: number | null; out: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out })),
  )
  const left = (): unknown[] => JSON.parse(readFileSync(join(cluster, 'created.json'), 'utf8')) as unknown[]
  const calls = (): string[] => readFileSync(join(cluster, 'calls'), 'utf8').trimEnd().split('\n')
  return { folder, cluster, child, ended, left, calls, out: () => out }
}

const two = (status: Record<string, unknown>, other = status) => [pod.runner(1, status, 'n1'), pod.runner(2, other, 'n1')]
const created = pod.list(pod.testRun('created'), pod.judge(pod.judging), ...two(pod.running))
const started = pod.list(pod.testRun('started'), pod.judge(pod.judging), ...two(pod.running))
const finished = (code: number, status = pod.ended(0), other = status) =>
  pod.list(pod.testRun('finished'), pod.judge(pod.judged(code)), ...two(status, other))

test('a green run: its results are here, its exit code is 0, and nothing is left', async (t) => {
  const { ended, left, calls, folder } = place(t, { lists: [created, started, finished(0)], judged: verdict('pass', 0) })
  const { code, out } = await ended
  assert.equal(code, 0, out)
  assert.ok(existsSync(join(folder, 'results', 'a-run', 'verdict.json')), out)
  assert.match(out, /^PASS {2}/m)
  assert.deepEqual(left(), [])
  // The collector is ready before the starter.
  const at = (start: string): number => calls().findIndex((call) => call.startsWith(start))
  assert.ok(at('get testruns.k6.io,pods') < calls().lastIndexOf('create --filename -'), calls().join('\n'))
})

test('a red run', async (t) => {
  const { ended, left } = place(t, { lists: [created, started, finished(99, pod.ended(99))], judged: verdict('fail', 99) })
  const { code, out } = await ended
  assert.equal(code, 99, out)
  assert.match(out, /^FAIL {2}A limit is broken\.$/m)
  assert.deepEqual(left(), [])
})

test('no green of a run that has lost a runner, whatever the judge says', async (t) => {
  const { ended, folder } = place(t, {
    lists: [created, started, finished(0, pod.ended(0), pod.outOfMemory)],
    judged: verdict('pass', 0),
  })
  const { code, out } = await ended
  assert.equal(code, 3, out)
  assert.match(out, /^cluster {2}Runner loadgate-burst-2 \(OOMKilled/m)
  const { problems, runners } = JSON.parse(readFileSync(join(folder, 'results', 'a-run', 'cluster.json'), 'utf8'))
  assert.deepEqual([problems.length, problems[0].code, runners.length, runners[1].state], [1, 'lost', 2, 'lost'])
})

test('a broken bundle: the cause stands in the log of its runner', async (t) => {
  const broken = pod.list(pod.testRun('created'), pod.judge(pod.judging), ...two(pod.ended(107)))
  const logs =
    '{"level":"error","msg":"ReferenceError: nothing is not defined\\n\\tat file:///test/burst.js:1:1(3)","time":"x"}\n'
  const { ended, left } = place(t, { lists: [created, broken], logs })
  const { code, out } = await ended
  assert.equal(code, 3, out)
  assert.match(out, /ended with exit code 107 before the start\. Its log says: ReferenceError: nothing is not defined$/m)
  assert.match(out, /^INVALID {2}Runner loadgate-burst-1 ended/m)
  assert.deepEqual(left(), [])
})

test('Ctrl-C takes everything away; --keep does not', async (t) => {
  for (const [words, count] of [
    [[], 0],
    [['--keep'], 7],
  ] as const) {
    const { child, ended, left, out } = place(t, { lists: [created, started] }, [...words])
    await until('the start', () => /stage started/.test(out()))
    child.kill('SIGINT')
    const { code, out: said } = await ended
    assert.equal(code, 3, said)
    assert.match(said, /^INVALID {2}Interrupted\.$/m)
    assert.equal(left().length, count, said)
  }
})

test('what is in the cluster already is left alone', async (t) => {
  const { ended, cluster, calls } = place(t, { lists: [], there: [{ kind: 'Job', metadata: { name: 'loadgate-burst-judge' } }] })
  const { code, out } = await ended
  assert.equal(code, 3, out)
  assert.match(out, /There is a run named loadgate-burst already/)
  assert.ok(!existsSync(join(cluster, 'created.json')))
  assert.ok(!calls().some((call) => call.startsWith('delete')), calls().join('\n'))
})

test('a cluster without the operator, and one that cannot be reached', async (t) => {
  for (const [said, sentence] of [
    [`error: the server doesn't have a resource type "testruns"`, /This cluster has no k6-operator: install it first/],
    ['Unable to connect to the server: dial tcp: lookup nowhere', /kubectl get: Unable to connect to the server/],
  ] as const) {
    const { code, out } = await place(t, { lists: [], fails: { get: said } }).ended
    assert.equal(code, 3, out)
    assert.match(out, sentence)
  }
})

test('results that cannot be fetched are no verdict that anybody could read', async (t) => {
  const { ended, folder } = place(t, { lists: [created, started, finished(0)], fails: { exec: 'error: container is gone' } })
  const { code, out } = await ended
  assert.match(out, /The results were not fetched: kubectl exec: container is gone/)
  assert.match(out, /^INVALID/m)
  assert.equal(code, 3, out)
  assert.ok(!existsSync(join(folder, 'results')) || readdirSync(join(folder, 'results')).length === 0)
})
