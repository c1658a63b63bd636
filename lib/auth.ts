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

export interface AuthPlan {
  /** Request that gets a token; absent where none is needed. */
  tokenRequest?: { url: string; body: string }
  /** Request that renews it; without it the token request is sent again. */
  refreshRequest?(grant: Grant): { url: string; body: string } | undefined
  /** A token or key known from the start. */
  fixed?: Grant
  /** The header that carries it. */
  header(grant: Grant): [name: string, value: string]
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
  const bearer = (grant: Grant): [string, string] => ['Authorization', `Bearer ${grant.access_token}`]
  const fixed = (access_token: string): Grant => ({ access_token, issued: 0 })
  const byToken = (body: Record<string, string>): AuthPlan => {
    const { refresh_path } = auth
    return {
      header: bearer,
      tokenRequest: { url: base + (auth.token_path ?? '/auth/token'), body: JSON.stringify(body) },
      refreshRequest: ({ refresh_token }) => {
        if (refresh_path === undefined || refresh_token === undefined) return undefined
        // Some gateways take the token in the query: the path says so by ending in `refresh_token=`.
        return refresh_path.endsWith('=')
          ? { url: base + refresh_path + encodeURIComponent(refresh_token), body: '' }
          : { url: base + refresh_path, body: JSON.stringify({ refresh_token }) }
      },
    }
  }
  switch (auth.flow) {
    case 'none':
      return { header: bearer, fixed: fixed('') }
    case 'bearer':
      return { header: bearer, fixed: fixed(need(settings.TOKEN, 'TOKEN', auth.flow)) }
    case 'api_key':
      return {
        header: ({ access_token }) => [auth.header ?? 'X-API-Key', access_token],
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

/** Reads a token endpoint's answer; undefined where it carries no token. */
export function readGrant(body: string, now: number): Grant | undefined {
  try {
    const answer = JSON.parse(body) as Record<string, unknown>
    const { access_token, refresh_token, expires_in } = answer
    if (typeof access_token !== 'string' || access_token === '') return undefined
    return {
      access_token,
      issued: now,
      ...(typeof refresh_token === 'string' ? { refresh_token } : {}),
      ...(typeof expires_in === 'number' && expires_in > 0 ? { expires_in } : {}),
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
