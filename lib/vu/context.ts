/** What a script's own code has at hand while k6 runs it. */

import type { Settings } from '../base/settings.ts'
import type { Target } from '../target/target.ts'
import type { Window } from '../windows/workload.ts'
import type { InitDataReader } from './init-data.ts'
import type { Traffic } from './traffic.k6.ts'

/** What a script's own setup, teardown and execs are given. */
export interface Context<S> {
  readonly settings: Settings
  /** Numbers of the profile, with those that settings replace. */
  readonly size: S
  readonly target: Target
  readonly windows: readonly Window[]
  /** Sends requests to the endpoints of the plan. */
  readonly traffic: Traffic
}

function once<T>(read: () => T): () => T {
  let value: T | undefined
  return () => {
    value ??= read()
    return value
  }
}

/** A VU reads only what its script asks for, and keeps that. */
export function contextOf<S>(initData: InitDataReader<S>, traffic: Traffic): Context<S> {
  const settings = once(() => initData.read('settings'))
  const size = once(() => initData.read('size'))
  const windows = once(() => initData.read('windows'))
  const target = once((): Target => {
    const { absent, ...rest } = initData.read('target')
    return { ...rest, has: (endpoint) => !absent.includes(endpoint) }
  })
  return {
    traffic,
    get settings() {
      return settings()
    },
    get size() {
      return size()
    },
    get windows() {
      return windows()
    },
    get target() {
      return target()
    },
  }
}
