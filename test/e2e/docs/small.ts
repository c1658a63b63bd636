/** How small a run of each script may be. */
import type { SettingName } from '../../../lib/base/settings.ts'

type Sizes = Readonly<Partial<Record<SettingName, string>>>

/** Where nothing must turn red: every endpoint is asked, and there is no limit that would need samples. */
export const SMALL: Readonly<Record<string, Sizes>> = {
  smoke: { USERS: '10', DURATION: '1s', TIMEOUT: '3s' },
  gateway: { RATE: '60', CONNECTIONS: '4', DURATION: '5s', WARMUP: '0s' },
  http: { RATE: '88', DURATION: '2s', WARMUP: '0s' },
  'http users': { USERS: '20', THINK_TIME: '200ms', DURATION: '2s' },
  burst: { RATE: '40', SPIKE: '2', DURATION: '1s', WARMUP: '0s', STALL: '1s' },
  sustained: { RATE: '40', DURATION: '4s', WARMUP: '0s', DEGRADATION_FLOOR: '30s' },
  // Time for each of some 250 requests that must be refused, with room for those that a busy machine drops.
  failure: { RATE: '40', DURATION: '8s', WARMUP: '0s' },
  websocket: { CONNECTIONS: '20', RATE: '40', DURATION: '3s' },
  sse: { CONNECTIONS: '5', RATE: '20', DURATION: '5s' },
  a2a: { RATE: '70', LIVES: '4', AGENTS: '5', DURATION: '2s', WARMUP: '0s' },
  integration: { RATE: '100', SERIES: '4', DURATION: '3s', WARMUP: '0s' },
  benchmarks: { WARMUP: '2s' },
}

/** Where a fault must be seen by the limits as they stand. */
export const RED: Readonly<Record<string, Sizes>> = {
  smoke: { USERS: '20', DURATION: '2s', TIMEOUT: '3s' },
  // The fault comes after nine seconds.
  gateway: { WARMUP: '1s' },
  http: { WARMUP: '1s' },
  burst: { RATE: '90', SPIKE: '3', DURATION: '2500ms', WARMUP: '0s', STALL: '1s' },
  sustained: { WARMUP: '0s', DURATION: '20s', RATE: '60' },
  failure: { RATE: '55', DURATION: '6s', WARMUP: '0s', STALL: '2s' },
  websocket: { CONNECTIONS: '80', RATE: '100', DURATION: '4s' },
  sse: { CONNECTIONS: '10', DURATION: '8s' },
  a2a: { RATE: '75', LIVES: '5', DURATION: '4s', WARMUP: '0s' },
  integration: { RATE: '210', SERIES: '8', DURATION: '5s', WARMUP: '0s' },
  benchmarks: { WARMUP: '2s' },
}

export type { Sizes }
