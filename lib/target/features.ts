/** What a target file may say beside its endpoints: its metrics, its rate limiter, and what follows for requests that must be refused. */
import {
  array,
  boolean,
  description,
  literal,
  maxValue,
  minValue,
  number,
  optional,
  pipe,
  regex,
  strictObject,
  string,
  union,
} from 'valibot'
import { baseUrl } from '../base/hosts.ts'
import { readSelector } from '../base/prometheus-text.ts'
import { MOST_S } from '../base/retry-after.ts'
import type { Settings } from '../base/settings.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import { REFUSALS } from '../refusals/refusals.ts'

const metric = (what: string) =>
  optional(
    pipe(
      union(
        [pipe(string(), regex(/^[a-zA-Z_:]/, 'expected a metric')), literal(false)],
        'expected a metric such as process_resident_memory_bytes or name{label="value"}, or false',
      ),
      description(`${what}; false: the gateway does not say it.`),
    ),
  )

export const metricsSchema = strictObject({
  memory: metric('Metric of the resident memory, in bytes. Default `process_resident_memory_bytes`'),
  cpu: metric('Counter of the CPU time, in seconds. Default `process_cpu_seconds_total`'),
  start: metric('Metric of the start of the process, in seconds since the epoch. Default `process_start_time_seconds`'),
  connections: metric('Metric of the open connections, all series together. Default `gateway_active_connections`'),
  hits: metric("Counter of the cache's lookups that it could answer. Default `gateway_cache_hits_total`"),
  misses: metric("Counter of the cache's lookups that it could not answer. Default `gateway_cache_misses_total`"),
})

export const limiterSchema = strictObject({
  rps: optional(
    pipe(
      number('expected a number of requests a second'),
      minValue(0.001, 'expected more than 0'),
      description('Requests a second that it lets through to the token of the load test; without it no script counts on it.'),
    ),
  ),
  exempt: optional(pipe(array(string()), description('Endpoints that it does not count.'))),
  retry_after: optional(pipe(boolean(), description('Whether a 429 carries `Retry-After`. Default true.'))),
  retry_after_max_s: optional(
    pipe(
      number('expected a number of seconds'),
      minValue(1, 'expected at least 1'),
      description(`Longest wait that \`Retry-After\` may announce, in seconds; more is a failed check. Default ${MOST_S}.`),
    ),
  ),
})

const label = (what: string, usual: string) =>
  pipe(string(), regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected the name of a label'), description(`${what} Default \`${usual}\`.`))
const labelOrNone = (what: string, usual: string) =>
  union([label(what, usual), literal(false)], 'expected the name of a label, or false where there is none')

export const reconciliationSchema = strictObject({
  url: optional(
    pipe(
      baseUrl,
      description(
        'Page that carries the counter, where it is not that of endpoint `metrics`: on a port of its own, for example. What it counts went to `base_url`.',
      ),
    ),
  ),
  pattern: optional(
    pipe(
      string(),
      description(
        "Of a page that is not in the format of Prometheus, such as nginx's `stub_status`: a regular expression whose first group is the number of requests. Then there are no labels.",
      ),
    ),
  ),
  counter: optional(
    pipe(
      string(),
      regex(/^[a-zA-Z_:]/, 'expected a metric such as gateway_requests_total or name{label="value"}'),
      description('Counter of the requests that the gateway has answered. Default `gateway_requests_total`.'),
    ),
  ),
  method: optional(labelOrNone('Label that carries the HTTP method; false: there is none.', 'method')),
  route: optional(labelOrNone('Label that carries the route; false: it counts all of its routes together.', 'route')),
  status: optional(
    labelOrNone('Label that carries the status code, such as 200, or its class, such as 2xx; false: there is none.', 'status'),
  ),
  exclusive: optional(
    pipe(
      boolean(),
      description(
        'Whether nobody but the load test sends to this gateway: a request that it counts and the load test did not send is then one counted twice. Default false.',
      ),
    ),
  ),
  settle_s: optional(
    pipe(
      number('expected a number of seconds'),
      minValue(0, 'expected 0 or more'),
      maxValue(300, 'expected at most 300'),
      description('Seconds that the counter may be behind what was answered. Default 5.'),
    ),
  ),
})

/** Metrics of the target file that no page can have, by key. */
export const badMetrics = (metrics: Readonly<Record<string, string | false | undefined>> = {}): string[] =>
  Object.entries(metrics).flatMap(([name, written]) => (written && readSelector(written) === undefined ? [name] : []))

/** Whether a text is a regular expression with a group. */
export function hasGroup(pattern: string): boolean {
  try {
    return (new RegExp(`${pattern}|`).exec('')?.length ?? 0) > 1
  } catch {
    return false
  }
}

interface Facts {
  endpoints: Readonly<Record<string, { auth?: boolean | undefined } | false>>
  auth: { flow: string; expires_in?: boolean | undefined }
}

function granted(wants: Endpoint['wants'], { flow, expires_in }: Facts['auth'], { EXPIRED_TOKEN }: Settings): boolean {
  const hasToken = flow !== 'none' && flow !== 'api_key'
  switch (wants) {
    case undefined:
      return true
    case 'authorization':
      return flow !== 'none'
    case 'token':
      return hasToken
    case 'expired_token':
      return hasToken && (EXPIRED_TOKEN !== undefined || (expires_in === true && flow !== 'bearer'))
  }
}

/** Whether a request that must be refused means anything to this target; true for names that are no such request. */
export function canRefuse(name: string, { endpoints, auth }: Facts, settings: Settings): boolean {
  const refusal = REFUSALS[name]
  if (refusal === undefined) return true
  const { at, like, wants } = refusal
  if (at !== undefined && endpoints[at] === false && endpoints[name] === undefined) return false
  if (like !== undefined && endpoints[like] === false) return false
  // Who needs no right to an endpoint cannot be refused for having none.
  if (wants !== undefined && at !== undefined && (endpoints[at] || undefined)?.auth === false) return false
  return granted(wants, auth, settings)
}
