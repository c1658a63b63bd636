/** Counts a request that was not answered correctly and shows the first of its kind. The only place where that happens. */
import exec from 'k6/execution'
import type { RefinedResponse } from 'k6/http'
import { classify, type FailureClass, isError } from '../base/outcome.ts'
import { retryAfter } from '../base/retry-after.ts'
import { address, beginning, concealed, record } from '../base/speak.k6.ts'
import type { FailedCheck } from '../endpoint/endpoint.ts'
import { counter, errors, failures, trend } from './metrics.k6.ts'

const cameBackAgain = counter('came_back')
const shedAgain = trend('shed_again')

/** What the target says of the answers to an endpoint. */
export interface Expected {
  statuses: readonly number[]
  /** The target's 429 never carries `Retry-After`, and is shed load all the same. */
  bare429?: true
  /** Longest wait that the target's 429 may announce, in seconds, where that is another than usual. */
  longest429?: number
}

type Response = Pick<RefinedResponse<'text'>, 'status' | 'body' | 'error'> &
  Partial<Pick<RefinedResponse<'text'>, 'request' | 'timings'>>

const SECRET_HEADER = /authorization|cookie|api-?key|token/i

/** What was asked, so that it can be asked again; its secrets are named, not told. */
function asked({ request, timings }: Response): object | undefined {
  // Of a request that could not even be written, k6 has null.
  if (!request?.url) return undefined
  const { method, url, headers, body } = request
  const secret = Object.keys(headers).filter((name) => SECRET_HEADER.test(name))
  const type = headers['Content-Type']?.[0]
  return {
    method,
    url: address(url),
    ms: Math.round((timings?.duration ?? 0) * 10) / 10,
    ...(secret.length > 0 ? { headers: secret } : {}),
    ...(body ? { type, body: beginning(body) } : {}),
  }
}

/** Setup and teardown are no scenario, and k6 throws where they ask for one. */
let outside: string | undefined
export const isOutside = (part: 'setup' | 'teardown'): void => {
  outside = part
}

/** What was shown; made for the first failure, since a set costs a VU 7 KB. */
let shown: Set<string> | undefined

/** One VU in so many, the first among them, shows load that was shed. */
const SHED_SHOWN_BY = 50

/** One line of JSON for the first failure of each endpoint, class and code that this VU sees. */
export function show(endpoint: string, failure: string, response: Response, why: string, code?: string): void {
  const key = `${endpoint} ${failure} ${code ?? ''}`
  shown ??= new Set()
  if (shown.has(key)) return
  shown.add(key)
  const { status, body } = response
  const request = asked(response)
  record('failure', {
    window: outside ?? exec.scenario.name,
    endpoint,
    class: failure,
    ...(code === undefined ? {} : { code }),
    status,
    why: concealed(why),
    // Of a request that could not even be written, k6 gives a body that is no text.
    body: typeof body === 'string' ? beginning(body) : '',
    ...(request === undefined ? {} : { request }),
  })
}

/**
 * @param why end of the sentence "the answer …"
 * @param code of an error that JSON-RPC reports
 */
export function reportFailure(endpoint: string, failure: FailureClass, response: Response, why: string, code?: string): void {
  failures.add(1, code === undefined ? { name: endpoint, class: failure } : { name: endpoint, class: failure, code })
  if (isError(failure)) errors.add(1, { name: endpoint })
  // A limiter sheds to everybody in the same moment, and a line costs a VU as much as a hundred requests: few say what it is.
  if (failure !== 'shed' || __VU % SHED_SHOWN_BY === 1) show(endpoint, failure, response, why, code)
}

/** Counts an answer whose status is right and whose content is not. */
export function reportFailedCheck(endpoint: string, response: Response, failed: FailedCheck): void {
  if (typeof failed === 'string') reportFailure(endpoint, 'failed_check', response, failed)
  else reportFailure(endpoint, failed.class, response, failed.why, failed.code)
}

/** Seconds after which a request that was shed may be sent again; a text that says why nobody can know. */
export function announcedBy(
  { headers }: Pick<RefinedResponse<'text'>, 'headers'>,
  { bare429, longest429 }: Omit<Expected, 'statuses'>,
): number | string {
  const { 'Retry-After': value, Date: date } = headers ?? {}
  return value === undefined && bare429 ? 0 : retryAfter(value, date, Date.now(), longest429)
}

/** Tags of a request that comes back: what was not planned is in no window's counts. */
export const comingBack = (name: string) => ({ name, scenario: 'comeback' })

/** Epoch milliseconds at which who was shed is to come back; undefined where it was not shed, or nobody said when. */
export function comesBackAt(
  response: Pick<RefinedResponse<'text'>, 'status' | 'headers'>,
  expected: Omit<Expected, 'statuses'>,
): number | undefined {
  if (response.status !== 429 || response.headers?.['Retry-After'] === undefined) return undefined
  const announced = announcedBy(response, expected)
  return typeof announced === 'number' ? Date.now() + announced * 1000 : undefined
}

/** Counts what became of a request that came back. */
export function cameBack(name: string, served: boolean): void {
  cameBackAgain.add(1, { name })
  shedAgain.add(served ? 0 : 1, { name })
}

/** Counts an answer whose status is not one of the right ones, and says what is wrong with it. */
export function reportAnswer(endpoint: string, response: RefinedResponse<'text'>, expected: Expected): string {
  const { status, error_code, error } = response
  const { statuses } = expected
  const announced = status === 429 ? announcedBy(response, expected) : undefined
  const failure = classify(status, error_code, typeof announced === 'number', statuses)
  const why =
    status === 0
      ? `did not come: ${error}`
      : typeof announced === 'string'
        ? announced
        : `has status ${status}, not ${statuses.join(' or ')}`
  reportFailure(endpoint, failure, response, why)
  return why
}
