/** k6 from source, where Go is present. */
import { join } from 'node:path'
import { supervise } from '../base/supervise.ts'
import { candidates } from './candidates.ts'
import { PINNED } from './version.ts'

const STILL_MS = 15_000

/** Builds into `folder` and returns the path of the program. */
export async function goInstall(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  note: (line: string) => void,
  stop: AbortSignal,
): Promise<string> {
  const go = candidates('go', env)[0]
  if (go === undefined) throw new Error('there is no go on PATH')
  const started = Date.now()
  note(`Building k6 v${PINNED} from source with ${go}; this takes one to three minutes, once …`)
  const still = setInterval(() => note(`… still building k6 (${Math.round((Date.now() - started) / 1000)} s)`), STILL_MS)
  try {
    const build = await supervise(go, ['install', `go.k6.io/k6@v${PINNED}`], { ...env, GOBIN: folder })
    const kill = (): void => build.signal('SIGKILL')
    stop.addEventListener('abort', kill, { once: true })
    if (stop.aborted) kill()
    let words = ''
    build.child.stdout?.resume()
    build.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      words = (words + chunk).slice(-4000)
    })
    const { code, signal } = await build.ended
    stop.removeEventListener('abort', kill)
    if (code !== 0) {
      const last = words.trim().split('\n').at(-1)
      throw new Error(`go install ended with ${signal ?? `exit code ${code}`}${last ? `: ${last}` : ''}`)
    }
    return join(folder, 'k6')
  } finally {
    clearInterval(still)
  }
}
