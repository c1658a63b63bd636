/** Sends one endpoint's requests, each judged; everything that can be prepared is, at a VU's first iteration. */
import http, { type RefinedParams, type RefinedResponse } from 'k6/http'
import type { Answer, Call, Endpoint } from '../endpoints/endpoint.ts'
import { judgeOf } from '../judge.ts'
import type { Random } from '../random.ts'
import type { Settings } from '../settings.ts'
import { expandValues, type Target } from '../target.ts'
import type { Authorization } from './authorization.ts'
import { reportAnswer, reportFailure } from './failure.ts'

type Headers = Record<string, string>

/** Path placeholders and query of a call filled in. Pure. */
export function urlOf(base: string, path: string, call: Call): string {
  const filled = path.replace(/:(\w+)/g, (placeholder, name: string) => {
    const value = call.params?.[name]
    return value === undefined ? placeholder : encodeURIComponent(value)
  })
  return base + filled + (call.query === undefined ? '' : `${filled.includes('?') ? '&' : '?'}${call.query}`)
}

/** Sends request number `turn` of an endpoint's and counts its outcome. */
export type Send = (turn: number) => void

export function sender(
  endpoint: Endpoint,
  target: Target,
  settings: Settings,
  authorization: Authorization,
  random: Random,
): Send {
  const override = target.endpoints[endpoint.name] || undefined
  const base = (override?.base_url ?? target.baseUrl).replace(/\/+$/, '')
  const path = override?.path ?? endpoint.path
  const statuses = override?.status ?? endpoint.status
  const [status, ...otherStatuses] = statuses
  const judge = judgeOf(endpoint, override)
  const proto = settings.EXPECT_PROTO
  const { name, method } = endpoint
  const authorized = override?.auth ?? endpoint.auth

  // k6's default callback takes 200 to 399 as expected; a callback of one's own costs 8 % of a request.
  const usual = statuses.every((code) => code >= 200 && code < 400)
  const common = {
    tags: { name },
    timeout: settings.TIMEOUT * 1000,
    ...(usual ? {} : { responseCallback: http.expectedStatuses(...statuses) }),
  }
  // Calls with the same headers share one params object: k6 reads it anew for each request, and memory is per VU.
  const byHeaders = new Map<string, RefinedParams<'text'>>()
  const paramsOf = (headers: Headers = {}): RefinedParams<'text'> => {
    const key = JSON.stringify(headers)
    let params = byHeaders.get(key)
    if (params === undefined) {
      params = { ...common, headers: authorized ? authorization.carry({ ...headers }) : { ...headers } }
      byHeaders.set(key, params)
    }
    return params
  }
  const prepared = endpoint.calls(random, expandValues(override?.values)).map((call) => ({
    call,
    url: urlOf(base, path, call),
    body: call.body ?? null,
    params: paramsOf(call.headers),
  }))
  const count = prepared.length
  if (count === 0) throw new Error(`endpoint ${name} has nothing to send: give values for its placeholders in the target file`)

  return (turn) => {
    const { call, url, body, params } = prepared[turn % count] as (typeof prepared)[number]
    const response: RefinedResponse<'text'> = http.request(method, url, body, params)
    const got = response.status
    if (got === status || otherStatuses.includes(got)) {
      const wrong = judge(response as unknown as Answer, call)
      if (wrong === undefined && (proto === undefined || response.proto === proto)) return
      reportFailure(name, 'wrong_answer', response, wrong ?? `came over ${response.proto}, not ${proto}`)
      return
    }
    reportAnswer(name, response, statuses)
  }
}
