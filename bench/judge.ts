/**
 * What the judge of a large fleet costs: `npm run bench:judge`. It makes the results folders of 200 instances, each with twelve gates and the
 * percentiles of a real run, and has the built command judge them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { segmentAt } from '../lib/base/segment.ts'
import type { Gate } from '../lib/gates/model.ts'
import { INSTANCE_STATS } from '../lib/summary/instance.ts'
import { INSTANCE_SCHEMA, type Instance } from '../lib/summary/instance-model.ts'

const INSTANCES = 200
const GATES = 12
const MOST = { seconds: 2, megabytes: 200 }
const WINDOW_S = 10
const PROGRAM = new URL('../dist/loadgate.mjs', import.meta.url).pathname

const endpoint = (n: number): string => `endpoint-${n}`
const gate = (n: number): Gate => ({
  ...{
    window: 'steady',
    endpoint: endpoint(n),
    key: 'p95_ms',
    label: 'p95',
    kind: 'limit',
    unit: 'ms',
    bound: 'max',
    why: 'bench',
  },
  ...{ metric: 'http_req_duration', tags: { name: endpoint(n), scenario: 'steady' }, stat: 95, threshold: 300, limit: 300 },
  late: {
    ...{ metric: 'late', tags: { scenario: 'steady', limit: `${endpoint(n)}.p95_ms` }, stat: 'count', threshold: 1000 },
    ...{ limit: `${endpoint(n)}.p95_ms`, ms: 300, share: 0.05 },
  },
})

const gates = Array.from({ length: GATES }, (_, n) => gate(n))
const names = gates.map((one) => one.endpoint)
const percentiles = (place: number) =>
  Object.fromEntries(INSTANCE_STATS.map((stat, i) => [stat, stat === 'count' ? 1000 : 1 + i * 2 + place / INSTANCES]))

const began = Date.now() - 60_000

function instance(place: number): Instance {
  const counter = { type: 'counter' as const, values: { count: 1000, rate: 100 } }
  return {
    schema: INSTANCE_SCHEMA,
    ...{ instance: place, of: INSTANCES, segment: segmentAt(place, INSTANCES), run: `run-${place}` },
    hashes: { script: 'a'.repeat(64), settings: 'b'.repeat(64), limits: 'c'.repeat(64) },
    ...{ began, ended: began + 11_000, duration_ms: 11_000 },
    windows: [{ name: 'steady', from: began, to: began + WINDOW_S * 1000 }],
    plan: {
      ...{ name: 'bench', description: '', missed: [], weakly: [], elsewhere: [], gates, thresholdsFile: 'bench' },
      settings: { PROFILE: 'ci', SEED: 1, INSTANCES },
      target: { name: 'bench', baseUrl: 'http://127.0.0.1:1', lacking: [] },
      windows: [
        {
          ...{ name: 'steady', model: 'open', gated: true, start: 0, duration: WINDOW_S, endpoints: names },
          scenario: { executor: 'constant-arrival-rate' },
        },
      ],
    },
    metrics: {
      ...{ http_reqs: counter, iterations: counter, 'http_reqs{scenario:steady}': counter },
      http_req_duration: { type: 'trend', values: percentiles(place) },
      ...Object.fromEntries(
        names.flatMap((name) => [
          [`http_reqs{name:${name},scenario:steady}`, counter],
          [`http_reqs{name:${name},scenario:steady,expected_response:true}`, counter],
          [`http_req_duration{name:${name},scenario:steady}`, { type: 'trend' as const, values: percentiles(place) }],
        ]),
      ),
    },
  }
}

const folder = mkdtempSync(join(tmpdir(), 'loadgate-bench-'))
try {
  for (let place = 1; place <= INSTANCES; place++) {
    mkdirSync(join(folder, 'fleet', String(place)), { recursive: true })
    writeFileSync(join(folder, 'fleet', String(place), 'instance.json'), JSON.stringify(instance(place)))
  }
  const words = ['judge', join(folder, 'fleet'), '--instances', String(INSTANCES), '--results', join(folder, 'results')]
  const start = performance.now()
  const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: 'ignore' })
  let peak = 0
  const look = setInterval(() => {
    try {
      peak = Math.max(
        peak,
        Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
      )
    } catch {
      // It has ended, or this system has no /proc.
    }
  }, 10)
  const [code] = await once(child, 'close')
  clearInterval(look)
  const seconds = (performance.now() - start) / 1000
  console.log(
    `${INSTANCES} instances of ${GATES} gates: ${seconds.toFixed(2)} s, ${Math.round(peak)} MB at most, exit code ${code}`,
  )
  if (code !== 0 || seconds > MOST.seconds || peak > MOST.megabytes) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
