/** Sends one endpoint's requests, each judged. Everything is built once: a request's own part when a VU first sends it. */
import http, { type RefinedParams, type RefinedResponse } from 'k6/http'
import type { BriefingReader } from '../briefing.ts'
import type { Answer, Endpoint } from '../endpoints/endpoint.ts'
import { judgeOf } from '../judge.ts'
import type { Prepared } from '../requests.ts'
import type { Settings } from '../settings.ts'
import type { Authorization } from './authorization.ts'
import { reportAnswer, reportFlaw } from './failure.ts'

/** What came of a request that was not waited for. */
export interface Received {
  response: RefinedResponse<'text'>
  right: boolean
}

/** Sends an endpoint's requests and counts their outcomes. */
export interface Sender {
  /** Sends request number `turn`. */
  send(turn: number): void
  /** Sends request number `turn` without waiting for its answer. */
  sendAsync(turn: number): Promise<Received>
}

export function sender(
  endpoint: Endpoint,
  briefing: BriefingReader<unknown>,
  { TIMEOUT, EXPECT_PROTO: proto }: Pick<Settings, 'TIMEOUT' | 'EXPECT_PROTO'>,
  authorization: Authorization,
): Sender {
  const { name, method } = endpoint
  const recipe = briefing.recipe(name)
  if (recipe === undefined) throw new Error(`the target does not have endpoint ${name}`)
  const { statuses, count, authorized } = recipe
  if (count === 0) throw new Error(`endpoint ${name} has nothing to send: give values for its placeholders in the target file`)
  const [status, ...otherStatuses] = statuses
  const judge = judgeOf(endpoint, recipe)

  // k6's default callback takes 200 to 399 as expected; a callback of one's own costs 8 % of a request.
  const usual = statuses.every((code) => code >= 200 && code < 400)
  const common = {
    tags: { name },
    timeout: TIMEOUT * 1000,
    ...(usual ? {} : { responseCallback: http.expectedStatuses(...statuses) }),
  }
  const paramsOf = recipe.headers.map(
    (headers): RefinedParams<'text'> => ({
      ...common,
      headers: authorized ? authorization.carry({ ...headers }, recipe.token) : headers,
    }),
  )
  const requests: Prepared[] = []

  const requestOf = (turn: number): Prepared => {
    const index = turn % count
    let request = requests[index]
    if (request === undefined) {
      request = briefing.request(name, index)
      requests[index] = request
    }
    return request
  }
  /** Counts the outcome; true where it is right. */
  const receive = (response: RefinedResponse<'text'>, request: Prepared): boolean => {
    const got = response.status
    if (got === status || otherStatuses.includes(got)) {
      const wrong = judge(response as unknown as Answer, request)
      if (wrong === undefined && (proto === undefined || response.proto === proto)) return true
      reportFlaw(name, response, wrong ?? `came over ${response.proto}, not ${proto}`)
      return false
    }
    reportAnswer(name, response, statuses)
    return false
  }

  return {
    send(turn) {
      const request = requestOf(turn)
      receive(http.request(method, request.url, request.body ?? null, paramsOf[request.set]), request)
    },
    async sendAsync(turn) {
      const request = requestOf(turn)
      const response = await http.asyncRequest(method, request.url, request.body ?? null, paramsOf[request.set])
      return { response, right: receive(response, request) }
    },
  }
}
