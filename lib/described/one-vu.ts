/** The view that one VU has of described endpoints, outside of k6: requests and checks, in any JavaScript. */
import type { Session } from '../endpoint/endpoint.ts'
import { VuState } from '../endpoint/vu-state.ts'
import { type Described, describedEndpoint } from './endpoint.ts'

/** @returns sessions that share what answers give them, as those of one VU do */
export function oneVu(run: string, vu = 1): (description: Described) => Session {
  const vuState = new VuState(vu, run)
  return (description) => describedEndpoint(description).session(vuState, {})
}
