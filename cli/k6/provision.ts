/** Finds a k6 that will do, or gets one: the user's own first, then the cache, then the release, then the source. */
import { accessSync } from 'node:fs'
import { UsageError } from '../../lib/errors.ts'
import { CannotRun, messageOf } from '../errors.ts'
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

async function cached(env: Environment): Promise<K6 | undefined> {
  const path = cachedFile(env)
  try {
    accessSync(path)
  } catch {
    return undefined
  }
  const asked = await askVersion(path)
  return 'problem' in asked ? undefined : asked
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

/**
 * @throws UsageError when K6_BIN is wrong
 * @throws CannotRun naming all that was tried
 */
export async function provision({ env, note, stop }: Provisioning): Promise<K6> {
  if (env.K6_BIN) return await chosen(env.K6_BIN)
  const tried: string[] = []
  const own = candidates('k6', env)
  for (const path of own) {
    const asked = await askVersion(path)
    if (!('problem' in asked)) return asked
    tried.push(`${path} ${asked.problem}`)
  }
  if (own.length === 0) tried.push('PATH, GOBIN, GOPATH/bin and ~/go/bin have no k6')
  const before = await cached(env)
  if (before) return before

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
        if (meanwhile) return meanwhile
        for (const [name, way] of ways) {
          try {
            const k6 = await install(env, (folder) => way(folder, env, note, stop))
            note(`k6 v${k6.version} is at ${k6.path}`)
            return k6
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
