/** Authorization of the target: how a token is asked for, when it is renewed, which header carries it. Pure; authorization.k6.ts sends. */
import { UsageError } from '../base/errors.ts'
import type { Settings } from '../base/settings.ts'
import type { TargetFile } from '../target/schema.ts'
import type { Target } from '../target/target.ts'

export interface Grant {
  access_token: string
  refresh_token?: string
  /** Epoch milliseconds. */
  issued: number
  /** Seconds; absent for a token that does not expire. */
  expires_in?: number
}

/** A POST for a token. */
export interface TokenRequest {
  url: string
  /** Empty: none at all. */
  body: string
  headers: Readonly<Record<string, string>>
}

/** How this run is authorized; JSON, since every VU reads it. */
export interface AuthPlan {
  /** The header that carries the token, and what stands before the token in it. */
  header: { name: string; prefix: string }
  /** Request that gets a token; absent where none is needed. */
  tokenRequest?: TokenRequest
  /** Where a token is renewed; without it the token request is sent again. */
  refreshUrl?: string
  /** What the token endpoint takes. Default `json`. */
  tokenBody?: TokenBody
  /** A token or key known from the start. */
  fixed?: Grant
}

export type TokenBody = NonNullable<Settings['AUTH_BODY']>

type Fields = Readonly<Record<string, string | number>>

/** RFC 6749 asks for tokens with a form; many gateways of their own take JSON. */
const WRITTEN: Readonly<Record<TokenBody, { type: string; write(fields: Fields): string }>> = {
  json: { type: 'application/json', write: (fields) => JSON.stringify(fields) },
  form: {
    type: 'application/x-www-form-urlencoded',
    write: (fields) =>
      Object.entries(fields)
        .map(([name, value]) => `${formText(name)}=${formText(String(value))}`)
        .join('&'),
  },
}

/** As HTML's forms write it; k6 has no URLSearchParams. */
const formText = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+')

function asks(url: string, fields: Fields, body: TokenBody = 'json'): TokenRequest {
  const { type, write } = WRITTEN[body]
  return { url, body: write(fields), headers: { 'Content-Type': type } }
}

function need(value: string | undefined, setting: string, flow: string): string {
  if (value === undefined || value === '')
    throw new UsageError(`setting ${setting}: missing; the ${flow} flow needs it (in the environment)`)
  return value
}

/** Where the authorization of a target is carried. */
const headerOf = ({ flow, header }: TargetFile['auth']): { name: string; prefix: string } =>
  flow === 'api_key' ? { name: header ?? 'X-API-Key', prefix: '' } : { name: 'Authorization', prefix: 'Bearer ' }

/**
 * @param more what the token endpoint is asked for beside a token
 * @throws UsageError naming the setting that the flow needs and nobody gave
 */
export function authPlan(target: Pick<Target, 'auth' | 'baseUrl'>, settings: Settings, more: Fields = {}): AuthPlan {
  const { auth } = target
  const tokenBody = settings.AUTH_BODY ?? auth.token_body
  const header = headerOf(auth)
  const base = (auth.base_url ?? target.baseUrl).replace(/\/+$/, '')
  const fixed = (access_token: string): Grant => ({ access_token, issued: 0 })
  const byToken = (body: Record<string, string>): AuthPlan => ({
    header,
    tokenRequest: asks(base + (auth.token_path ?? '/auth/token'), { ...body, ...more }, tokenBody),
    ...(auth.refresh_path === undefined ? {} : { refreshUrl: base + auth.refresh_path }),
    ...(tokenBody === undefined ? {} : { tokenBody }),
  })
  switch (auth.flow) {
    case 'none':
      return { header, fixed: fixed('') }
    case 'bearer':
      return { header, fixed: fixed(need(settings.TOKEN, 'TOKEN', auth.flow)) }
    case 'api_key':
      return {
        header,
        fixed: fixed(need(settings.API_KEY, 'API_KEY', auth.flow)),
      }
    case 'password':
      return byToken({
        grant_type: 'password',
        username: need(settings.AUTH_USERNAME ?? auth.username, 'AUTH_USERNAME', auth.flow),
        password: need(settings.AUTH_PASSWORD ?? auth.password, 'AUTH_PASSWORD', auth.flow),
      })
    case 'client_credentials':
      return byToken({
        grant_type: 'client_credentials',
        client_id: need(settings.CLIENT_ID ?? auth.client_id, 'CLIENT_ID', auth.flow),
        client_secret: need(settings.CLIENT_SECRET ?? auth.client_secret, 'CLIENT_SECRET', auth.flow),
      })
  }
}

/** The request that renews a token; undefined where that is not possible. */
export function refreshRequest({ refreshUrl, tokenBody }: AuthPlan, { refresh_token }: Grant): TokenRequest | undefined {
  if (refreshUrl === undefined || refresh_token === undefined) return undefined
  // Some gateways take the token in the query: the path says so by ending in `refresh_token=`.
  return refreshUrl.endsWith('=')
    ? // No body, and so no type of one: some servers refuse a type of nothing.
      { url: refreshUrl + encodeURIComponent(refresh_token), body: '', headers: {} }
    : asks(refreshUrl, { ...(tokenBody === 'form' ? { grant_type: 'refresh_token' } : {}), refresh_token }, tokenBody)
}

/** Reads a token endpoint's answer; undefined where it carries no token that a header can carry. */
export function readGrant(body: string, now: number): Grant | undefined {
  try {
    const answer = JSON.parse(body) as Record<string, unknown>
    const { access_token, refresh_token } = answer
    if (typeof access_token !== 'string' || !/^[!-~]+$/.test(access_token)) return undefined
    // RFC 6749 has a number; some identity providers write it as a string.
    const seconds = typeof answer.expires_in === 'string' ? Number(answer.expires_in) : answer.expires_in
    return {
      access_token,
      issued: now,
      ...(typeof refresh_token === 'string' ? { refresh_token } : {}),
      ...(typeof seconds === 'number' && seconds > 0 ? { expires_in: seconds } : {}),
    }
  } catch {
    return undefined
  }
}

/**
 * When to renew, in epoch milliseconds: after 70 to 85 % of the lifetime, spread over the VUs, so that they don't renew in one burst.
 * @param spread 0..1, different for each VU
 */
export const renewAt = ({ issued, expires_in }: Grant, spread: number): number =>
  expires_in === undefined ? Number.POSITIVE_INFINITY : issued + expires_in * 1000 * (0.7 + 0.15 * spread)
