/** The target of a measurement: the reference gateway, in null mode where that answers the mix, on a core of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { type Cores, pinned } from './pinned.ts'

export interface Target {
  url: string
  pid: number
  stop(): Promise<void>
}

/** `null` answers plain HTTP and JSON-RPC at next to no cost; `reference` answers everything. */
export type TargetKind = 'null' | 'reference'

export interface TargetExtras {
  /** Module that the process loads first. */
  preload?: string
  env?: Readonly<Record<string, string>>
  /** Options of the gateway. */
  options?: readonly string[]
}

/** @param core that it is pinned to, or cores */
export async function startTarget(
  kind: TargetKind,
  core: Cores,
  { preload, env = {}, options = [] }: TargetExtras = {},
): Promise<Target> {
  const mode = kind === 'null' ? ['--null'] : []
  const first = preload === undefined ? [] : ['--import', preload]
  const gateway = [
    process.execPath,
    ...first,
    resolve('dist/gateway.mjs'),
    ...mode,
    ...options,
    '--port',
    '0',
    '--exit-with-parent',
  ]
  const [program = '', ...args] = pinned(core, gateway)
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = once(child, 'exit').then(() => undefined)
  const line = await Promise.race([once(child.stdout, 'data').then(([chunk]) => String(chunk)), gone])
  if (line === undefined || child.pid === undefined) throw new Error('the gateway did not start: npm run build')
  const { url } = JSON.parse(line.split('\n', 1)[0] ?? '') as { url: string }
  return {
    url,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}
