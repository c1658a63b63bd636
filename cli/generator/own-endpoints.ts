/** Endpoints of the gateway's own, as the control probe sends to them: it is one more VU, whose number no VU of k6 has. */

import { oneVu } from '../../lib/described/one-vu.ts'
import type { ControlEndpoint, ControlRequest } from '../../lib/run/control.ts'
import { urlOf } from '../../lib/vu/url.ts'
import type { ContentCheck } from './answer-check.ts'

type Session = ReturnType<ReturnType<typeof oneVu>>

interface MadeRequest extends ControlRequest {
  call: NonNullable<ReturnType<Session['next']>>
}

export interface MadeRequests {
  /** Undefined where it builds on an answer that did not come. */
  next(turn: number): MadeRequest | undefined
  checkOf(request: ControlRequest): ContentCheck
}

/** By name. */
export function madeBy(endpoints: Readonly<Record<string, ControlEndpoint>>): ReadonlyMap<string, MadeRequests> {
  // VUs of k6 are numbered from 1. What it makes up is of this process alone.
  const open = oneVu(`p${process.pid.toString(36)}${Date.now().toString(36)}`, 0)
  return new Map(
    Object.entries(endpoints).flatMap(([name, { described }]) => {
      if (described === undefined) return []
      const { base, path, by } = described
      const session = open(by)
      const made: MadeRequests = {
        next(turn) {
          const call = session.next(turn)
          if (call === undefined) return undefined
          const { body, headers = {} } = call
          return { call, url: urlOf(base, path, call), headers, ...(body === undefined ? {} : { body }) }
        },
        checkOf: (request) => (body, headers, status) => session.check({ status, body, headers }, (request as MadeRequest).call),
      }
      return [[name, made] as const]
    }),
  )
}
