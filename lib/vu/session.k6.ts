/** Sends the requests of an endpoint whose requests depend on what was answered before. What stays the same is made once. */
import http, { type RefinedBatchRequest, type RefinedParams, type RefinedResponse } from 'k6/http'
import type { Authorization } from '../auth/authorization.k6.ts'
import { REUSED_MS, waitOf } from '../base/waits.ts'
import type { Answer, Call, CheckResult, SessionEndpoint } from '../endpoint/endpoint.ts'
import type { VuState } from '../endpoint/vu-state.ts'
import { cameBack, comesBackAt, comingBack, reportAnswer, reportFailedCheck } from '../metrics/failure.k6.ts'
import { counter } from '../metrics/metrics.k6.ts'
import { inWordsOf } from '../target/params.ts'
import { quickCheckOfSession } from './check.ts'
import type { Received, Sender } from './http.k6.ts'
import type { InitDataReader, Sending } from './init-data.ts'
import { urlOf } from './url.ts'
import { clock, firstDrawn, waitCounter } from './waits.k6.ts'

const notSent = counter('not_sent')

type Response = RefinedResponse<'text'>

export interface Together {
  /** Valid answers. */
  right: number
  /** What was waited for each answer that came, in milliseconds. */
  durations: number[]
}

export interface SessionSender extends Sender {
  ask(call?: Call): string | undefined
  look<T extends object>(call: Call, read: (body: string) => T | string): T | undefined
  together(first: number, count: number): Together
}

interface Prepared {
  call: Call
  url: string
  params: RefinedParams<'text'>
}

