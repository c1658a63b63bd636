/** What a target file may say beside its endpoints: its metrics, its rate limiter, and what follows for requests that must be refused. */
import {
  array,
  boolean,
  description,
  literal,
  minValue,
  number,
  optional,
  pipe,
  regex,
  strictObject,
  string,
  union,
} from 'valibot'
import type { Endpoint } from '../endpoints/endpoint.ts'
import { REFUSALS } from '../endpoints/refusals.ts'
import { readSelector } from '../monitor/prometheus-text.ts'
import type { Settings } from '../settings.ts'

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
})

/** Metrics of the target file that no page can have, by key. */
export const badMetrics = (metrics: Readonly<Record<string, string | false | undefined>> = {}): string[] =>
  Object.entries(metrics).flatMap(([name, written]) => (written && readSelector(written) === undefined ? [name] : []))

interface Facts {
  endpoints: Readonly<Record<string, object | false>>
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
  const { at, wants } = refusal
  if (at !== undefined && endpoints[at] === false && endpoints[name] === undefined) return false
  return granted(wants, auth, settings)
}
