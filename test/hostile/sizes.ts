/** Limits for short runs of `http` under the open model, as a file of the user's. */
import type { Room } from './case.ts'
import type { Settings } from './runs.ts'

const why = 'Short runs have few samples.'

/** Two seconds of warm-up, five of load. */
export const open =
  (limits: Readonly<Record<string, number>> = {}, more: Settings = {}) =>
  (room: Room): Settings => ({
    ...{ USERS: '', THINK_TIME: '', RATE: '45', DURATION: '5s', WARMUP: '2s', STALL: '1s' },
    THRESHOLDS: room.json('http.json', {
      windows: { steady: { '*': { p95_ms: 200, error_rate: 0.001, delivered: 0.9, ...limits, why } } },
    }),
    ...more,
  })
