/** What of a recording (HTTP Archive 1.2) can become load: requests to one host whose answers were right. */

import { UsageError } from '../../../lib/base/errors.ts'
import { isObject } from '../../../lib/base/json.ts'
import { parseJson } from '../../../lib/base/schema.ts'
import { METHODS } from '../../../lib/described/schema.ts'
import type { Recorded } from './recorded.ts'
import { isSecretValue } from './secrets.ts'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const mediaType = (type: string): string => type.split(';')[0]?.trim().toLowerCase() ?? ''

const STATIC_TYPES = /^(image|font|video|audio)\/|^text\/css$|javascript|ecmascript|font|wasm|manifest\+json$/
const STATIC_PATHS = /\.(m?js|css|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot|mp[34]|webm|wasm|webmanifest)$/i

function headersOf(list: unknown): Record<string, string> {
  const found: Record<string, string> = {}
  for (const header of Array.isArray(list) ? list : [])
    if (isObject(header) && typeof header.name === 'string' && !header.name.startsWith(':'))
      found[header.name.toLowerCase()] = textOf(header.value)
  return found
}

function bodyOf(postData: unknown): Recorded['body'] | undefined {
  if (!isObject(postData)) return undefined
  const type = textOf(postData.mimeType)
  if (typeof postData.text === 'string' && postData.text !== '') return { type, text: postData.text }
  const params = Array.isArray(postData.params) ? postData.params.filter(isObject) : []
  if (params.length === 0) return undefined
  const pairs = params.map(({ name, value }): [string, string] => [textOf(name), textOf(value)])
  return { type: type || 'application/x-www-form-urlencoded', text: new URLSearchParams(pairs).toString() }
}

function contentOf(content: unknown): string | undefined {
  if (!isObject(content) || typeof content.text !== 'string') return undefined
  return content.encoding === 'base64' ? Buffer.from(content.text, 'base64').toString('utf8') : content.text
}

export interface Recording {
  origin: string
  entries: Recorded[]
  /** How many of which kind were passed over. */
  leftOut: string[]
}

/** @throws UsageError for what is no recording, and where nothing of it could be sent */
export function readRecording(text: string, where: string, baseUrl: string | undefined): Recording {
  const har = parseJson(text, where)
  const log = isObject(har) ? har.log : undefined
  const list = isObject(log) ? log.entries : undefined
  if (!Array.isArray(list)) {
    const openapi = isObject(har) && (har.openapi !== undefined || har.swagger !== undefined)
    throw new UsageError(
      `${where}: log.entries: expected a recording (HAR: the network tab of a browser saves one), found ${openapi ? 'an OpenAPI document; give it with --openapi' : list === undefined ? 'nothing there' : 'no list'}`,
    )
  }
  if (list.length === 0) throw new UsageError(`${where}: log.entries: expected at least one request, found none`)
  const passed = new Map<string, number>()
  const pass = (why: string): void => void passed.set(why, (passed.get(why) ?? 0) + 1)
  const all: Recorded[] = []
  for (const entry of list) {
    const { request, response } = isObject(entry) ? entry : {}
    if (!isObject(request) || !isObject(response) || typeof request.url !== 'string' || !URL.canParse(request.url)) {
      pass('without a request and an answer')
      continue
    }
    const url = new URL(request.url)
    const method = textOf(request.method).toUpperCase()
    if (!/^https?:$/.test(url.protocol)) pass('over another protocol than HTTP (WebSocket, data)')
    else if (!(METHODS as readonly string[]).includes(method)) pass(`${method || 'without a method'}`)
    else {
      const content = isObject(response.content) ? response.content : {}
      const text = contentOf(content)
      const body = bodyOf(request.postData)
      all.push({
        method: method as Recorded['method'],
        url,
        headers: headersOf(request.headers),
        ...(body === undefined ? {} : { body }),
        status: typeof response.status === 'number' ? response.status : 0,
        type: mediaType(textOf(content.mimeType)) || mediaType(headersOf(response.headers)['content-type'] ?? ''),
        ...(text === undefined ? {} : { text }),
      })
    }
  }
  const isStatic = ({ type, url }: Recorded): boolean => STATIC_TYPES.test(type) || STATIC_PATHS.test(url.pathname)
  const moving = all.filter((one) => !isStatic(one))
  const counts = new Map<string, number>()
  for (const { url } of moving) counts.set(url.origin, (counts.get(url.origin) ?? 0) + 1)
  const hosts = [...counts].sort(([, a], [, b]) => b - a)
  const origin = baseUrl === undefined ? hosts[0]?.[0] : new URL(baseUrl).origin
  if (origin === undefined || !counts.has(origin))
    throw new UsageError(
      baseUrl === undefined
        ? `${where}: log.entries: expected requests to an API, found ${all.length === 0 ? 'none over HTTP' : 'files of pages only (scripts, styles, images)'}`
        : `--base-url: nothing in ${where} was sent to ${origin}; it has ${hosts.map(([host, count]) => `${host} (${count})`).join(', ') || 'no host'}`,
    )
  for (const one of all) {
    if (isStatic(one)) pass('files of pages (scripts, styles, images, fonts)')
    else if (one.url.origin !== origin) pass(`to another host (${one.url.host})`)
  }
  const entries = moving.filter((one) => {
    if (one.url.origin !== origin) return false
    const why =
      one.type === 'text/event-stream'
        ? 'endless event streams'
        : one.status === 0
          ? 'without an answer'
          : isSecretValue(one.url.pathname)
            ? 'with a secret in its path'
            : one.status < 200 || one.status === 304
              ? `answered ${one.status}`
              : one.status > 399
                ? `answered ${one.status}: an error is nothing to expect`
                : undefined
    if (why !== undefined) pass(why)
    return why === undefined
  })
  const leftOut = [...passed]
    .sort(([, a], [, b]) => b - a)
    .map(([why, count]) => `${count} ${count === 1 ? 'request' : 'requests'}: ${why}`)
  if (entries.length === 0)
    throw new UsageError(`${where}: none of its ${list.length} requests can be sent again (${leftOut.join('; ')})`)
  return { origin, entries, leftOut }
}
