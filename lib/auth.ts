/** Authorization of the target: how a token is asked for, when it is renewed, which header carries it. Pure; transport/ sends. */
import { UsageError } from './errors.ts'
import type { Settings } from './settings.ts'
import type { Target } from './target.ts'

export interface Grant {
  access_token: string
  refresh_token?: string
  /** Epoch milliseconds. */
  issued: number
  /** Seconds; absent for a token that does not expire. */
  expires_in?: number
}

/** How this run is authorized; JSON, since every VU reads it. */
export interface AuthPlan {
  /** The header that carries the token, and what stands before the token in it. */
  header: { name: string; prefix: string }
  /** Request that gets a token; absent where none is needed. */
  tokenRequest?: { url: string; body: string }
  /** Where a token is renewed; without it the token request is sent again. */
  refreshUrl?: string
  /** A token or key known from the start. */
  fixed?: Grant
}

function need(value: string | undefined, setting: string, flow: string): string {
  if (value === undefined || value === '')
    throw new UsageError(`setting ${setting}: missing; the ${flow} flow needs it (in the environment)`)
  return value
}

/** @throws UsageError naming the setting that the flow needs and nobody gave */
export function authPlan(target: Target, settings: Settings): AuthPlan {
  const { auth } = target
  const base = (auth.base_url ?? target.baseUrl).replace(/\/+$/, '')
  const bearer = { name: 'Authorization', prefix: 'Bearer ' }
  const fixed = (access_token: string): Grant => ({ access_token, issued: 0 })
  const byToken = (body: Record<string, string>): AuthPlan => ({
    header: bearer,
    tokenRequest: { url: base + (auth.token_path ?? '/auth/token'), body: JSON.stringify(body) },
    ...(auth.refresh_path === undefined ? {} : { refreshUrl: base + auth.refresh_path }),
  })
  switch (auth.flow) {
    case 'none':
      return { header: bearer, fixed: fixed('') }
    case 'bearer':
      return { header: bearer, fixed: fixed(need(settings.TOKEN, 'TOKEN', auth.flow)) }
    case 'api_key':
      return {
        header: { name: auth.header ?? 'X-API-Key', prefix: '' },
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
export function refreshRequest({ refreshUrl }: AuthPlan, { refresh_token }: Grant): AuthPlan['tokenRequest'] {
  if (refreshUrl === undefined || refresh_token === undefined) return undefined
  // Some gateways take the token in the query: the path says so by ending in `refresh_token=`.
  return refreshUrl.endsWith('=')
    ? { url: refreshUrl + encodeURIComponent(refresh_token), body: '' }
    : { url: refreshUrl, body: JSON.stringify({ refresh_token }) }
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
