/** A response -> one of a closed set of outcomes, decided from codes, never from message text. */

/** What can become of a request that was not answered correctly. */
export const FAILURE_CLASSES = [
  'shed', // 429 that says when to come back: the rate limiter did its work
  'failed_check', // the status of success with a body, header or protocol that is not right; 429 whose Retry-After is missing or none
  'client_error', // 4xx
  'server_error', // 5xx
  'rpc_error', // an error object or success:false inside an HTTP success
  'timeout',
  'refused', // nobody listens
  'reset', // the connection broke
  'dns',
  'tls',
  'no_answer', // any other failure to get an answer
] as const

export type FailureClass = (typeof FAILURE_CLASSES)[number]

/** Today's name of a class of failures that older results may have under another. */
export const classToday = (name: string): string => (name === 'wrong_answer' ? 'failed_check' : name)

/** Failures that are errors of the gateway: everything but load shed as announced. */
export const isError = (failure: FailureClass): boolean => failure !== 'shed'

/** k6's `error_code` of a request that it had no patience for any more; its connection is closed. */
export const TIMED_OUT = 1050

/**
 * Class of an answer whose status is not the right one.
 * @param announced whether a 429 says when to come back
 * @param expected status codes of a valid answer: where they are refusals, another refusal is a failed check
 * @param errorCode k6's `error_code` (https://grafana.com/docs/k6/latest/javascript-api/error-codes/), 0 where there is none
 */
export function classify(status: number, errorCode: number, announced: boolean, expected: readonly number[] = []): FailureClass {
  if (status === 429) return announced ? 'shed' : 'failed_check'
  if (status >= 500) return 'server_error'
  if (status >= 400) return expected.some((code) => code >= 400) ? 'failed_check' : 'client_error'
  // Success or redirect, but not the status of a valid answer.
  if (status >= 100) return 'failed_check'
  if (errorCode === TIMED_OUT || errorCode === 1211) return 'timeout'
  if (errorCode === 1212) return 'refused'
  if (errorCode === 1220 || errorCode === 1201 || errorCode === 1202) return 'reset'
  if (errorCode >= 1100 && errorCode < 1200) return 'dns'
  if (errorCode >= 1300 && errorCode < 1400) return 'tls'
  return 'no_answer'
}

/** Whether somebody was there: a connection was made, and what came over it broke off or was no HTTP. By k6's `error_code`, as above. */
export const brokeOff = (errorCode: number): boolean =>
  errorCode === 1000 || (errorCode >= 1200 && errorCode < 1210) || errorCode === 1220 || (errorCode >= 1600 && errorCode < 1700)
