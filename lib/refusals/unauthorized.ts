/** An authorized endpoint as whoever has no right to it would ask: each must be refused, whatever it asks for. */

import type { Random } from '../base/random.ts'
import type { AnswerCheck, Call, Endpoint, TokenForm, Values } from '../endpoint/endpoint.ts'
import { errorCode, header } from './error-answer.ts'

/** What is asked of an endpoint, right but for the token: another refusal than that of the token would be a failed check. */
export interface Guarded {
  /** Endpoint of the contract. */
  at: string
  method: Endpoint['method']
  path: string
  handshake?: true
  /** Requests that differ in more than their data: a gateway may look at tokens of some only. */
  calls(random: Random, values: Values): Call[]
}

interface Form {
  /** What is made of a good token; absent: none is carried. */
  token?: TokenForm
  wants: NonNullable<Endpoint['wants']>
  /** Headers in place of the authorization, one request each. */
  headers?: readonly Readonly<Record<string, string>>[]
}

const scheme = (Authorization: string) => ({ Authorization })

/** By name: ways to have no right. */
export const FORMS = {
  no_token: { wants: 'authorization' },
  bad_token: { wants: 'authorization', token: 'bad' },
  /** Who looks for a token behind `Bearer` only may let through what has another word in front, or none. */
  odd_scheme: {
    wants: 'authorization',
    headers: [scheme('bearer loadgate-not-a-token'), scheme('Basic bG9hZGdhdGU6bG9hZGdhdGU='), scheme('loadgate-not-a-token')],
  },
  extended_token: { wants: 'authorization', token: 'extended' },
  forged_token: { wants: 'authorization', token: 'forged' },
  unsigned_token: { wants: 'token', token: 'unsigned' },
  expired_token: { wants: 'expired_token', token: 'expired' },
} as const satisfies Readonly<Record<string, Form>>

/** Key of the target file that says for all forms how an endpoint refuses. */
export const refusedAt = (endpoint: string): string => `${endpoint}.refused`

/** All that the contract says of an answer to who has no right to it, whatever would have been answered else. */
export const refused: AnswerCheck = (body, _, headers) => isUnauthorized({ body, headers }) ?? isChallenged({ body, headers })
const isUnauthorized = errorCode('unauthorized')
const isChallenged = header('Www-Authenticate', 'Bearer')

/** @param form a name of FORMS */
export function unauthorized({ at, calls, ...place }: Guarded, form: keyof typeof FORMS): Endpoint {
  const { token, wants, headers = [{}] }: Form = FORMS[form]
  return {
    ...place,
    name: `${at}.${form}`,
    at,
    like: refusedAt(at),
    auth: token !== undefined,
    status: [401],
    type: 'application/json',
    wants,
    ...(token === undefined ? {} : { token }),
    each: true,
    calls(random, values) {
      const asked = calls(random, values)
      const most = Math.max(asked.length, headers.length)
      return Array.from({ length: most }, (_, i) => {
        const call = asked[i % asked.length] ?? {}
        return { ...call, headers: { ...call.headers, ...headers[i % headers.length] } }
      })
    },
    // Few are sent: each is read.
    check: () => ({ check: refused }),
  }
}

/** A request of the endpoint that would be answered with a token. */
export const guarded = ({ name, method, path, calls }: Endpoint): Guarded => ({
  ...{ at: name, method, path },
  calls: (random, values) => calls(random, values).slice(0, 1),
})
