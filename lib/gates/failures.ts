/** Limits on what was not answered correctly, in the windows and beside them. */
import { docsUrl } from '../base/docs-url.ts'
import type { Window } from '../windows/workload.ts'
import { type ByEndpoint, LIMIT, type Made, plannedOf, type WindowKind } from './kind.ts'
import { tagsOf } from './threshold.ts'

/** How many of a kind the limits let pass at an endpoint, or at all of the window (`*`). */
function allowed(key: 'failed_checks' | 'rpc_errors', limits: ByEndpoint, endpoint: string, sent: readonly string[]): number {
  const all = limits['*']?.[key]
  if (endpoint !== '*') return limits[endpoint]?.[key] ?? all ?? 0
  return all ?? sent.reduce((sum, name) => sum + (limits[name]?.[key] ?? 0), 0)
}

/** Answers that k6 takes for successes and that the limits let pass although they are none. */
export const allowedFalse = (limits: ByEndpoint, endpoint: string, { endpoints, rpc = [] }: Window): number =>
  allowed('failed_checks', limits, endpoint, endpoints) +
  (endpoint === '*' || rpc.includes(endpoint) ? allowed('rpc_errors', limits, endpoint, rpc) : 0)

/** Answers with the status of success that are none, by their class of failure. */
function falseSuccesses(
  key: 'failed_checks' | 'rpc_errors',
  failure: string,
  window: Window,
  limits: ByEndpoint,
  sent: readonly string[],
): (Made & { endpoint: string })[] {
  const all = sent.length > 0 && (limits['*']?.[key] !== undefined || !window.gated) ? ['*'] : []
  // Where latency settles, nobody looks at endpoints one by one but where the file does.
  const single = window.gated ? sent : sent.filter((endpoint) => limits[endpoint]?.[key] !== undefined)
  return [...all, ...single].map((endpoint) => {
    const limit = allowed(key, limits, endpoint, sent)
    return {
      endpoint,
      metric: 'failures',
      tags: tagsOf(window.name, endpoint, { class: failure }),
      stat: 'count',
      threshold: limit,
      limit,
    }
  })
}

export const FAILURES = {
  error_rate: {
    label: 'error rate',
    unit: 'share',
    bound: 'max',
    subject: 'failures',
    ofSent: true,
    settling: true,
    schema: LIMIT.share('Share of requests that were not answered correctly, shed ones apart, at most.'),
    gate({ place, limit }) {
      const tags = tagsOf(place.window.name, place.endpoint)
      const planned = plannedOf(place)
      if (planned !== undefined)
        return { metric: 'errors', tags, stat: 'count', threshold: Math.floor(planned * limit), limit, of: planned }
      return limit === 0
        ? // None is none of whatever was sent, and what k6 takes for a failure may be load shed within its budget.
          { metric: 'errors', tags, stat: 'count', threshold: 0, limit }
        : { metric: 'http_req_failed', tags, stat: 'rate', threshold: limit, limit }
    },
    sentence: ({ where, value, limit, classes }) =>
      `${value} of the requests of ${where} failed${classes}; the limit is ${limit}.`,
    advice: "Look into the gateway's log of that time for these classes of failure.",
  },
  failed_checks: {
    label: 'failed checks',
    formerly: ['wrong_answers'],
    unit: 'count',
    bound: 'max',
    subject: 'false successes',
    settling: true,
    default: 0,
    always: 'An answer with the status of success and invalid content is never right.',
    schema: LIMIT.count('Answers with the status of success and invalid content, at most. Without it: none.'),
    inEvery: (window, limits) => falseSuccesses('failed_checks', 'failed_check', window, limits, window.endpoints),
    sentence: ({ where, counted, limited }) =>
      `${counted('answer')} of ${where} had the status of success and invalid content; ${limited}.`,
    advice: `Compare one answer of the gateway with ${docsUrl('reference/contract.md')}, or say in the target file what a valid answer is.`,
  },
  rpc_errors: {
    label: 'JSON-RPC errors',
    unit: 'count',
    bound: 'max',
    subject: 'false successes',
    settling: true,
    default: 0,
    always: 'k6 takes a JSON-RPC error, which comes with the status of success, for a valid answer.',
    schema: LIMIT.count('Errors that JSON-RPC reports inside an HTTP success, at most. Without it: none.'),
    misfit: ({ rpc = [] }, endpoint) =>
      (endpoint === '*' ? rpc.length > 0 : rpc.includes(endpoint)) ? undefined : 'nothing that is sent there speaks JSON-RPC',
    inEvery: (window, limits) => falseSuccesses('rpc_errors', 'rpc_error', window, limits, window.rpc ?? []),
    sentence: ({ where, counted, limited }) => `${counted('answer')} of ${where} carried a JSON-RPC error; ${limited}.`,
  },
} as const satisfies Record<string, WindowKind>
