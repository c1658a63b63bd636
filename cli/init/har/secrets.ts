/** Secrets of a recording: found by their names, never written, and told by where they stood. Pure. */
import { redact } from '../../../lib/base/redact.ts'
import type { TargetFile } from '../../../lib/target/target.ts'
import type { Recorded } from './recorded.ts'

/** A name whose value is a secret, wherever it stands. */
const SECRET_NAME =
  /(^|[^a-z])(pass(word|wd|phrase|code)?|pwd|secret|token|jwt|otp|pin|credentials?|session(_?id)?|sid|sig(nature)?|api_?key|access_?key|auth(orization)?|code_verifier|assertion)([^a-z]|$)/i
export const isSecretName = (name: string): boolean =>
  SECRET_NAME.test(name.replace(/([a-z\d])([A-Z])/g, '$1_$2')) || /(password|token|secret|apikey)s?$/i.test(name)

/** A value that looks like one: a JWT, `Bearer …`, a URL with a password. */
export const isSecretValue = (value: string): boolean => redact(value) !== value

export const PLACEHOLDER = 'REDACTED'

const KEY_HEADER =
  /^(x-)?(api-?key|apikey|auth-token|access-token|auth-key|subscription-key)$|(api-?key|subscription-key|auth-token|access-token)$/
const AUTH_HEADERS = /^(authorization|proxy-authorization|cookie)$/

/** Headers of a request that carry a secret. */
export const secretHeaders = ({ headers }: Recorded): string[] =>
  Object.keys(headers).filter((name) => AUTH_HEADERS.test(name) || KEY_HEADER.test(name) || isSecretName(name))

/** The authorization that most requests had, as a flow of a target file. */
export function authOf(entries: readonly Recorded[]): { auth: TargetFile['auth']; carries(one: Recorded): boolean } {
  const bearer = (one: Recorded): boolean => /^bearer\s/i.test(one.headers.authorization ?? '')
  const key = new Map<string, number>()
  for (const { headers } of entries)
    for (const name of Object.keys(headers)) if (KEY_HEADER.test(name)) key.set(name, (key.get(name) ?? 0) + 1)
  const [header] = [...key].sort(([, a], [, b]) => b - a)
  const bearers = entries.filter(bearer).length
  if (bearers > 0 && bearers >= (header?.[1] ?? 0)) return { auth: { flow: 'bearer' }, carries: bearer }
  if (header !== undefined)
    return { auth: { flow: 'api_key', header: header[0] }, carries: ({ headers }) => headers[header[0]] !== undefined }
  return { auth: { flow: 'none' }, carries: () => false }
}

/** A JSON value without the secrets in it; `found` hears where each stood. */
export function withoutSecrets(value: unknown, found: (path: string) => void, path = ''): unknown {
  if (Array.isArray(value)) return value.map((item, i) => withoutSecrets(item, found, `${path}[${i}]`))
  if (typeof value === 'string' && isSecretValue(value)) {
    found(path)
    return PLACEHOLDER
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const here = path === '' ? name : `${path}.${name}`
      const scalar = typeof part === 'string' || typeof part === 'number'
      if (!scalar || part === '' || !isSecretName(name)) return [name, withoutSecrets(part, found, here)]
      found(here)
      return [name, PLACEHOLDER]
    }),
  )
}
