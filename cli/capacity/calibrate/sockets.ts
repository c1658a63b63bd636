/** How many WebSockets a GiB of memory holds: k6 holds a few, then many, and what its memory grew by is what the others cost. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CannotRun } from '../../base/errors.ts'
import { type Project, scriptNamed } from '../../base/project.ts'
import { supervise } from '../../base/supervise.ts'
import { headroomHere } from '../../generator/headroom.ts'
import { tuningOf } from '../../generator/tuning.ts'
import { scriptFile } from '../../k6/bundle.ts'
import { K6_ARGS } from '../../k6/run-k6.ts'
import { usageOf } from '../../record/process-sampler.ts'
import { reserve } from '../../results/results.ts'
import { readSummary } from '../../results/summary-file.ts'
import { requireGoingOn } from './step.ts'

const GIB = 1024 ** 3
/** Enough for the evidence that the script asks of its limits. */
const FEW = 200
const HOLD_S = 4
const OPENED_A_SECOND = 1000
const SAMPLE_MS = 100

export interface Hold {
  held: number
  /** The most resident bytes that k6 had. */
  rss: number
  /** Milliseconds; null where k6 does not say. */
  connectP95: number | null
}

export interface HoldOptions {
  project: Project
  k6: string
  /** A gateway with WebSockets. */
  url: string
  env: NodeJS.ProcessEnv
  /** Sockets opened a second. */
  rate?: number
  /** Ends it. */
  stop?: AbortSignal
}

/** @throws CannotRun where the sockets were not held */
export async function hold(
  connections: number,
  { project, k6, url, env: own, rate = OPENED_A_SECOND, stop }: HoldOptions,
): Promise<Hold> {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-calibrate-'))
  try {
    const size = { CONNECTIONS: String(connections), RATE: String(rate), DURATION: `${HOLD_S}s` }
    const { env: tuned } = tuningOf(headroomHere(), { vus: 0, sockets: connections }, own)
    const env = { ...own, ...size, PROFILE: 'smoke', BASE_URL: url, RESULTS_DIR: folder, ...tuned }
    reserve(folder)
    const started = new Date()
    const script = await scriptFile(project, scriptNamed(project, 'websocket'))
    const running = await supervise(k6, [...K6_ARGS, script], env, stop)
    running.child.stdout?.resume()
    let log = ''
    running.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      log = (log + chunk).slice(-1000)
    })
    const { pid } = running.child
    let rss = 0
    const timer = setInterval(() => {
      rss = Math.max(rss, (pid === undefined ? undefined : usageOf(pid))?.rss ?? 0)
    }, SAMPLE_MS)
    const { code } = await running.ended
    clearInterval(timer)
    requireGoingOn(stop)
    const read = readSummary(join(folder, 'summary.json'), 'websocket', started)
    // Its limits may be red on a busy machine; here it counts what was held.
    if ('problem' in read) throw new CannotRun(`k6 ended with ${code}: ${log.trim().split('\n').at(-1) || read.problem}`)
    const { figures } = read.summary
    const held = figures.ws_held?.values.count ?? 0
    if (held < connections * 0.99) throw new CannotRun(`only ${held} of ${connections} sockets were held`)
    return { held, rss, connectP95: figures.ws_connecting?.values['p(95)'] ?? null }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface SocketCost extends Hold {
  bytesEach: number
  perGib: number
}

export async function socketCost(connections: number, options: HoldOptions): Promise<SocketCost> {
  const few = await hold(FEW, options)
  const many = await hold(connections, options)
  const bytesEach = Math.max(1, (many.rss - few.rss) / (many.held - few.held))
  return { ...many, bytesEach, perGib: Math.floor(GIB / bytesEach) }
}
