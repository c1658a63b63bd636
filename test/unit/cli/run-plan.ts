/** A run plan of nothing, with what a test wants in it. */
import { USUAL_ROOM } from '../../../lib/base/reserved.ts'
import { RUN_PLAN_SCHEMA, type RunPlan } from '../../../lib/run/run-plan.ts'

export const runPlan = (plan: Partial<RunPlan>): RunPlan => ({
  schema: RUN_PLAN_SCHEMA,
  script: 'made-up',
  target: { name: 'made-up', base_url: 'http://127.0.0.1:1' },
  instances: 1,
  windows: [],
  rate: 0,
  vus: 0,
  sockets: 0,
  streams: 0,
  room: USUAL_ROOM,
  metrics: {},
  gates: [],
  control: { windows: [], endpoints: {} },
  reconciliation: { none: 'nothing is counted here' },
  ...plan,
})
