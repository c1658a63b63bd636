/**
 * Which hosts may be loaded without asking: a typo must not flood a stranger.
 * Written for k6 and Node alike: k6 has no `URL`, and what it would normalize (`0x7f.1`, `%31…`) is not trusted here.
 */
import { pipe, regex, string } from 'valibot'

interface Ip4 {
  a: number
  b: number
}

/** Only the plain decimal form: octal, hex and short forms mean different hosts to different resolvers. */
function ip4(host: string): Ip4 | undefined {
  const parts = host.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined
  return { a: Number(parts[0]), b: Number(parts[1]) }
}

const privateIp4 = ({ a, b }: Ip4): boolean =>
  a === 127 || a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 169 && b === 254)

/** The eight groups of an IPv6 address, `undefined` when it is not one. */
function ip6(host: string): number[] | undefined {
  const zone = /^([^%]+)%25[a-z0-9._-]+$/.exec(host)
  let address = zone?.[1] ?? host
  const tail = /^(.*:)([\d.]+)$/.exec(address)
  if (tail?.[2]?.includes('.')) {
    if (ip4(tail[2]) === undefined) return undefined
    const [a = 0, b = 0, c = 0, d = 0] = tail[2].split('.').map(Number)
    address = `${tail[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  }
  const halves = address.split('::')
  if (halves.length > 2) return undefined
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - rest.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...new Array<string>(missing).fill('0'), ...rest]
  return groups.every((group) => /^[0-9a-f]{1,4}$/.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined
}

function privateIp6(groups: number[]): boolean {
  const [first = 0] = groups
  const zeros = (count: number) => groups.slice(0, count).every((group) => group === 0)
  if (zeros(7)) return groups[7] === 1
  if (zeros(5) && groups[5] === 0xffff) return privateIp4({ a: (groups[6] ?? 0) >> 8, b: (groups[6] ?? 0) & 0xff })
  return (first & 0xffc0) === 0xfe80 || (first & 0xfe00) === 0xfc00
}

/** A host as it is compared: lower case, no brackets, no trailing dot, IPv6 written in one way. */
function canonical(host: string): string {
  const plain = host.toLowerCase()
  const bracketed = /^\[(.*)\]$/.exec(plain)
  const groups = ip6(bracketed?.[1] ?? plain)
  if (groups !== undefined) return `[${groups.map((group) => group.toString(16)).join(':')}]`
  return plain.replace(/\.$/, '')
}

/** The host of an http(s) or ws(s) URL; `undefined` when two readers of that URL could see different hosts in it. */
export function hostOf(url: string): string | undefined {
  const authority = /^(?:https?|wss?):\/\/([^/?#]*)/i.exec(url)?.[1]
  // A backslash or a blank ends the host for some readers and not for others.
  if (authority === undefined || !/^[!-[\]-~]+$/.test(authority)) return undefined
  const at = authority.lastIndexOf('@')
  if (at >= 0 && !/^[a-z0-9._~!$&'()*+,;=:%-]*$/i.test(authority.slice(0, at))) return undefined
  const match = /^(\[[0-9a-f:.]+(?:%25[a-z0-9._-]+)?\]|[^:[\]@]+)(?::\d*)?$/i.exec(authority.slice(at + 1))
  return match?.[1]
}

const PORT = '[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5]'

/** URLs of these schemes with one host, a port from 1 to 65535 where they have one, and neither user, query nor fragment. */
const urlPattern = (...schemes: readonly string[]): RegExp =>
  new RegExp(`^(${schemes.join('|')})://(\\[[^\\]\\s]*\\]|[^/?#:@\\s]+)(:(${PORT})?)?(/[^?#\\s@]*)?$`)

function harmless(host: string): boolean {
  if (host.startsWith('[')) {
    const groups = ip6(host.slice(1, -1))
    return groups !== undefined && privateIp6(groups)
  }
  const four = ip4(host)
  if (four !== undefined) return privateIp4(four)
  return /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*localhost$/.test(host)
}

/**
 * Whether the host of `url` may be loaded: loopback, private and link-local addresses and `localhost` always,
 * any other only when `allow` (hosts separated by commas) names it exactly.
 */
export function allowedHost(url: string, allow: string | undefined): boolean {
  const found = hostOf(url)
  if (found === undefined) return false
  const host = canonical(found)
  return (
    harmless(host) ||
    (allow ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .some((entry) => entry !== '' && canonical(entry) === host)
  )
}

// URLs that a target file may write. Reports name them, so no secret may stand in one.
const A_URL =
  'expected a URL such as https://gateway.example.com, without user name and password (AUTH is for those) and with a port, if any, from 1 to 65535'
export const baseUrl = pipe(string(), regex(urlPattern('http', 'https'), A_URL))
/** Of an endpoint, which may be a WebSocket. */
export const endpointUrl = pipe(string(), regex(urlPattern('http', 'https', 'ws', 'wss'), A_URL))
