/**
 * Runs a program that ends with us, however we end. Node cannot ask the kernel for that, so a watchdog (a shell that
 * waits on a pipe from us) kills the program's process group when the pipe closes without a word.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Supervised {
  child: ChildProcess
  /** Resolves when the program has ended and its output was read. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  signal(signal: NodeJS.Signals): void
}

/** Waits for the word, so that the program never runs before its watchdog does, then becomes the program. */
const LAUNCHER = 'read -r word && [ "$word" = go ] && exec "$@"'
/** Whoever lets go of the pipe without the word has died. */
const WATCHDOG = 'echo armed; read -r word; [ "$word" = done ] || kill -s KILL -- "-$1" 2>/dev/null'

/** Both in sessions of their own: a Ctrl-C of the terminal must reach us only. */
const launch = (script: string, args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess =>
  spawn('sh', ['-c', script, 'sh', ...args], { detached: true, stdio: 'pipe', ...(env ? { env } : {}) })

/** @param stop ends the program in order (SIGINT) */
export async function supervise(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stop?: AbortSignal,
): Promise<Supervised> {
  const child = launch(LAUNCHER, [command, ...args], env)
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  const group = child.pid
  if (group === undefined) {
    await ended
    throw new Error('sh cannot be started')
  }
  const watchdog = launch(WATCHDOG, [String(group)])
  // A pipe whose other end is gone must not end us with EPIPE.
  for (const pipe of [child.stdin, watchdog.stdin]) pipe?.on('error', () => {})
  if (watchdog.stdout) await once(watchdog.stdout, 'data')
  child.stdin?.end('go\n')
  void ended.then(() => watchdog.stdin?.end('done\n'))
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-group, name)
    } catch {
      // Already gone.
    }
  }
  if (stop !== undefined) {
    const end = (): void => signal('SIGINT')
    stop.addEventListener('abort', end, { once: true })
    void ended.then(() => stop.removeEventListener('abort', end))
    if (stop.aborted) end()
  }
  return { child, ended, signal }
}
