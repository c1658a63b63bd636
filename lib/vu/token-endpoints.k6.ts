/** For setup(): what the token endpoints must refuse, and that a token can be renewed, which a short run does not come to. */
import { authPlan, refreshRequest } from '../auth/auth.ts'
import { firstGrant, refuses, renew } from '../auth/authorization.k6.ts'
import { TAMPERED } from '../auth/forged-tokens.ts'
import { conceal } from '../base/speak.k6.ts'
import type { Context } from './context.ts'

const WRONG = 'loadgate-not-the-secret'

/** Asks as who may, and as who may not. What goes wrong counts as a failed renewal, which a gate is on. */
export function tokenEndpoints({ settings, target }: Pick<Context<unknown>, 'settings' | 'target'>): void {
  const { TIMEOUT: timeout } = settings
  const wrong = target.auth.flow === 'password' ? { password: WRONG } : { client_secret: WRONG }
  const { tokenRequest } = authPlan(target, settings, wrong)
  if (tokenRequest === undefined) return
  refuses(tokenRequest, timeout, 'grants a token to who does not know the secret')
  const plan = authPlan(target, settings)
  // One of its own, since the run's own is in use.
  const grant = firstGrant(plan, timeout)
  const renewal = grant && refreshRequest(plan, grant)
  if (grant === undefined || renewal === undefined) return
  const { access_token, refresh_token = '' } = grant
  conceal(access_token)
  conceal(refresh_token)
  renew(renewal, timeout)
  for (const other of [WRONG, TAMPERED.forged(refresh_token), access_token]) {
    const request = refreshRequest(plan, { ...grant, refresh_token: other })
    if (request !== undefined) refuses(request, timeout, 'renews a token for who has no refresh token')
  }
}
