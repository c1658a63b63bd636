/** The tables of all scripts. */
import type { Suite } from './suite.ts'
import { a2a } from './suites/a2a.ts'
import { benchmarks } from './suites/benchmarks.ts'
import { burst } from './suites/burst.ts'
import { failure } from './suites/failure.ts'
import { gateway } from './suites/gateway.ts'
import { http } from './suites/http.ts'
import { integration } from './suites/integration.ts'
import { smoke } from './suites/smoke.ts'
import { sse } from './suites/sse.ts'
import { sustained } from './suites/sustained.ts'
import { websocket } from './suites/websocket.ts'

export const SUITES: readonly Suite[] = [
  ...a2a,
  ...benchmarks,
  ...burst,
  ...failure,
  ...gateway,
  ...http,
  ...integration,
  ...smoke,
  ...sse,
  ...sustained,
  ...websocket,
]
