/** For setup(): whoever does not know the secret must be given no token. */
import { authPlan } from '../auth/auth.ts'
import { refuses } from '../auth/authorization.k6.ts'
import type { Context } from './context.ts'

const WRONG = 'loadgate-not-the-secret'

/** Asks once for a token with another secret than the right one. A token that is granted counts as a failed renewal, which a gate is on. */
export function wrongSecret({ settings, target }: Pick<Context<unknown>, 'settings' | 'target'>): void {
  const { tokenRequest } = authPlan(
    target,
    settings,
    target.auth.flow === 'password' ? { password: WRONG } : { client_secret: WRONG },
  )
  if (tokenRequest !== undefined) refuses(tokenRequest, settings.TIMEOUT)
}
