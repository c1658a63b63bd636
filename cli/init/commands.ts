/** Names and commands that the files of init and its own words share. */
import { allowedHost, hostOf } from '../../lib/base/hosts.ts'
import type { TargetFile } from '../../lib/target/target.ts'

export const TARGET = 'loadgate/target.json'
/** Scripts that take the mix of a target and no more. */
export const SCRIPTS = ['smoke', 'http', 'burst'] as const
export const thresholdsFile = (script: (typeof SCRIPTS)[number]): string => `loadgate/thresholds/${script}.json`

/** Secrets of the environment that a flow needs. */
export const neededBy = ({ flow }: TargetFile['auth']): string[] =>
  ({
    none: [],
    bearer: ['TOKEN'],
    api_key: ['API_KEY'],
    password: ['AUTH_USERNAME', 'AUTH_PASSWORD'],
    client_credentials: ['CLIENT_ID', 'CLIENT_SECRET'],
  })[flow]

/** Hosts of a target that are neither loopback nor private. */
export const foreignHosts = ({ base_url, auth }: Pick<TargetFile, 'base_url' | 'auth'>): string[] => [
  ...new Set(
    [base_url, auth.base_url].flatMap((url) => (url === undefined || allowedHost(url, undefined) ? [] : (hostOf(url) ?? []))),
  ),
]

/** What a command needs so that it may load this target. */
export function allowing(target: TargetFile): string {
  const hosts = foreignHosts(target)
  return hosts.length === 0 ? '' : ` --allow-target ${hosts.join(',')}`
}

/** Words before a command: the secrets that it needs. */
export const secretsBefore = ({ auth }: TargetFile): string =>
  neededBy(auth)
    .map((name) => `${name}=… `)
    .join('')
