/** Limits on the time that users wait. */
import { samplesFor } from './evidence.ts'
import { type Asked, admittedOf, LIMIT, type Made, type Place, SLOW, type WindowKind } from './kind.ts'
import type { Late } from './model.ts'
import { tagsOf } from './threshold.ts'

/**
 * Answers that came later than a limit, counted by the VU that waited for them: what k6 calls the duration of a request begins when it has a
 * connection, and a percentile over what users wait would cost a fifth of each request. "p95 ≤ L" is "at most 5 % later than L".
 * @param key of the limit, in the thresholds file
 * @param share of the answers that may be later
 */
function lateOf(place: Place, key: string, ms: number, share: number): Late {
  const { window, endpoint } = place
  const limit = `${endpoint}.${key}`
  const tags = tagsOf(window.name, '*', { limit })
  const planned = admittedOf(place)
  // Where no number of requests is planned, every answer is counted, in time or not.
  return planned === undefined
    ? { metric: 'late_rate', tags, stat: 'rate', threshold: share, limit, ms, share }
    : { metric: 'late', tags, stat: 'count', threshold: Math.floor(planned * share + 1e-6), limit, ms, share }
}

/** Share of the answers beyond a percentile; 0.1 % of 10,000 are ten. */
const beyond = (percentile: number): number => Number((1 - percentile / 100).toFixed(6))

const ms = (what: string) =>
  LIMIT.ms(`${what} at most, in milliseconds. Waiting for a connection counts, and so does a request without an answer.`)

/** A statistic of k6's own, and the share of the answers that users waited for longer than its limit. */
const within = ({ place, limit }: Asked, key: string, stat: Made['stat'], share: number): Made => ({
  metric: 'http_req_duration',
  tags: tagsOf(place.window.name, place.endpoint),
  stat,
  threshold: limit,
  limit,
  late: lateOf(place, key, limit, share),
})

const percentile = (key: string, percent: number): WindowKind & Required<Pick<WindowKind, 'schema'>> => ({
  label: `p${percent}`,
  unit: 'ms',
  bound: 'max',
  percentile: percent,
  drawn: 'latency',
  schema: ms(`${percent === 50 ? 'Half' : `${percent} %`} of the answers were waited for so long,`),
  gate: (asked) => ({ ...within(asked, key, percent, beyond(percent)), needs: samplesFor(percent) }),
  sentence: ({ where, value, limit }) => `p${percent} of ${where} was ${value}; the limit is ${limit}.`,
  advice: SLOW,
})

export const LATENCY = {
  p50_ms: percentile('p50_ms', 50),
  p90_ms: percentile('p90_ms', 90),
  p95_ms: percentile('p95_ms', 95),
  p99_ms: percentile('p99_ms', 99),
  p999_ms: percentile('p999_ms', 99.9),
  // Limits on the slowest answers say what was seen, so they need no samples: those that percentiles need are a hundred times as many.
  max_ms: {
    label: 'slowest',
    unit: 'ms',
    bound: 'max',
    drawn: 'latency',
    schema: ms('Every answer was waited for so long,'),
    gate: (asked) => within(asked, 'max_ms', 'max', 0),
    sentence: ({ where, value, limit }) => `The slowest answer of ${where} took ${value}; the limit is ${limit}.`,
    advice: SLOW,
  },
  late_share: {
    label: 'late',
    unit: 'share',
    bound: 'max',
    ofSent: true,
    drawn: 'latency',
    schema: LIMIT.share('With late_ms: share of the answers that may come later than that.'),
    beside: {
      key: 'late_ms',
      schema: ms('With late_share: an answer in time was waited for so long,'),
      why: 'the share of the answers (late_share) that may come later than so many milliseconds (late_ms)',
    },
    gate({ place, limit, limits }) {
      const late = lateOf(place, 'late_share', limits.late_ms ?? 0, limit)
      const of = admittedOf(place)
      const { metric, tags, stat, threshold } = late
      return { metric, tags, stat, threshold, limit, ...(of === undefined ? {} : { of }), late }
    },
    sentence: ({ where, value, limit, late }) =>
      `${value} of the answers of ${where} came later than ${late}; the limit is ${limit}.`,
    advice: SLOW,
  },
} as const satisfies Record<string, WindowKind>
