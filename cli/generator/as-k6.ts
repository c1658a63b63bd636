/**
 * A request as k6 writes it, byte for byte in HTTP/1.1: a gateway that serves k6 in another way than others must not know the
 * probe by its looks. Pure.
 */

/** What k6 says of itself. */
export const userAgent = (version: string): string => `Grafana k6/${version}`

export type Line = readonly [name: string, value: string]

/** Go's canonical form of a header's name: `x-request-id` is `X-Request-Id`. */
export const canonical = (name: string): string =>
  name.toLowerCase().replace(/(^|-)([a-z])/g, (_whole, before: string, letter: string) => before + letter.toUpperCase())

const WITH_BODY = ['POST', 'PUT', 'PATCH']
/** Go writes these first, in this order. */
const FIRST = ['Host', 'User-Agent', 'Content-Length']

/** Header lines in Go's order: the host, who asks, the length of the body, and then all others by name. */
export function headerLines(
  host: string,
  agent: string,
  method: string,
  body: string | undefined,
  headers: Readonly<Record<string, string>>,
): Line[] {
  const own = new Map(Object.entries(headers).map(([name, value]): Line => [canonical(name), value]))
  const length = body === undefined ? (WITH_BODY.includes(method) ? 0 : undefined) : Buffer.byteLength(body)
  const others = [...own].filter(([name]) => !FIRST.includes(name)).sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    ['Host', own.get('Host') ?? host],
    ['User-Agent', own.get('User-Agent') ?? agent],
    ...(length === undefined ? [] : [['Content-Length', String(length)] as const]),
    ...others,
  ]
}

export interface Address {
  tls: boolean
  /** As it stands in the header. */
  host: string
  hostname: string
  port: number
  /** With the query, as it is written: no path is climbed here that k6 would not climb. */
  path: string
}

/** @param url as the script has prepared it for k6 */
export function addressOf(url: string): Address {
  const { protocol, hostname, port, host } = new URL(url)
  const tls = protocol === 'https:'
  const path = /^\w+:\/\/[^/?#]*([^#]*)/.exec(url)?.[1] ?? ''
  return {
    tls,
    host,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (tls ? 443 : 80) : Number(port),
    path: (path.startsWith('/') ? path : `/${path}`).replace(/[^\x21-\x7e]+/g, encodeURIComponent),
  }
}

/** Headers of an answer as k6 gives them to a check. */
export function answerHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = canonical(raw[i] ?? '')
    headers[name] = name in headers ? `${headers[name]}, ${raw[i + 1]}` : (raw[i + 1] ?? '')
  }
  return headers
}
