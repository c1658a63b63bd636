/** How a gateway is authorized, by its document: one flow for the target, and which operations it serves. */
import { isObject } from '../../../lib/base/json.ts'
import type { TargetFile } from '../../../lib/target/target.ts'
import type { Unknown } from '../draft.ts'
import { followed, type Json } from './document.ts'

type Auth = TargetFile['auth']

interface Scheme {
  auth: Auth
  unknown: Unknown[]
}

const SAY = 'auth of the target file'

/** A URL of a token endpoint as the target file has it: a path, and a base of its own where it is elsewhere. */
function tokenPlace(written: unknown, baseUrl: string): Pick<Auth, 'token_path' | 'base_url'> | undefined {
  if (typeof written !== 'string' || written === '' || !URL.canParse(written, `${baseUrl}/`)) return undefined
  const url = new URL(written, `${baseUrl}/`)
  if (!/^https?:$/.test(url.protocol) || url.username !== '') return undefined
  const path = url.pathname + url.search
  if (url.href.startsWith(`${baseUrl}/`)) return { token_path: url.href.slice(baseUrl.length) }
  return { token_path: path, base_url: url.origin }
}

function oauth(flows: Json, baseUrl: string): Scheme | undefined {
  for (const [name, flow] of [
    ['clientCredentials', 'client_credentials'],
    ['password', 'password'],
  ] as const) {
    const found = flows[name]
    if (!isObject(found)) continue
    const place = tokenPlace(found.tokenUrl, baseUrl)
    const refresh = tokenPlace(found.refreshUrl, baseUrl)
    return {
      auth: {
        flow,
        ...place,
        // What OpenAPI calls oauth2 is RFC 6749.
        token_body: 'form',
        ...(refresh === undefined || refresh.base_url !== place?.base_url ? {} : { refresh_path: refresh.token_path }),
      },
      unknown: place === undefined ? [{ what: 'where a token is asked for', where: 'auth.token_path' }] : [],
    }
  }
  return undefined
}

/** @returns undefined for a scheme that no flow of a target file can do */
function schemeOf(scheme: Json, baseUrl: string): Scheme | undefined {
  const type = String(scheme.type)
  if (type === 'http' && /^bearer$/i.test(String(scheme.scheme))) return { auth: { flow: 'bearer' }, unknown: [] }
  if (type === 'apiKey' && scheme.in === 'header' && typeof scheme.name === 'string') {
    return { auth: { flow: 'api_key', header: scheme.name }, unknown: [] }
  }
  if (type === 'oauth2' && isObject(scheme.flows)) {
    const found = oauth(scheme.flows, baseUrl)
    if (found !== undefined) return found
  }
  // A person logs in there; its token is a bearer's all the same.
  if (type === 'oauth2' || type === 'openIdConnect') return { auth: { flow: 'bearer' }, unknown: [] }
  return undefined
}

const inWords = ({ type, in: place, scheme }: Json, name: string): string => {
  if (type === 'apiKey' && typeof place === 'string') return `an API key in the ${place}`
  return type === 'http' && typeof scheme === 'string' ? `HTTP ${scheme}` : `the scheme ${JSON.stringify(name)}`
}

export interface Security {
  auth: Auth
  unknown: Unknown[]
  /** Whether an operation wants it; a sentence where it wants something else that nobody can give. */
  wants(security: unknown): boolean | string
}

/** The flow that most operations can be sent with. */
export function securityOf(root: Json, securities: readonly unknown[], baseUrl: string): Security {
  const components = isObject(root.components) ? root.components : {}
  const written = isObject(components.securitySchemes) ? components.securitySchemes : {}
  const schemes = new Map<string, { scheme: Json; usable: Scheme | undefined }>()
  for (const [name, value] of Object.entries(written)) {
    const scheme = followed(root, value)
    if (scheme !== undefined) schemes.set(name, { scheme, usable: schemeOf(scheme, baseUrl) })
  }
  const requirements = (security: unknown): string[][] =>
    (Array.isArray(security) ? security : []).filter(isObject).map((requirement) => Object.keys(requirement))
  const counts = new Map<string, number>()
  for (const name of securities.flatMap((security) => requirements(security ?? root.security).flat()))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  const [chosen] = [...counts].filter(([name]) => schemes.get(name)?.usable).sort(([, a], [, b]) => b - a)
  const scheme = chosen === undefined ? undefined : schemes.get(chosen[0])?.usable
  const others = [...counts.keys()].filter((name) => name !== chosen?.[0])
  const unknown = [...(scheme?.unknown ?? [])]
  if (scheme === undefined && counts.size > 0)
    unknown.push({
      what: `how it is authorized: ${others.map((name) => inWords(schemes.get(name)?.scheme ?? {}, name)).join(', ')} cannot be done`,
      where: SAY,
    })
  return {
    auth: scheme?.auth ?? { flow: 'none' },
    unknown,
    wants(security) {
      const choices = requirements(security ?? root.security)
      if (choices.length === 0) return false
      if (choices.some((names) => names.length > 0 && names.every((name) => name === chosen?.[0]))) return true
      if (choices.some((names) => names.length === 0)) return false
      const [needed = []] = choices
      return `it wants ${needed.map((name) => inWords(schemes.get(name)?.scheme ?? {}, name)).join(' and ')}`
    },
  }
}
