/** For setup(): to whom the gateway gives tokens. */
import { authPlan, refreshRequest, type TokenRequest } from '../auth/auth.ts'
import { cannotBeRenewed, firstGrant, refuses, renews } from '../auth/authorization.k6.ts'
import { conceal } from '../base/speak.k6.ts'
import type { Context } from './context.ts'

const WRONG_SECRET = 'loadgate-not-the-secret'
const WRONG_TOKEN = 'loadgate-not-a-refresh-token'

/**
 * Asks for a token with another secret than the right one, and with what is no refresh token: both must be refused, as 4xx. Then renews a token
 * once, which most runs are too short for. What goes wrong counts as a failed renewal, which a gate is on.
 */
export function tryGrants({ settings, target }: Pick<Context<unknown>, 'settings' | 'target'>): void {
  const { TIMEOUT } = settings
  const plan = authPlan(target, settings)
  const { tokenRequest } = authPlan(
    target,
    settings,
    target.auth.flow === 'password' ? { password: WRONG_SECRET } : { client_secret: WRONG_SECRET },
  )
  if (tokenRequest === undefined) return
  refuses(tokenRequest, TIMEOUT, 'does not know the secret')
  if (plan.refreshUrl === undefined) return
  const refresh = (refresh_token: string) => refreshRequest(plan, { access_token: '', issued: 0, refresh_token }) as TokenRequest
  refuses(refresh(WRONG_TOKEN), TIMEOUT, 'has no refresh token')
  const { access_token = '', refresh_token } = firstGrant(plan, TIMEOUT) ?? {}
  conceal(access_token)
  if (refresh_token === undefined) {
    // Who has the credentials at hand need not be given one (RFC 6749, section 4.4.3).
    if (target.auth.flow === 'password') cannotBeRenewed()
    return
  }
  conceal(refresh_token)
  renews(refresh(refresh_token), TIMEOUT)
}
