/** Gets the token in setup() and renews it in each VU before it expires. The token goes into headers and nowhere else. */
import http, { type RefinedResponse } from 'k6/http'
import { brokeOff, classify, type FailureClass } from '../base/outcome.ts'
import { conceal, stop } from '../base/speak.k6.ts'
import type { TokenForm } from '../endpoint/endpoint.ts'
import { show } from '../metrics/failure.k6.ts'
import { failures } from '../metrics/metrics.k6.ts'
import { type AuthPlan, type Grant, readGrant, refreshRequest, renewAt, type TokenRequest } from './auth.ts'
import { TAMPERED } from './forged-tokens.ts'

const RETRY_MS = 1000
/** A scenario of its own keeps renewals out of every window's counts. */
const AUTH = { name: 'auth', scenario: 'auth' } as const
/** Looked up once: in k6's engine a global is a look-up in a large table. */
const { now } = Date

function ask(
  { url, body, headers }: TokenRequest,
  timeout: number,
  responseCallback = http.expectedStatuses({ min: 200, max: 399 }),
): { grant: Grant | undefined; response: RefinedResponse<'text'> } {
  const response = http.post(url, body === '' ? null : body, {
    responseCallback,
    headers,
    timeout: timeout * 1000,
    responseType: 'text',
    // What has the password in it goes to nobody else.
    redirects: 0,
    tags: AUTH,
  })
  const grant = response.status === 200 || response.status === 201 ? readGrant(response.body ?? '', Date.now()) : undefined
  return { grant, response }
}

/** Counts what fails in the scenario of renewals, which a gate of every run is on. */
function fails(failure: FailureClass, response: Pick<RefinedResponse<'text'>, 'status' | 'body' | 'error'>, why: string): void {
  failures.add(1, { ...AUTH, class: failure })
  show('auth', failure, response, why)
}

const withoutAnswer = ({ error }: RefinedResponse<'text'>): string => `did not come: ${error}`

/** Asks for a token that must be given; one that is not counts as a failed renewal. */
export function renews(request: TokenRequest, timeout: number): Grant | undefined {
  const { grant, response } = ask(request, timeout)
  if (grant === undefined) {
    const { status, error_code } = response
    const answered = status === 200 || status === 201
    fails(
      answered ? 'failed_check' : classify(status, error_code, false),
      response,
      answered ? 'has no access_token that a header can carry' : status === 0 ? withoutAnswer(response) : `has status ${status}`,
    )
  }
  return grant
}

/**
 * Asks for a token that must be refused, as 4xx; what is not counts as a failed renewal.
 * @param who has no right to it, as the end of "who …"
 */
export function refuses(request: TokenRequest, timeout: number, who: string): void {
  const { grant, response } = ask(request, timeout, http.expectedStatuses({ min: 400, max: 499 }))
  const { status, error_code } = response
  if (status >= 400 && status < 500) return
  fails(
    classify(status, error_code, false),
    response,
    grant !== undefined
      ? `grants a token to who ${who}`
      : status === 0
        ? withoutAnswer(response)
        : `has status ${status} for who ${who}, not 400 or 401`,
  )
}

/** Counts a grant that has no refresh token, although one can be used, as a failed renewal. */
export const cannotBeRenewed = (): void =>
  fails(
    'failed_check',
    { status: 200, body: '', error: '' },
    'grants a token without a refresh_token; the target file has a refresh_path',
  )

/** For setup(): the first token. Stops the run with the reason where there is none. */
export function firstGrant(plan: AuthPlan, timeout: number): Grant | undefined {
  if (plan.fixed !== undefined || plan.tokenRequest === undefined) return plan.fixed
  const { grant, response } = ask(plan.tokenRequest, timeout)
  if (grant === undefined) {
    const what =
      response.status === 0
        ? `${brokeOff(response.error_code) ? 'sent no HTTP answer' : 'did not answer'}: ${response.error}`
        : response.status === 200
          ? 'answered 200 without an access_token that a header can carry'
          : `answered ${response.status}${response.status === 401 || response.status === 400 ? ': are the user name and the secret right?' : ''}`
    stop(`no token: POST ${plan.tokenRequest.url} ${what}`)
  }
  return grant
}

