/**
 * Runs on a real cluster with a real k6-operator: green, red, a runner killed, one that no node takes, a bundle that breaks there. Each ends
 * with the verdict's exit code and the cause, and leaves nothing behind. `npm run test:kubernetes` takes the cluster of KUBECONFIG.
 *
 * - JUDGE_IMAGE: image of deploy/kubernetes/Dockerfile that its nodes have, or can pull; the gateway of the test runs from it as well
 * - RUNNER_IMAGE, STARTER_IMAGE: other images than those that are pinned
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseVerdict, type Verdict } from '../../cli/results/verdict-model.ts'
import { DISTURBED } from '../reporter.mjs'

const { JUDGE_IMAGE, RUNNER_IMAGE, STARTER_IMAGE } = process.env
const MAIN = resolve('dist/loadgate.mjs')
const RUN_MS = 300_000
/** k6 waits that long for its gateway, and nothing of the cluster's takes longer. */
const PATIENCE = '60s'

const folder = mkdtempSync(join(tmpdir(), 'loadgate-kubernetes-'))
const kubectl = (...words: string[]): string =>
  execFileSync('kubectl', words, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })

/** A gateway listens on loopback: what forwards to it stands beside it. */
const FORWARD = `require('net').createServer((a) => {
  const b = require('net').connect(8080, '127.0.0.1')
  for (const each of [a, b]) each.setNoDelay(true).on('error', () => { a.destroy(); b.destroy() })
  a.pipe(b); b.pipe(a)
}).listen(8081)`

const gateway = (name: string, faults: readonly object[]): object[] => [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'gateway',
          image: JUDGE_IMAGE,
          command: [
            'sh',
            '-c',
            // The command's link leads into the package.
            'node "$(dirname "$(readlink -f "$(command -v loadgate)")")/gateway.mjs" --port 8080 --faults "$@" & exec node -e "$FORWARD"',
            'gateway',
            ...faults.map((fault) => `--fault=${JSON.stringify(fault)}`),
          ],
          env: [{ name: 'FORWARD', value: FORWARD }],
          readinessProbe: { httpGet: { path: '/api/v1/health', port: 8081 }, periodSeconds: 1 },
        },
      ],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8081 }] },
  },
]

const GATEWAYS = { 'loadgate-test-right': [], 'loadgate-test-wrong': [{ name: 'error_500', endpoint: 'resource', share: 0.2 }] }

before(() => {
  assert.ok(JUDGE_IMAGE, 'JUDGE_IMAGE is missing: the image that the judge and the gateway of this test run from')
  const items = Object.entries(GATEWAYS).flatMap(([name, faults]) => gateway(name, faults))
  execFileSync('kubectl', ['create', '--filename', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) })
  kubectl('wait', '--for=condition=Ready', '--timeout=120s', ...Object.keys(GATEWAYS).map((name) => `pod/${name}`))
})
after(() => {
  for (const name of Object.keys(GATEWAYS)) kubectl('delete', 'pod,service', name, '--ignore-not-found', '--grace-period=1')
  rmSync(folder, { recursive: true })
})

/** Room for a busy machine: what is tried here is the cluster. */
const limits = join(folder, 'limits.json')
writeFileSync(
  limits,
  JSON.stringify({
    windows: { steady: { '*': { p50_ms: 5000, error_rate: 0.001, goodput: 0.5, why: 'Room for a busy machine.' } } },
    run: { dropped_share: 0.5 },
  }),
)

/** Words of a run of two runners. */
function wordsOf(name: string, to: keyof typeof GATEWAYS, script = 'http', more: readonly string[] = []): string[] {
  const host = kubectl('get', 'service', to, '--output', 'jsonpath={.spec.clusterIP}')
  return [
    ...[MAIN, 'kubernetes', script, '--parallelism', '2', '--name', name, '--patience', PATIENCE],
    ...['--rate', '40', '--duration', '10s', '--warmup', '2s', '--stall', '1s', '--thresholds', limits],
    ...['--base-url', `http://${host}`, '--allow-target', host, '--judge-image', JUDGE_IMAGE ?? ''],
    ...(RUNNER_IMAGE ? ['--runner-image', RUNNER_IMAGE] : []),
    ...(STARTER_IMAGE ? ['--starter-image', STARTER_IMAGE] : []),
    ...more,
  ]
}

interface Ended {
  code: number | null
  out: string
  verdict: Verdict
}

