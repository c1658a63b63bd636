/** Limits on how much was sent, and answered as it should be. */
import { UsageError } from '../base/errors.ts'
import { allowedFalse } from './failures.ts'
import { admittedOf, LIMIT, type Place, SLOW, type WindowKind } from './kind.ts'
import { tagsOf } from './threshold.ts'

/** Requests that one iteration sends there, at most. */
function requestsOfIteration({ window: { order, perIteration }, endpoint }: Place): number {
  if (endpoint === '*' || order.length === 0) return perIteration
  return Math.ceil((perIteration * order.filter((name) => name === endpoint).length) / order.length)
}

/** What k6 takes for a valid answer; failed checks that are allowed must not count as such. */
const answered = ({ window, endpoint }: Place) => ({
  metric: 'http_reqs',
  tags: tagsOf(window.name, endpoint, { expected_response: 'true' }),
  stat: 'count' as const,
})

const DROPPED_SHARE = 0.01

export const THROUGHPUT = {
  goodput: {
    label: 'goodput',
    unit: 'share',
    bound: 'min',
    subject: 'valid answers',
    drawn: 'throughput',
    formerly: ['delivered'],
    schema: LIMIT.share(
      'Share of the planned requests that were answered correctly, at least: the throughput gate of the open model.',
    ),
    gate({ place, limit, byEndpoint }) {
      const { window, endpoint } = place
      const planned = admittedOf(place)
      if (planned === undefined)
        throw new UsageError(
          `${place.where}.goodput: the closed model plans no number of requests; state the throughput as rps instead`,
        )
      // Each k6 may start one iteration fewer at a window's edge.
      const edge = window.model === 'open' ? requestsOfIteration(place) * window.instances : 0
      const needed = Math.max(1, Math.ceil((planned - edge) * limit) + allowedFalse(byEndpoint, endpoint, window))
      return { ...answered(place), threshold: needed, limit, of: planned }
    },
    sentence: ({ where, value, must, classes }) =>
      `${value} of what was planned for ${where} was answered correctly${classes}; it must be ${must}.`,
    advice: SLOW,
  },
  rps: {
    label: 'valid answers/s',
    unit: 'rps',
    bound: 'min',
    subject: 'valid answers',
    drawn: 'throughput',
    schema: LIMIT.rate('Valid answers per second of the window, at least.'),
    gate({ place, limit, byEndpoint }) {
      const { window, endpoint } = place
      const needed = Math.ceil(limit * window.duration) + allowedFalse(byEndpoint, endpoint, window)
      return { ...answered(place), threshold: needed, limit, of: window.duration }
    },
    sentence: ({ where, value, must, classes }) => `${where} had ${value} valid answers${classes}; it must be ${must}.`,
    advice: SLOW,
  },
  dropped_share: {
    label: 'dropped iterations',
    unit: 'share',
    bound: 'max',
    kind: 'load',
    ofRun: true,
    default: DROPPED_SHARE,
    always: 'Iterations that k6 could not start in time are load that was never sent.',
    schema: LIMIT.share('Share of the planned iterations of each window that k6 may have dropped. Default 0.01.'),
    inEvery({ name, gated, model, iterations }, { '*': all }) {
      if (!gated || model !== 'open' || iterations === undefined) return []
      const limit = all?.dropped_share ?? DROPPED_SHARE
      const tags = { scenario: name }
      const threshold = Math.floor(iterations * limit)
      return [{ endpoint: '*', metric: 'dropped_iterations', tags, stat: 'count', threshold, limit, of: iterations }]
    },
    sentence: ({ where, value, limit }) => `k6 could not send ${value} of the load planned for ${where}; the limit is ${limit}.`,
    advice:
      'Give k6 more VUs (--vus or --stall), ask for less (--rate), or send from a larger machine: loadgate doctor checks this one.',
  },
} as const satisfies Record<string, WindowKind>
