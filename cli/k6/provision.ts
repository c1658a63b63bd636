/** Finds a k6 that will do, or gets one: the user's own first, then the cache, then the release, then the source. */
import { existsSync } from 'node:fs'
import { UsageError } from '../../lib/base/errors.ts'
import { CannotRun, messageOf } from '../base/errors.ts'
import { alone, cachedFile, cacheFolder, install } from './cache.ts'
import { candidates } from './candidates.ts'
import { goInstall } from './go-install.ts'
import { download } from './release.ts'
import { askVersion, type K6, PINNED } from './version.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Provisioning {
  env: Environment
  /** Hears what takes time. */
  note: (line: string) => void
  stop: AbortSignal
}

async function cached(env: Environment): Promise<K6 | { problem: string } | undefined> {
  const path = cachedFile(env)
  return existsSync(path) ? await askVersion(path) : undefined
}

/** K6_BIN is a decision: when it is wrong, another k6 would be a surprise. */
async function chosen(path: string): Promise<K6> {
  const asked = await askVersion(path)
  if ('problem' in asked) throw new UsageError(`K6_BIN=${path} ${asked.problem}`)
  return asked
}

function noWayLeft(tried: readonly string[]): CannotRun {
  return new CannotRun(
    [
      'There is no k6 here and none could be had. Tried:',
      ...tried.map((line) => `  - ${line}`),
      `Install k6 1.8 or newer (https://grafana.com/docs/k6/latest/set-up/install-k6/) or set K6_BIN to one.`,
    ].join('\n'),
  )
}

/** A k6 that is here already, and what will not do of those that are. */
async function here(env: Environment): Promise<{ k6: K6 | undefined; unfit: string[] }> {
  if (env.K6_BIN) return { k6: await chosen(env.K6_BIN), unfit: [] }
  const unfit: string[] = []
  const own = candidates('k6', env)
  for (const path of own) {
    const asked = await askVersion(path)
    if (!('problem' in asked)) return { k6: asked, unfit }
    unfit.push(`${path} ${asked.problem}`)
  }
  if (own.length === 0) unfit.push('PATH, GOBIN, GOPATH/bin and ~/go/bin have no k6')
  const kept = await cached(env)
  if (kept === undefined || !('problem' in kept)) return { k6: kept, unfit }
  return { k6: undefined, unfit: [...unfit, `${cachedFile(env)} ${kept.problem}`] }
}

/** The k6 that would be used without installing one. */
export const found = async (env: Environment): Promise<K6 | undefined> => (await here(env)).k6

/**
 * @throws UsageError when K6_BIN is wrong
 * @throws CannotRun naming all that was tried
 */
export async function provision({ env, note, stop }: Provisioning): Promise<K6> {
  const { k6, unfit: tried } = await here(env)
  if (k6) return k6

  const ways = [
    ['download', download],
    ['go install', goInstall],
  ] as const
  try {
    return await alone(
      env,
      () => note('Waiting for another loadgate that is installing k6 …'),
      async () => {
        const meanwhile = await cached(env)
        if (meanwhile && !('problem' in meanwhile)) return meanwhile
        for (const [name, way] of ways) {
          try {
            const installed = await install(env, (folder) => way(folder, env, note, stop))
            note(`k6 v${installed.version} is at ${installed.path}`)
            return installed
          } catch (error) {
            if (stop.aborted) throw new CannotRun('Interrupted before any load: k6 was not installed.')
            tried.push(`${name} of k6 v${PINNED}: ${messageOf(error)}`)
          }
        }
        throw noWayLeft(tried)
      },
    )
  } catch (error) {
    if (error instanceof CannotRun) throw error
    throw noWayLeft([...tried, `cache folder ${cacheFolder(env)}: ${messageOf(error)}`])
  }
}