export function sessionSender(
  endpoint: SessionEndpoint,
  initData: InitDataReader<unknown>,
  { timeout, proto }: Sending,
  authorization: Authorization,
  vuState: VuState,
): SessionSender {
  const { name, method } = endpoint
  const template = initData.order(name)?.template
  if (template?.session === undefined) throw new Error(`the target does not have endpoint ${name}`)
  const { statuses, authorized } = template
  const { base, path, values, params: paramsTemplate } = template.session
  /** The status that came last of the right ones: an answer that has it is not looked up among them. */
  let [status] = statuses
  const session = endpoint.session(vuState, values)
  const { next } = session
  const { from, oneIn, count: countWait } = waitCounter(name, initData)
  /** Answers until one is counted whatever it took. */
  let left = firstDrawn(oneIn)
  const quickCheck = quickCheckOfSession(endpoint, session, template)

  const usual = statuses.every((code) => code >= 200 && code < 400)
  const common = {
    tags: { name },
    timeout: timeout * 1000,
    redirects: 0,
    ...(usual ? {} : { responseCallback: http.expectedStatuses(...statuses) }),
  }
  // Sessions share their headers by object; those made for one request only are not kept.
  const fixed = base + path
  // All methods of JSON-RPC have one place.
  const fixedUrl = endpoint.rpc !== undefined
  const byHeaders = new WeakMap<object, RefinedParams<'text'>>()
  const NONE = {}
  const paramsOf = (headers: NonNullable<Call['headers']>): RefinedParams<'text'> => {
    let params = byHeaders.get(headers)
    if (params === undefined) {
      params = { ...common, headers: authorized ? authorization.carriedBy(headers, template.token) : headers }
      byHeaders.set(headers, params)
    }
    return params
  }
  // An import is looked up in its module each time that it is used.
  const exchange = http.request
  let lastHeaders: object | undefined
  let lastParams: RefinedParams<'text'> = common
  const urls = new WeakMap<Call, string>()
  const urlFor = (call: Call): string => {
    if (fixedUrl || (call.params === undefined && call.query === undefined)) return fixed
    let url = urls.get(call)
    if (url === undefined) {
      url = urlOf(base, path, call)
      urls.set(call, url)
    }
    return url
  }
  const bodies = new WeakMap<Call, string>()
  /** The body in the target's own words; made once for a call that is sent again. */
  const inOwnWords =
    paramsTemplate &&
    ((call: Call): string => {
      const body = bodies.get(call) ?? inWordsOf(paramsTemplate, call.body ?? '{}')
      bodies.set(call, body)
      return body
    })
  const bodyOf = (call: Call): string | null => (inOwnWords === undefined ? (call.body ?? null) : inOwnWords(call))
  const prepare = (call: Call): Prepared => ({ call, url: urlFor(call), params: paramsOf(call.headers ?? NONE) })

  const check = (response: Response, call: Call): CheckResult => {
    const found = quickCheck(response as unknown as Answer, call)
    return found ?? (proto === undefined || response.proto === proto ? undefined : `came over ${response.proto}, not ${proto}`)
  }
  const comeBack = (call: Call): void => {
    const { url, params } = prepare(call)
    const { status } = http.request(method, url, bodyOf(call), { ...params, tags: comingBack(name) })
    cameBack(name, isExpected(status))
  }
  const isExpected = (got: number) => statuses.includes(got)
  const receive = (response: Response, call: Call): boolean => {
    if (!isExpected(response.status)) {
      reportAnswer(name, response, template)
      authorization.later(comesBackAt(response, template), () => comeBack(call))
      return false
    }
    status = response.status
    const wrong = check(response, call)
    if (wrong === undefined) return true
    reportFailedCheck(name, response, wrong)
    return false
  }
  const request = ({ call, url, params }: Prepared): Response => http.request(method, url, bodyOf(call), params)
  /** Sends a request by itself and counts what is wrong with its answer, which is told. */
  const sendAlone = (call: Call, checkBy: (response: Response) => CheckResult): string | undefined => {
    const response = request(prepare(call))
    if (!isExpected(response.status)) return reportAnswer(name, response, template)
    const wrong = checkBy(response)
    if (wrong === undefined) return undefined
    reportFailedCheck(name, response, wrong)
    return typeof wrong === 'object' ? wrong.why : wrong
  }

  return {
    // The hot path: what most requests share is looked up for the first of them only.
    send(turn) {
      const call = next(turn)
      if (call === undefined) {
        notSent.add(1, { name })
        return
      }
      const headers = call.headers ?? NONE
      if (headers !== lastHeaders) {
        lastHeaders = headers
        lastParams = paramsOf(headers)
      }
      const url = fixedUrl ? fixed : urlFor(call)
      const asked = clock()
      const response: Response = exchange(method, url, bodyOf(call), lastParams)
      const { status: got, timings } = response
      const drawn = oneIn > 0 && left-- === 0
      if (drawn) left = oneIn - 1
      if (drawn || timings.blocked > REUSED_MS || got === 0 || (oneIn === 0 && timings.duration + REUSED_MS > from))
        countWait(response, clock() - asked, drawn)
      if (got !== status || proto !== undefined) {
        receive(response, call)
        return
      }
      const wrong = quickCheck(response as unknown as Answer, call)
      if (wrong !== undefined) reportFailedCheck(name, response, wrong)
    },
    async sendAsync(turn): Promise<Received> {
      const call = next(turn)
      if (call === undefined) throw new Error(`endpoint ${name} has nothing to ask yet`)
      const { url, params } = prepare(call)
      const asked = clock()
      const response = await http.asyncRequest(method, url, bodyOf(call), params)
      countWait(response, clock() - asked, true)
      return { response, right: receive(response, call) }
    },
    sendBeside(turn) {
      const call = next(turn)
      if (call === undefined) return undefined
      const response = request(prepare(call))
      return { response, right: receive(response, call) }
    },
    ask(call = next(0)) {
      if (call === undefined) throw new Error(`endpoint ${name} has nothing to ask yet`)
      return sendAlone(call, (response) => check(response, call))
    },
    look<T extends object>(call: Call, read: (body: string) => T | string): T | undefined {
      let found: T | undefined
      sendAlone(call, ({ body }) => {
        const seen = read(body ?? '')
        if (typeof seen === 'string') return seen
        found = seen
        return undefined
      })
      return found
    },
    together(first, count) {
      const sent = Array.from({ length: count }, (_, i) => next(first + i)).filter((call) => call !== undefined)
      const asked = clock()
      const responses = http.batch(
        sent.map((call): RefinedBatchRequest<'text'> => {
          const { url, params } = prepare(call)
          return { method, url, body: bodyOf(call), params }
        }),
      )
      const whole = clock() - asked
      let right = 0
      const durations: number[] = []
      responses.forEach((response, i) => {
        countWait(response, whole, true)
        if (receive(response, sent[i] as Call)) right++
        if (response.status !== 0) durations.push(waitOf(response.timings, whole))
      })
      return { right, durations }
    },
  }
}
