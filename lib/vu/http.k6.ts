/** Sends one endpoint's requests, each checked. Everything is built once, when a VU first sends to the endpoint. */
import { asyncRequest, expectedStatuses, type RefinedParams, type RefinedResponse, request } from 'k6/http'
import type { Authorization } from '../auth/authorization.k6.ts'
import { REUSED_MS } from '../base/waits.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { VuState } from '../endpoint/vu-state.ts'
import { cameBack, comesBackAt, comingBack, reportAnswer, reportFailedCheck } from '../metrics/failure.k6.ts'
import { quickCheckOf, sampled } from './check.ts'
import { type Columns, partOf } from './columns.ts'
import type { InitDataReader, Sending } from './init-data.ts'
import { clock, firstDrawn, waitCounter } from './waits.k6.ts'

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
  /** Sends request number `turn` beside the load; undefined where there is nothing to ask. */
  sendBeside(turn: number): Received | undefined
}

/** The bodies of an endpoint's requests, by number; a large one comes in pieces and is put together when it is first sent. */
function bodiesOf({ body, pieces }: Columns): (index: number) => string | null {
  if (pieces === undefined) return body === undefined ? () => null : (index) => body[index] ?? null
  const made: (string | null)[] = []
  return (index) => {
    made[index] ??= pieces[index]?.map(([text, times]) => text.repeat(times)).join('') ?? body?.[index] ?? null
    return made[index]
  }
}

/** k6's HTTP client has no answer for a server that switches protocols, but an exception with this text. */
const SWITCHED = '101 Switching Protocols'

/** Sends the handshake of a WebSocket as a plain request: only one that should have been refused switches protocols. */
const shake = (...given: Parameters<typeof request<'text'>>): RefinedResponse<'text'> => {
  const begin = Date.now()
  try {
    return request(...given)
  } catch (error) {
    if (!String(error).includes(SWITCHED)) throw error
    // k6 gives no times with it; the answer came within this one, whatever of it was the connection.
    const timings = { duration: Date.now() - begin, blocked: 0, connecting: 0, sending: 0, waiting: 0 }
    return { status: 101, body: '', headers: {}, error: '', error_code: 0, timings } as RefinedResponse<'text'>
  }
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false
  return true
}

export function sender(
  endpoint: Endpoint,
  initData: InitDataReader<unknown>,
  sending: Sending,
  authorization: Authorization,
  vuState: VuState,
): Sender {
  const { name, method } = endpoint
  const order = initData.order(name)
  if (order === undefined) throw new Error(`the target does not have endpoint ${name}`)
  const { template } = order
  const { statuses, authorized, tokenQuery } = template
  const columns = endpoint.most === undefined ? order.columns : partOf(order.columns, endpoint.most, vuState.vu)
  const count = columns.url.length
  const { timeout, checkEvery } = sending
  const proto = template.handshake ? undefined : sending.proto
  if (template.count === 0)
    throw new Error(`endpoint ${name} has nothing to send: give values for its placeholders in the target file`)
  /** The status that came last of the right ones: an answer that has it is not looked up among them. */
  let [status] = statuses
  const whole = quickCheckOf(endpoint, template, vuState)
  const check = checkEvery === undefined ? whole : sampled(whole, checkEvery)

  // k6's default callback takes 200 to 399 as expected; a callback of one's own costs 8 % of a request.
  const usual = statuses.every((code) => code >= 200 && code < 400)
  const common = {
    tags: { name },
    timeout: timeout * 1000,
    // Whatever k6's options say: nobody is loaded whom no URL of the run names.
    redirects: 0,
    ...(usual ? {} : { responseCallback: expectedStatuses(...statuses) }),
  }
  const paramsOf = template.headers.map(
    (headers): RefinedParams<'text'> => ({
      ...common,
      // k6 goes through what params there are for each request, empty ones too.
      ...(authorized && tokenQuery === undefined
        ? { headers: authorization.carry({ ...headers }, template.token) }
        : isEmpty(headers)
          ? {}
          : { headers }),
    }),
  )
  const { url, set, expect } = columns
  const { from, oneIn, count: countWait } = waitCounter(name, initData)
  /** Answers until one is counted whatever it took. */
  let left = firstDrawn(oneIn)
  const [first] = paramsOf
  const bodyOf = columns.body === undefined && columns.pieces === undefined ? undefined : bodiesOf(columns)
  // An import is looked up in its module each time that it is used.
  const send: typeof request<'text'> = template.handshake ? shake : request
  /** Of requests whose token is in the query. */
  const urlOf =
    tokenQuery === undefined
      ? undefined
      : (index: number) => {
          const plain = url[index] as string
          return `${plain}${plain.includes('?') ? '&' : '?'}${tokenQuery}=${encodeURIComponent(authorization.token(template.token))}`
        }
  const comeBack = (index: number): void => {
    const params = { ...paramsOf[set?.[index] ?? 0], tags: comingBack(name) }
    const response = send(method, urlOf?.(index) ?? (url[index] as string), bodyOf?.(index) ?? null, params)
    const served = statuses.includes(response.status)
    const wrong = served ? check(response.body, expect?.[index] ?? '', response.headers) : undefined
    if (wrong !== undefined) reportFailedCheck(name, response, wrong)
    cameBack(name, served && wrong === undefined)
  }
  /** Counts the outcome; true where it is right. */
  const receive = (response: RefinedResponse<'text'>, index: number): boolean => {
    const got = response.status
    if (statuses.includes(got)) {
      status = got
      const wrong = check(response.body, expect === undefined ? '' : (expect[index] ?? ''), response.headers)
      if (wrong === undefined && (proto === undefined || response.proto === proto)) return true
      reportFailedCheck(name, response, wrong ?? `came over ${response.proto}, not ${proto}`)
      return false
    }
    reportAnswer(name, response, template)
    authorization.later(comesBackAt(response, template), () => comeBack(index))
    return false
  }

  return {
    // The hot path. What costs in k6's engine is looking things up in objects: here are variables and lists only.
    send(turn) {
      const index = turn % count
      const params = set === undefined ? first : paramsOf[set[index] ?? 0]
      const asked = clock()
      const response = send(
        method,
        urlOf === undefined ? (url[index] as string) : urlOf(index),
        bodyOf === undefined ? null : bodyOf(index),
        params,
      )
      const { status: got, timings } = response
      const drawn = oneIn > 0 && left-- === 0
      if (drawn) left = oneIn - 1
      if (drawn || timings.blocked > REUSED_MS || got === 0 || (oneIn === 0 && timings.duration + REUSED_MS > from))
        countWait(response, clock() - asked, drawn)
      if (got !== status || proto !== undefined) {
        receive(response, index)
        return
      }
      const wrong = check(response.body, expect === undefined ? '' : (expect[index] ?? ''), response.headers)
      if (wrong !== undefined) reportFailedCheck(name, response, wrong)
    },
    async sendAsync(turn) {
      const index = turn % count
      const params = set === undefined ? first : paramsOf[set[index] ?? 0]
      const asked = clock()
      const response = await asyncRequest(method, urlOf?.(index) ?? (url[index] as string), bodyOf?.(index) ?? null, params)
      countWait(response, clock() - asked, true)
      return { response, right: receive(response, index) }
    },
    sendBeside(turn) {
      const index = turn % count
      const params = set === undefined ? first : paramsOf[set[index] ?? 0]
      const response = send(method, urlOf?.(index) ?? (url[index] as string), bodyOf?.(index) ?? null, params)
      return { response, right: receive(response, index) }
    },
  }
}
