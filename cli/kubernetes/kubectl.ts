/** The user's own kubectl: the only way to the cluster, with the user's rights. */
import { execFile, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { extract } from 'tar'
import { CannotRun } from '../base/errors.ts'

const ASK_MS = 60_000
const MOST_BYTES = 64 * 1024 * 1024

export interface Kubectl {
  /**
   * @param words after `kubectl`, without context and namespace
   * @returns what it prints
   * @throws CannotRun with its own last sentence
   */
  ask(words: readonly string[], input?: string): Promise<string>
  /** Files and folders below a folder of a container; nothing else, and nothing outside of `into`. */
  fetch(pod: string, container: string, folder: string, into: string): Promise<void>
  /** A command as a reader would type it. */
  written(words: readonly string[]): string
}

const lastSentence = (stderr: string): string =>
  stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^(error|Error from server.*?): /, '') ?? ''

const missing = (error: NodeJS.ErrnoException): CannotRun | undefined =>
  error.code === 'ENOENT'
    ? new CannotRun(
        'kubectl is not on the PATH: install it, or write the manifests without --apply and take them to where it is.',
      )
    : undefined

/** @param env as the user has it: KUBECONFIG, and what its authenticators need */
export function kubectl(
  { context, namespace }: { context: string | undefined; namespace: string | undefined },
  env: NodeJS.ProcessEnv,
): Kubectl {
  const place = [
    ...(context === undefined ? [] : ['--context', context]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
  ]
  return {
    async ask(words, input) {
      const asking = promisify(execFile)('kubectl', [...place, ...words], {
        env,
        encoding: 'utf8',
        timeout: ASK_MS,
        maxBuffer: MOST_BYTES,
      })
      // Where it ends before it has read its input, its own words say why.
      asking.child.stdin?.on('error', () => {})
      asking.child.stdin?.end(input ?? '')
      const { stdout } = await asking.catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
        const why = lastSentence(error.stderr ?? '') || `it gave no answer in ${ASK_MS / 1000} s`
        throw missing(error) ?? new CannotRun(`kubectl ${words[0]}: ${why}`)
      })
      return stdout
    },
    async fetch(pod, container, folder, into) {
      mkdirSync(into, { recursive: true })
      const words = ['exec', pod, '--container', container, '--', 'tar', 'cf', '-', '-C', folder, '.']
      const child = spawn('kubectl', [...place, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      let complaint = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaint = (complaint + text).slice(-2000)
      })
      const ended = new Promise<number | null>((resolve, reject) => {
        child.once('error', (error) => reject(missing(error) ?? error))
        child.once('close', resolve)
      })
      const unpacking = pipeline(
        child.stdout,
        extract({ cwd: into, strict: false, filter: (_, entry) => 'type' in entry && /^(File|Directory)$/.test(entry.type) }),
      )
      const [code, unpacked] = await Promise.allSettled([ended, unpacking])
      if (code.status === 'rejected') throw code.reason
      if (code.value !== 0) throw new CannotRun(`kubectl exec: ${lastSentence(complaint)}`)
      if (unpacked.status === 'rejected') throw unpacked.reason
    },
    written: (words) => ['kubectl', ...place, ...words].join(' '),
  }
}