/** @param meanwhile hears what the command says while it runs */
async function runIn(
  t: TestContext,
  words: readonly string[],
  meanwhile: (out: () => string) => Promise<void> = async () => {},
): Promise<Ended> {
  const results = mkdtempSync(join(folder, 'results-'))
  const child = spawn(process.execPath, [...words, '--apply', '--results', results], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGTERM'))
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  await meanwhile(() => out)
  const code = await ended
  t.diagnostic(out)
  const [made] = readdirSync(results)
  assert.ok(made !== undefined && existsSync(join(results, made, 'report.html')), out)
  const verdict = parseVerdict(readFileSync(join(results, made, 'verdict.json'), 'utf8'))
  if (verdict.reasons.some(({ code }) => code === 'instance_limited')) t.diagnostic(`${DISTURBED} a runner had no cores`)
  const name = words[words.indexOf('--name') + 1] ?? ''
  const left = kubectl('get', 'testruns,jobs,pods,services,configmaps,secrets,networkpolicies', '--output', 'name')
  assert.deepEqual(
    left.split('\n').filter((one) => one.includes(name)),
    [],
    'something is left',
  )
  return { code, out, verdict }
}

test('the cluster takes every manifest, strictly', () => {
  for (const more of [
    [],
    ['--separate'],
    ['--volume-claim', 'bundles'],
    ['--secret', 'TOKEN=gateway/token', '--auth', 'bearer'],
  ]) {
    const out = mkdtempSync(join(folder, 'manifests-'))
    execFileSync(process.execPath, [...wordsOf('loadgate-test-dry', 'loadgate-test-right', 'http', more), '--out', out], {
      stdio: 'pipe',
    })
    kubectl('apply', '--server-side', '--dry-run=server', '--validate=strict', '--kustomize', out)
  }
  kubectl('apply', '--server-side', '--dry-run=server', '--validate=strict', '--kustomize', 'deploy/kubernetes')
})

test('a green run', { timeout: RUN_MS }, async (t) => {
  const { code, out, verdict } = await runIn(t, wordsOf('loadgate-test-green', 'loadgate-test-right'))
  assert.equal(code, 0, out)
  assert.equal(verdict.verdict, 'pass')
  assert.match(out, /^PASS {2}/m)
})

test('a red one', { timeout: RUN_MS }, async (t) => {
  const { code, out, verdict } = await runIn(t, wordsOf('loadgate-test-red', 'loadgate-test-wrong'))
  assert.equal(code, 99, out)
  assert.equal(verdict.verdict, 'fail')
  assert.match(verdict.reasons[0]?.sentence ?? '', /500|error/)
})

test('a runner that is killed', { timeout: RUN_MS }, async (t) => {
  const words = wordsOf('loadgate-test-killed', 'loadgate-test-right')
  const { code, out, verdict } = await runIn(t, words, async (said) => {
    // Until it has started, the command itself gives up after its patience.
    while (!/stage started; runners: 2 running|^INVALID/m.test(said())) await sleep(200)
    kubectl('delete', 'pod', '--selector', 'job-name=loadgate-test-killed-2', '--grace-period=0', '--force')
  })
  assert.equal(code, 3, out)
  assert.equal(verdict.verdict, 'invalid')
  assert.match(out, /^cluster {2}Runner loadgate-test-killed-2 \((its pod is gone|deleted by somebody|killed.*)\) was lost/m)
  assert.match(verdict.reasons.map(({ sentence }) => sentence).join('\n'), /nstance 2/)
})

test('a runner that never gets a node', { timeout: RUN_MS }, async (t) => {
  // Nobody has a node of so many cores.
  const words = wordsOf('loadgate-test-pending', 'loadgate-test-right', 'http', ['--per-generator', '1', '--patience', '15s'])
  const { code, out, verdict } = await runIn(t, [...words, '--rate', '4000'])
  assert.equal(code, 3, out)
  assert.equal(verdict.verdict, 'invalid')
  assert.match(out, /^cluster {2}2 runners are still pending after 15 s: loadgate-test-pending-1 \(Unschedulable: /m)
})

test('a bundle that breaks in the cluster only', { timeout: RUN_MS }, async (t) => {
  const script = join(folder, 'broken.ts')
  const http = readFileSync('scripts/http.ts', 'utf8').replaceAll("'../", `'${process.cwd()}/`)
  writeFileSync(script, `${http}\nif (__ENV.KUBERNETES_SERVICE_HOST) throw new Error('made to break here')\n`)
  const { code, out } = await runIn(t, wordsOf('loadgate-test-broken', 'loadgate-test-right', script))
  assert.equal(code, 3, out)
  assert.match(
    out,
    /^cluster {2}Runner loadgate-test-broken-\d ended with exit code 107 before the start\. Its log says: .*made to break here/m,
  )
})
