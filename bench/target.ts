/** The target of every measurement: the reference gateway in null mode, on a core of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { pinned } from './pinned.ts'

export interface NullTarget {
  url: string
  pid: number
  stop(): Promise<void>
}

/** @param core that it is pinned to */
export async function nullTarget(core: number): Promise<NullTarget> {
  const gateway = resolve('dist/gateway.mjs')
  const [program = '', ...args] = pinned(core, [process.execPath, gateway, '--null', '--port', '0', '--exit-with-parent'])
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = once(child, 'exit').then(() => undefined)
  const line = await Promise.race([once(child.stdout, 'data').then(([chunk]) => String(chunk)), gone])
  if (line === undefined || child.pid === undefined) throw new Error('the null gateway did not start: npm run build')
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
