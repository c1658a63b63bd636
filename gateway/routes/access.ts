import type { FastifyReply, onRequestHookHandler } from 'fastify'
import type { Verdict } from '../base/authorization.ts'
import type { EndpointName } from '../base/endpoints.ts'
import { refuse } from '../base/errors.ts'
import type { Quota } from '../base/limiter.ts'
import type { Gateway } from './gateway.ts'

export function rateHeaders(quota: Quota): Record<string, string> {
  const headers: Record<string, string> = {
    'x-ratelimit-limit': String(quota.limit),
    'x-ratelimit-remaining': String(quota.remaining),
    'x-ratelimit-reset': String(quota.resetS),
  }
  if (!quota.allowed) headers['retry-after'] = String(quota.resetS)
  return headers
}

/** A caller without a valid token is counted by address: inventing tokens must not escape the limit. */
export function rateKey(verdict: Verdict | null, address: string): string {
  return verdict?.valid ? verdict.token : address
}

const REASONS = {
  missing: 'a bearer token is required',
  forged: 'the token is not valid',
  expired: 'the token has expired',
} as const

export function refuseUnauthorized(reply: FastifyReply, reason: keyof typeof REASONS): FastifyReply {
  return refuse(reply.header('www-authenticate', 'Bearer'), 401, 'unauthorized', REASONS[reason])
}

/** An encoded path is decoded by the router: a climbing one is no place to ask for a token. */
const climbs = (url: string): boolean => /(\.|%2e){2}/i.test(url.split('?', 1)[0] ?? url)

function queryToken(query: unknown): string {
  const { token } = query as { token?: unknown }
  return typeof token === 'string' ? token : ''
}

export interface RouteRule {
  readonly onRequest: onRequestHookHandler
  readonly config: { readonly endpoint: EndpointName }
}

/** What stands in front of a route: first the quota, then the token. */
export function guarded(gateway: Gateway, endpoint: EndpointName, tokenIn: 'header' | 'query' | 'nowhere' = 'header'): RouteRule {
  const { authorization, faults, quotaOf } = gateway
  const onRequest: onRequestHookHandler = (request, reply, done) => {
    let verdict: Verdict | null = null
    if (tokenIn === 'header') verdict = authorization.header(request.headers.authorization)
    else if (tokenIn === 'query') verdict = authorization.token(queryToken(request.query))
    if (faults !== null && verdict !== null) verdict = faults.judge(endpoint, verdict)
    if (quotaOf !== null) {
      const taken = quotaOf(request, verdict)
      const quota = faults === null ? taken : faults.grant(endpoint, taken)
      reply.headers(rateHeaders(quota))
      if (!quota.allowed) {
        gateway.rateLimited++
        refuse(reply, 429, 'rate_limited', `more than ${quota.limit} requests in this window`)
        return
      }
    }
    if (verdict !== null && !verdict.valid) {
      if (climbs(request.raw.url ?? '')) refuse(reply, 404, 'not_found', 'no such resource')
      else refuseUnauthorized(reply, verdict.reason)
      return
    }
    done()
  }
  return { onRequest, config: { endpoint } }
}