export interface Authorization {
  /** Takes over the grant that setup() got. */
  use(grant: Grant): void
  /** Puts the authorization into these headers, now and after each renewal. */
  carry(headers: Record<string, string>, form?: TokenForm): Record<string, string>
  /** A copy of headers that many requests share, with the authorization: the same copy for the same headers. */
  carriedBy(headers: Readonly<Record<string, string>>, form?: TokenForm): Record<string, string>
  /** Takes over a token whose time is over, for requests that carry such a one. */
  useExpired(token: string): void
  /** The token of now, or what is made of it, for places that are not headers. */
  token(form?: TokenForm): string
  /** To be called before a request: renews the token when it is due, and does what else is. */
  renewIfDue(): void
  /** The first call of a VU has something done at that time, in epoch milliseconds; without a time nothing is. */
  later(at: number | undefined, what: () => void): void
}

/** The authorization of one VU. */
export function authorization(plan: AuthPlan, timeout: number): Authorization {
  const carriers: { headers: Record<string, string>; form: TokenForm | undefined }[] = []
  const spread = (__VU % 97) / 97
  let grant: Grant | undefined
  let renewal = Number.POSITIVE_INFINITY
  let reminder: { at: number; what: () => void } | undefined
  /** The sooner of both: an iteration that has nothing to do compares once. */
  let due = Number.POSITIVE_INFINITY
  const nextDue = () => {
    due = Math.min(renewal, reminder?.at ?? Number.POSITIVE_INFINITY)
  }

  let expired: string | undefined

  const tokenOf = (form: TokenForm | undefined): string | undefined => {
    const token = grant?.access_token ?? ''
    return form === undefined ? token : form === 'expired' ? expired : TAMPERED[form](token)
  }
  const write = ({ headers, form }: (typeof carriers)[number]) => {
    if (grant === undefined || grant.access_token === '') return
    const token = tokenOf(form)
    if (token !== undefined) headers[plan.header.name] = plan.header.prefix + token
  }
  const use = (granted: Grant) => {
    grant = granted
    conceal(granted.access_token)
    conceal(granted.refresh_token)
    renewal = renewAt(granted, spread)
    nextDue()
    for (const carrier of carriers) write(carrier)
  }
  const carry = (headers: Record<string, string>, form?: TokenForm) => {
    const carrier = { headers, form }
    carriers.push(carrier)
    write(carrier)
    return headers
  }
  const copies = new WeakMap<object, Record<string, string>>()
  return {
    use,
    carry,
    carriedBy(headers, form) {
      let copy = copies.get(headers)
      if (copy === undefined) {
        copy = carry({ ...headers }, form)
        copies.set(headers, copy)
      }
      return copy
    },
    useExpired(token) {
      if (token === expired) return
      expired = token
      conceal(token)
      for (const carrier of carriers) write(carrier)
    },
    token: (form) => tokenOf(form) ?? '',
    later(at, what) {
      if (at === undefined || reminder !== undefined) return
      reminder = { at, what }
      nextDue()
    },
    renewIfDue() {
      const time = now()
      if (time < due) return
      if (reminder !== undefined && time >= reminder.at) {
        const { what } = reminder
        // Only the first is followed: what comes of it is seen in a few VUs.
        reminder = { at: Number.POSITIVE_INFINITY, what }
        nextDue()
        what()
        if (time < due) return
      }
      const request = grant && refreshRequest(plan, grant)
      let renewed = request && renews(request, timeout)
      if (renewed === undefined && plan.tokenRequest !== undefined) renewed = renews(plan.tokenRequest, timeout)
      if (renewed === undefined) {
        renewal = Date.now() + RETRY_MS
        nextDue()
        return
      }
      use(renewed)
    },
  }
}
