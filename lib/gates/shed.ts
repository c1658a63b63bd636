/** Limits on what a rate limiter may shed, and must. */
import { UsageError } from '../base/errors.ts'
import { LIMIT, type Place, plannedOf, type WindowKind } from './kind.ts'
import { tagsOf } from './threshold.ts'

const shed = (window: string, endpoint: string) => ({
  metric: 'http_reqs',
  tags: tagsOf(window, endpoint, { status: '429' }),
  stat: 'count' as const,
})
const shedAt = ({ window, endpoint }: Place) => shed(window.name, endpoint)

export const SHED = {
  shed_rate: {
    label: 'shed',
    unit: 'share',
    bound: 'max',
    ofSent: true,
    settling: true,
    default: 0,
    always: 'No budget for shed load is given, so none may be shed.',
    permits: (limit) => limit >= 1,
    schema: LIMIT.share(
      'Share of the planned requests that the rate limiter may answer with 429 and Retry-After. Without it: none.',
    ),
    gate({ place, limit }) {
      const planned = plannedOf(place)
      if (planned === undefined)
        throw new UsageError(`${place.where}.shed_rate: only the open model, which plans its requests, can budget shed load`)
      return { ...shedAt(place), threshold: Math.floor(planned * limit), limit, of: planned }
    },
    inEvery({ name, endpoints, exempt = [] }, limits) {
      const none = (endpoint: string) => ({ endpoint, ...shed(name, endpoint), threshold: 0, limit: 0, unit: 'count' as const })
      if (limits['*']?.shed_rate !== undefined)
        return exempt
          .filter((endpoint) => limits[endpoint]?.shed_rate === undefined)
          .map((endpoint) => ({
            ...none(endpoint),
            why: 'The limiter of the target does not count it, so none of it may be shed.',
          }))
      const without = endpoints.filter((endpoint) => limits[endpoint]?.shed_rate === undefined)
      const places = without.length > 0 && without.length === endpoints.length ? ['*'] : without
      return places.map(none)
    },
    sentence: ({ gate: { unit, measured }, where, value, limited, counted }) =>
      `${unit === 'count' ? counted('request') : `${value} of the requests`} of ${where} ${measured === 1 && unit === 'count' ? 'was' : 'were'} shed (429); ${limited}.`,
    advice: 'Raise the rate limit of the gateway for the test, or budget for it with shed_rate in the thresholds file.',
  },
  shed_excess: {
    label: 'shed of the excess',
    unit: 'share',
    bound: 'min',
    schema: LIMIT.share(
      "Of the planned requests that the target's rate limiter does not let through, the share that it must have shed, at least.",
    ),
    gate({ place, limit }) {
      const { admitted } = place.window
      const planned = plannedOf(place)
      if (admitted === undefined || planned === undefined || place.endpoint !== '*')
        throw new UsageError(
          `${place.where}.shed_excess: only a window that is planned above the limiter of the target file can have it, for all endpoints together`,
        )
      const of = planned - admitted
      return { ...shedAt(place), threshold: Math.ceil(of * limit), limit, of }
    },
    sentence: ({ where, value, must }) => `The rate limiter shed ${value} of the excess load of ${where}; it must be ${must}.`,
  },
  shed_min: {
    label: 'shed at least',
    unit: 'count',
    bound: 'min',
    schema: LIMIT.count('Requests that the rate limiter must have shed, at least: shows that it works.'),
    gate({ place, limit, limits, byEndpoint }) {
      if ((limits.shed_rate ?? byEndpoint['*']?.shed_rate) === undefined)
        throw new UsageError(`${place.where}.shed_min: needs a shed_rate beside it: without one, nothing may be shed`)
      return { ...shedAt(place), threshold: limit, limit }
    },
    sentence: ({ where, must, counted }) => `The rate limiter shed ${counted('request')} of ${where}; it must be ${must}.`,
  },
  /**
   * What may be shed may be told to come back, and is then served: mostly, since a gateway that has more than it can take has that for a while.
   * Above a limiter others use up what is free. Without a sample it holds: nobody was shed.
   */
  shed_again: {
    label: 'shed again when told to come back',
    unit: 'share',
    bound: 'max',
    always: 'Whoever was shed and comes back when the gateway said so is served.',
    inEvery({ name, gated, admitted }, limits) {
      const sheds = Object.values(limits).some(({ shed_rate = 0 }) => shed_rate > 0)
      if (!gated || admitted !== undefined || !sheds) return []
      return [{ endpoint: '*', metric: 'shed_again', tags: tagsOf(name, '*'), stat: 50, threshold: 0.5, limit: 0.5 }]
    },
    sentence: ({ where, must }) =>
      `Most of the requests of ${where} that were shed and came back as Retry-After says were shed again; it must be ${must}.`,
  },
} as const satisfies Record<string, WindowKind>
