/** Proxies, as Go's HTTP client takes them from the environment: what they answer would be taken for the gateway's answer. */
import { UsageError } from '../../base/errors.ts'
import { hostOf } from '../../base/hosts.ts'

type Environment = Readonly<Record<string, string | undefined>>

const either = (env: Environment, name: string): string => env[name] || env[name.toLowerCase()] || ''

/** Go never asks a proxy for these. */
const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)

const address = (host: string): number | undefined =>
  /^\d+(\.\d+){3}$/.test(host) ? host.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0) : undefined

/** Whether an address is in a range such as `10.0.0.0/8`; ranges of IPv6 are not worked out. */
function isInRange(range: string, host: string): boolean {
  const [first = '', bits] = range.split('/')
  const [from, found] = [address(first), address(host)]
  if (from === undefined || found === undefined || !/^\d+$/.test(bits ?? '')) return false
  const size = 2 ** (32 - Number(bits))
  return Math.floor(from / size) === Math.floor(found / size)
}

/** Whether an entry of NO_PROXY is for this host: a name is for what is below it, too, and with a dot before it for that only. */
function isFor(entry: string, host: string, port: string): boolean {
  const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry.trim().toLowerCase()) ?? []
  if (name === '' || (only !== undefined && only !== port)) return false
  if (name === '*') return true
  if (name.includes('/')) return isInRange(name, host)
  const below = name.replace(/^\*/, '')
  return below.startsWith('.') ? host.endsWith(below) : host === name || host.endsWith(`.${name}`)
}

/**
 * @param urls all that the run sends to
 * @throws UsageError for one that would go to a proxy
 */
export function requireNoProxy(env: Environment, urls: readonly string[]): void {
  const exempt = either(env, 'NO_PROXY').split(',')
  for (const url of urls) {
    const secure = /^(https|wss):/i.test(url)
    const name = secure ? 'HTTPS_PROXY' : 'HTTP_PROXY'
    const host = (hostOf(url) ?? '').toLowerCase()
    const port = /^\w+:\/\/[^/?#]*?:(\d+)(?:[/?#]|$)/.exec(url.replace(/\[.*?\]/, ''))?.[1] ?? (secure ? '443' : '80')
    if (either(env, name) === '' || isLoopback(host) || exempt.some((entry) => isFor(entry, host, port))) continue
    throw new UsageError(
      `${name} in the environment: a proxy would be loaded, and would answer, in place of ${host}; unset it, or add ${host} to NO_PROXY`,
    )
  }
}
