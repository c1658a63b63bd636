/** Sends one endpoint's requests, each judged. Everything is built once: a request's own part when a VU first sends it. */
import { asyncRequest, expectedStatuses, type RefinedParams, type RefinedResponse, request as send } from 'k6/http'
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

/** A request as a VU keeps it: for the judge, and as k6 takes it. */
interface Request {
  call: Prepared
  url: string
  body: string | null
  params: RefinedParams<'text'> | undefined
}

/** Sends an endpoint's requests and counts their outcomes. */
export interface Sender {
  /** Sends request number `turn`. */
  send(turn: number): void
  /** Sends request number `turn` without waiting for its answer. */
  sendAsync(turn: number): Promise<Received>
}

/** A large body comes in pieces: put together here it costs a VU no JSON of its size. */
const bodyOf = ({ body, pieces }: Prepared): string | null =>
  pieces === undefined ? (body ?? null) : pieces.map(([text, times]) => text.repeat(times)).join('')

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
    ...(usual ? {} : { responseCallback: expectedStatuses(...statuses) }),
  }
  const paramsOf = recipe.headers.map(
    (headers): RefinedParams<'text'> => ({
      ...common,
      headers: authorized ? authorization.carry({ ...headers }, recipe.token) : headers,
    }),
  )
  const requests: Request[] = []
  const make = (index: number): Request => {
    const call = briefing.request(name, index)
    const made = { call, url: call.url, body: bodyOf(call), params: paramsOf[call.set] }
    requests[index] = made
    return made
  }
  /** Counts the outcome; true where it is right. */
  const receive = (response: RefinedResponse<'text'>, call: Prepared): boolean => {
    const got = response.status
    if (got === status || otherStatuses.includes(got)) {
      const wrong = judge(response as unknown as Answer, call)
      if (wrong === undefined && (proto === undefined || response.proto === proto)) return true
      reportFlaw(name, response, wrong ?? `came over ${response.proto}, not ${proto}`)
      return false
    }
    reportAnswer(name, response, statuses)
    return false
  }

  return {
    send(turn) {
      const index = turn % count
      const request = requests[index] ?? make(index)
      receive(send(method, request.url, request.body, request.params), request.call)
    },
    async sendAsync(turn) {
      const index = turn % count
      const request = requests[index] ?? make(index)
      const response = await asyncRequest(method, request.url, request.body, request.params)
      return { response, right: receive(response, request.call) }
    },
  }
}
