/** The embedded gateway: the reference gateway in a process of its own, on a free loopback port. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { UsageError } from '../../lib/base/errors.ts'
import { CannotRun } from './errors.ts'
import { lineByLine, type Redaction, redaction } from './redaction.ts'

export interface EmbeddedGateway {
  url: string
  pid: number | undefined
  /** How it ended, when it did before it was told to. */
  ended(): string | undefined
  stop(signal?: NodeJS.Signals): Promise<void>
}

const READY_MS = 15_000
const STOP_MS = 10_000

function urlIn(line: string): string | undefined {
  try {
    const ready = JSON.parse(line) as { ready?: boolean; url?: string }
    return ready.ready === true ? ready.url : undefined
  } catch {
    return undefined
  }
}

/**
 * Starts it and waits until it listens. It ends when its stdin closes, so it never outlives us.
 * @param keepLog takes what it writes to stderr
 */
export async function startGateway(
  file: string,
  args: readonly string[],
  keepLog: (text: string) => void,
  hide: Redaction = redaction([]),
): Promise<EmbeddedGateway> {
  if (!existsSync(file)) throw new CannotRun(`${file} is missing: build it first (npm run build)`)
  const child = spawn(process.execPath, [file, '--port', '0', '--exit-with-parent', ...args], {
    // A session of its own: a Ctrl-C of the terminal must not take it from under k6.
    detached: true,
    stdio: 'pipe',
  })
  const log = lineByLine((lines) => keepLog(lines.map((line) => `${line}\n`).join('')), hide)
  let stopping = false
  let ending: string | undefined
  let words = ''
  child.stdin.on('error', () => {})
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    words = (words + chunk).slice(-2000)
    log.feed(chunk)
  })
  const gone = once(child, 'close').then(([code, signal]) => {
    log.end()
    if (!stopping) ending = signal ? `killed by ${signal}` : `exit code ${code}`
  })
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    stopping = true
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(timer)
  }

  let out = ''
  let timer: NodeJS.Timeout | undefined
  const url = await Promise.race([
    new Promise<string>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk
        const found = out.split('\n').map(urlIn).find(Boolean)
        if (found !== undefined) resolve(found)
        if (out.length > 10_000) out = ''
      })
    }),
    gone.then(() => undefined),
    new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), READY_MS)
    }),
  ])
  clearTimeout(timer)
  if (url !== undefined) return { url, pid: child.pid, ended: () => ending, stop }
  // It has not understood its words, which are the user's.
  if (child.exitCode === 2) {
    const refusal = hide(words.trim().replace(/^gateway: /, ''))
    throw new UsageError(refusal.startsWith('--fault: ') ? refusal : `--gateway-arg: ${refusal}`)
  }
  const why = ending ?? `not ready in ${READY_MS / 1000} s`
  await stop('SIGKILL')
  throw new CannotRun(`The embedded gateway did not start (${why})${words.trim() === '' ? '' : `: ${hide(words.trim())}`}`)
}
