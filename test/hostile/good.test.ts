import { describe } from 'node:test'
import { SIDE_BY_SIDE } from './case.ts'
import { passes } from './good.ts'
import type { Settings } from './runs.ts'
import { STRICT, STRICT_FAILURE } from './sizes.ts'

/** Scripts, with the sizes that their own limits need. That of all users at once is in test/timed/. */
const SCRIPTS: Readonly<Record<string, Settings>> = {
  // The longest first: the others are run beside it.
  sustained: {},
  burst: {},
  smoke: STRICT,
  http: STRICT,
  failure: STRICT_FAILURE,
  sse: {},
  a2a: {},
  'a2a, A2A 1.0': { A2A_DIALECT: 'a2a-1.0' },
  // As the cases have them: what is red there is red by the defect alone.
  'smoke, short': {},
  'http, short': {},
  'failure, short': {},
  'websocket, short': {},
  'integration, short': {},
  websocket: { THRESHOLDS: '', CONNECTIONS: '50', DURATION: '5s' },
  integration: { THRESHOLDS: '', RATE: '125', DURATION: '10s' },
}

describe('a right gateway', SIDE_BY_SIDE, () => {
  for (const [script, env] of Object.entries(SCRIPTS)) passes(script, env)
})
