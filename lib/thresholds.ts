/**
 * The thresholds file: window -> endpoint -> limits. This definition validates at init and makes `thresholds/schema.json`.
 */
import {
  description,
  finite,
  gtValue,
  type InferOutput,
  integer,
  maxValue,
  minLength,
  minValue,
  number,
  optional,
  pipe,
  record,
  strictObject,
  string,
} from 'valibot'

const milliseconds = (what: string) =>
  optional(
    pipe(
      number('expected a number of milliseconds'),
      finite('expected a number of milliseconds'),
      minValue(0, 'expected at least 0 ms'),
      description(`${what} at most, in milliseconds. Waiting for a connection counts, and so does a request without an answer.`),
    ),
  )
const shareSchema = (what: string) =>
  optional(
    pipe(
      number('expected a share from 0 to 1'),
      minValue(0, 'expected a share from 0 to 1'),
      maxValue(1, 'expected a share from 0 to 1'),
      description(what),
    ),
  )
const countSchema = (what: string) =>
  optional(
    pipe(
      number('expected a whole number'),
      integer('expected a whole number'),
      minValue(0, 'expected at least 0'),
      description(what),
    ),
  )
const amount = (what: string) =>
  optional(pipe(number('expected a number'), finite('expected a number'), minValue(0, 'expected at least 0'), description(what)))
/** A rate of 0 would hold with nothing sent. */
const rate = (what: string) =>
  optional(
    pipe(
      number('expected a number above 0'),
      finite('expected a number above 0'),
      gtValue(0, 'expected a number above 0'),
      description(what),
    ),
  )
const why = (what: string) => pipe(string('expected a sentence'), minLength(1, 'expected a sentence'), description(what))

export const limitsSchema = strictObject({
  p50_ms: milliseconds('Half of the answers were waited for so long,'),
  p90_ms: milliseconds('90 % of the answers were waited for so long,'),
  p95_ms: milliseconds('95 % of the answers were waited for so long,'),
  p99_ms: milliseconds('99 % of the answers were waited for so long,'),
  p999_ms: milliseconds('99.9 % of the answers were waited for so long,'),
  max_ms: milliseconds('Every answer was waited for so long,'),
  late_ms: milliseconds('With late_share: an answer in time was waited for so long,'),
  late_share: shareSchema('With late_ms: share of the answers that may come later than that.'),
  error_rate: shareSchema('Share of requests that were not answered rightly, shed ones apart, at most.'),
  delivered: shareSchema(
    'Share of the planned requests that were answered rightly, at least: the throughput gate of the open model.',
  ),
  rps: rate('Right answers per second of the window, at least.'),
  shed_rate: shareSchema(
    'Share of the planned requests that the rate limiter may answer with 429 and Retry-After. Without it: none.',
  ),
  shed_excess: shareSchema(
    "Of the planned requests that the target's rate limiter does not let through, the share that it must have shed, at least.",
  ),
  shed_min: countSchema('Requests that the rate limiter must have shed, at least: shows that it works.'),
  wrong_answers: countSchema('Answers with the status of success and wrong content, at most. Without it: none.'),
  rpc_errors: countSchema('Errors that JSON-RPC reports inside an HTTP success, at most. Without it: none.'),
  new_connections: shareSchema(
    'Share of the requests, all endpoints together, that may need a new connection after the first of each user. Default 0.01.',
  ),
  why: why('Where these numbers come from.'),
})
export type Limits = InferOutput<typeof limitsSchema>

export const metricLimitsSchema = strictObject({
  min: amount('Total of a counter, at least.'),
  max: amount('Total of a counter, at most.'),
  min_share: shareSchema('Total of a counter as a share of what the script planned, at least.'),
  max_share: shareSchema('Total of a counter as a share of what the script planned, at most.'),
  p50: amount('Median of a trend, at most.'),
  p95: amount('95th percentile of a trend, at most.'),
  p99: amount('99th percentile of a trend, at most.'),
  largest: amount('Largest value of a trend, at most.'),
  p50_min: amount('Median of a trend, at least.'),
  why: why('Where these numbers come from.'),
})
export type MetricLimits = InferOutput<typeof metricLimitsSchema>

export const thresholdsSchema = strictObject({
  $schema: optional(string()),
  windows: pipe(
    record(string(), record(string(), limitsSchema)),
    description('By window (a k6 scenario of the script), then by endpoint; `*` is all endpoints of the window together.'),
  ),
  run: optional(
    strictObject({
      dropped_share: shareSchema('Share of the planned iterations of each window that k6 may have dropped. Default 0.01.'),
    }),
  ),
  metrics: optional(
    pipe(record(string(), metricLimitsSchema), description('Limits on the custom metrics of the script, by metric.')),
  ),
})
export type Thresholds = InferOutput<typeof thresholdsSchema>
