/** The project's own copies of k6: one file a version and platform, put there whole or not at all. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { lock } from 'proper-lockfile'
import { askVersion, type K6, PINNED } from './version.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** As the names of the official releases have it. */
export const platform = (): { os: string; arch: string } => ({
  os: process.platform === 'darwin' ? 'macos' : process.platform,
  arch: process.arch === 'x64' ? 'amd64' : process.arch,
})

export function cacheFolder(env: Environment): string {
  if (env.LOADGATE_CACHE) return env.LOADGATE_CACHE
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'loadgate')
}

export function cachedFile(env: Environment): string {
  const { os, arch } = platform()
  return join(cacheFolder(env), `k6-v${PINNED}-${os}-${arch}`)
}

/** Runs `action` while no other process of ours fills the cache. */
export async function alone<T>(env: Environment, wait: () => void, action: () => Promise<T>): Promise<T> {
  const folder = cacheFolder(env)
  mkdirSync(folder, { recursive: true })
  const options = { lockfilePath: join(folder, 'lock'), stale: 20_000, update: 5_000, onCompromised: () => {} }
  let release: () => Promise<void>
  try {
    release = await lock(folder, options)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
    wait()
    // A cold build takes minutes; a holder that died stops renewing its lock and is taken over.
    release = await lock(folder, { ...options, retries: { forever: true, factor: 1, minTimeout: 200, maxTimeout: 500 } })
  }
  try {
    return await action()
  } finally {
    // Taken over by another one when this machine slept: nothing is left to release then.
    await release().catch(() => {})
  }
}

const UNFINISHED = 'unfinished-'

/**
 * Fills the cache: `make` puts a k6 somewhere into the folder it is given and returns its path.
 * Only a program that says it is the pinned version gets its place. To be called alone.
 */
export async function install(env: Environment, make: (folder: string) => Promise<string>): Promise<K6> {
  const folder = cacheFolder(env)
  // Whoever was killed half way could not tidy up.
  for (const name of readdirSync(folder)) if (name.startsWith(UNFINISHED)) rmSync(join(folder, name), { recursive: true })
  const unfinished = mkdtempSync(join(folder, UNFINISHED))
  try {
    const made = await make(unfinished)
    chmodSync(made, 0o755)
    const asked = await askVersion(made)
    if ('problem' in asked) throw new Error(`what was installed ${asked.problem}`)
    if (asked.version !== PINNED) throw new Error(`what was installed is k6 v${asked.version}, not v${PINNED}`)
    const path = cachedFile(env)
    renameSync(made, path)
    return { path, version: asked.version }
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
