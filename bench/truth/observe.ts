/** One run of k6 against a gateway whose answers are known: what was reported, and what the gateway has on record. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { reserve } from '../../cli/results/results.ts'
import type { RunSummary } from '../../lib/summary/model.ts'
import type { AnswerLogFile, Figures } from './known.ts'

export const ROUTE = 'GET /api/v1/resource/:id'

export interface Known {
  /** Arguments of the gateway. */
  gateway: readonly string[]
  /** Settings of the script `http`. */
  settings: Readonly<Record<string, string>>
}

export interface Observed {
  reported: Figures
  sent: number
  dropped: number
  answerLog: AnswerLogFile
}

/** Every request goes to one endpoint, so that what the gateway has on record is what the window is about. */
const target = () => {
  const { endpoints, ...rest } = JSON.parse(readFileSync('targets/reference.json', 'utf8'))
  const none = ['health', 'action', 'resources', 'events', 'metrics', 'jsonrpc', 'a2a', 'websocket', 'stream'] as const
  return { ...rest, endpoints: { ...Object.fromEntries(none.map((name) => [name, false])), resource: endpoints.resource } }
}
/** Whatever is found: here nothing is to be judged but the figures. */
const LIMITS = { '*': { error_rate: 1, why: 'The figures are the subject.' } }
const thresholds = { windows: { steady: LIMITS, users: LIMITS }, run: { dropped_share: 1 } }

async function startGateway(args: readonly string[]): Promise<{ url: string; stop(): Promise<void> }> {
  const words = [resolve('dist/gateway.mjs'), '--port', '0', '--exit-with-parent', ...args]
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = once(child, 'exit').then(() => undefined)
  const line = await Promise.race([once(child.stdout, 'data').then(([chunk]) => String(chunk)), gone])
  if (line === undefined) throw new Error('the gateway did not start: npm run build')
  return {
    url: (JSON.parse(line.split('\n', 1)[0] ?? '') as { url: string }).url,
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}

export async function observe(k6: string, { gateway: args, settings }: Known): Promise<Observed> {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-truth-'))
  const file = (name: string): string => join(folder, name)
  try {
    writeFileSync(file('target.json'), JSON.stringify(target()))
    writeFileSync(file('thresholds.json'), JSON.stringify(thresholds))
    const gateway = await startGateway(['--answer-log', file('answers.json'), ...args])
    const { PATH, HOME } = process.env
    const env = {
      ...{ PATH, HOME, BASE_URL: gateway.url, RESULTS_DIR: folder },
      ...{ TARGET: file('target.json'), THRESHOLDS: file('thresholds.json'), PROFILE: 'smoke', WARMUP: '0' },
      ...settings,
    }
    reserve(folder)
    let said = ''
    const child = spawn(k6, ['run', '--quiet', '--address', 'localhost:0', resolve('dist/http.js')], { env })
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk
      })
    const [code] = await once(child, 'close')
    await gateway.stop()
    if (code !== 0) throw new Error(`k6 ended with ${code}: ${said.slice(-2000)}`)
    const summary = JSON.parse(readFileSync(file('summary.json'), 'utf8')) as RunSummary
    const [window] = summary.windows
    const { sent = 0, errors = 0, rps = 0, latency } = window?.total ?? {}
    const { p50, p95, p99 } = latency ?? { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN }
    return {
      reported: { p50, p95, p99, errors: errors / sent, rps },
      sent,
      dropped: summary.totals.dropped,
      answerLog: JSON.parse(readFileSync(file('answers.json'), 'utf8')),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
