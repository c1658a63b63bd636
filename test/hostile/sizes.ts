/** Sizes of runs of `http` that several classes of cases use. */
import type { Room } from './case.ts'
import type { Settings } from './runs.ts'

/** The script's own limits, and the samples that they need. */
export const STRICT: Settings = { THRESHOLDS: '', DURATION: '5s' }
export const STRICT_FAILURE: Settings = { THRESHOLDS: '' }

/** The open model: two seconds of warm-up, four of load. */
export const OPEN: Settings = { USERS: '', THINK_TIME: '', RATE: '45', DURATION: '4s', WARMUP: '2s', STALL: '1s' }

const why = 'Some of it may be shed.'

/** The same, and this share may be shed. */
export const shedding =
  (share: number) =>
  (room: Room): Settings => ({
    ...OPEN,
    WARMUP: '0',
    THRESHOLDS: room.json('http.json', {
      windows: { steady: { '*': { p50_ms: 500, error_rate: 0.001, goodput: 0.8, shed_rate: share, why } } },
    }),
  })
