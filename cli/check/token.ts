/** How requests are authorized, and what the token endpoint said where one is asked. */
import { type AuthPlan, authPlan, readGrant } from '../../lib/auth/auth.ts'
import { TAMPERED } from '../../lib/auth/forged-tokens.ts'
import { HIDDEN } from '../../lib/base/redact.ts'
import type { Settings } from '../../lib/base/settings.ts'
import type { Described } from '../../lib/described/endpoint.ts'
import type { Target } from '../../lib/target/target.ts'
import { type Sending, send } from './send.ts'

export interface Token {
  /** The header that carries the authorization. */
  header: string
  /** Headers of requests that want the authorization, or carry what somebody has made of it who has no right to it. */
  headers(form?: Described['token']): Record<string, string>
  /** The same, as it may be shown; undefined where nothing is sent. */
  shown?: string
  secret?: string
  /** Why there is no token. */
  missing?: string
  /** That, with what to do. */
  mend?: string
}

const nothing = (): Record<string, string> => ({})

const carried = ({ header }: AuthPlan, token: string, expired = ''): Token =>
  token === ''
    ? { header: header.name, headers: nothing }
    : {
        header: header.name,
        headers: (form) => ({
          [header.name]: header.prefix + (form === undefined ? token : form === 'expired' ? expired : TAMPERED[form](token)),
        }),
        shown: `${header.name}: ${header.prefix}${HIDDEN}`,
        secret: token,
      }

const RIGHT = 'are the user name and the secret right?'
const otherBody = ({ tokenBody = 'json' }: AuthPlan): string =>
  tokenBody === 'json'
    ? 'it was asked with JSON: --auth-body form asks as OAuth says'
    : 'it was asked with a form: --auth-body json'
const MENDS: Readonly<Record<number, (plan: AuthPlan) => string>> = {
  400: (plan) => `${RIGHT} ${otherBody(plan)}`,
  401: () => RIGHT,
  403: () => RIGHT,
  404: () => 'does this gateway want auth at all? --auth none; if it does, its path is auth.token_path',
  405: () => 'is auth.token_path right? it is asked with POST',
  415: otherBody,
  422: otherBody,
}

/** @throws UsageError that names the setting which the flow needs */
export async function tokenOf(target: Target, settings: Settings, sending: Sending): Promise<Token> {
  const plan = authPlan(target, settings)
  if (plan.fixed !== undefined) return carried(plan, plan.fixed.access_token, settings.EXPIRED_TOKEN)
  const header = plan.header.name
  if (plan.tokenRequest === undefined) return { header, headers: nothing }
  const { url } = plan.tokenRequest
  const answer = await send({ method: 'POST', ...plan.tokenRequest }, sending)
  if ('error' in answer)
    return {
      header,
      headers: nothing,
      missing: `POST ${url}: ${answer.error}`,
      mend: 'is auth.token_path right, and auth.base_url?',
    }
  const grant = answer.status === 200 || answer.status === 201 ? readGrant(answer.body, 0) : undefined
  if (grant !== undefined) return carried(plan, grant.access_token, settings.EXPIRED_TOKEN)
  const right = answer.status === 200 || answer.status === 201
  return {
    header,
    headers: nothing,
    missing: `the token endpoint answered ${answer.status}${right ? ' without an access_token' : ''}: POST ${url}`,
    mend: right ? 'its answer must be JSON with access_token' : (MENDS[answer.status]?.(plan) ?? 'is auth.token_path right?'),
  }
}
