/** For setup(): a token of the gateway's own making whose time is over, so that what refuses it is its age and nothing else. */
import { sleep } from 'k6'
import http from 'k6/http'
import { authPlan, type Grant } from '../auth/auth.ts'
import { firstGrant } from '../auth/authorization.k6.ts'
import { seeded } from '../base/random.ts'
import { stop } from '../base/speak.k6.ts'
import type { Endpoint } from '../endpoint/endpoint.ts'
import type { Context } from './context.ts'
import { prepare } from './requests.ts'

/** Shortest life that a token endpoint can be asked for. */
const LIFE_S = 1
/** A gateway may bear a clock that is a little off. */
const LEEWAY_S = 1

const NAME = 'expired_token'

const giveUp = (why: string) => stop(`no expired token: ${why}`)

/** Where a machine stands still, a token is at its end before anybody could try it. */
const TRIES = 5

/** Status that a token gets. */
function statusOf(url: string, header: { name: string; prefix: string }, { access_token }: Grant, timeout: number): number {
  const { status } = http.get(url, {
    headers: { [header.name]: header.prefix + access_token },
    timeout: timeout * 1000,
    responseType: 'none',
    redirects: 0,
    tags: { name: NAME },
  })
  return status
}

/**
 * Asks for a token with a life of one second, shows that it is good, and waits until its time is over.
 * Stops the run where the gateway grants no such token although the target file says so (`auth.expires_in`).
 * @param refusals requests that must be refused: it is tried with one that such a token is for
 * @returns undefined where the target has no such request, or grants no such token
 */
export function expiredToken({ settings, target }: Context<unknown>, refusals: readonly Endpoint[]): string | undefined {
  if (settings.EXPIRED_TOKEN !== undefined) return settings.EXPIRED_TOKEN
  const endpoint = refusals.find(({ name, token, method }) => token === 'expired' && method === 'GET' && target.has(name))
  if (endpoint === undefined) return undefined
  const plan = authPlan(target, settings, { expires_in: LIFE_S })
  const { tokenRequest } = plan
  const [request] = prepare(endpoint, target, seeded(settings.SEED)).requests
  if (tokenRequest === undefined || request === undefined) return undefined
  for (let tries = 1; ; tries++) {
    const asked = Date.now()
    const grant = firstGrant(plan, settings.TIMEOUT)
    if (grant === undefined) return undefined
    const { expires_in: life = Number.POSITIVE_INFINITY } = grant
    if (life > LIFE_S)
      giveUp(`${tokenRequest.url} granted ${life} s where ${LIFE_S} s was asked for; take auth.expires_in out of the target file`)
    // Must be good while it lives, or its refusal afterwards would prove nothing.
    const status = statusOf(request.url, plan.header, grant, settings.TIMEOUT)
    if (status !== 200 && tries < TRIES && Date.now() - asked >= life * 1000) continue
    if (status !== 200) giveUp(`a token of ${LIFE_S} s was refused at ${request.url} with status ${status} while it was good`)
    sleep(life + LEEWAY_S)
    return grant.access_token
  }
}

/**
 * Sends the requests that must be refused: one iteration of the window that k6 is running.
 * @param expired token whose time is over, where the target has one
 */
export function refuse({ traffic }: Context<unknown>, expired: string | undefined): void {
  if (expired !== undefined) traffic.authorization.useExpired(expired)
  traffic.iterate()
}
