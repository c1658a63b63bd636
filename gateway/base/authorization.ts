import { createHash, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'

export interface Claims {
  readonly sub: string
  readonly use: 'access' | 'refresh'
  /** The exact end of its life. JWT's own `exp` knows only whole seconds, so that one is rounded up. */
  readonly exp_ms: number
  readonly jti: string
}

export interface TokenCodec {
  sign(claims: Record<string, string | number>): string
  /** Throws when the signature, the algorithm or the expiry is wrong. */
  verify(token: string): Claims
}

export type Verdict =
  | { readonly valid: true; readonly token: string; readonly subject: string; readonly expiresAtMs: number }
  | { readonly valid: false; readonly reason: 'missing' | 'forged' | 'expired'; readonly token: string }

export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly refresh_token: string
}

// About 1 KiB an entry: 10 MB when full.
const MAX_VERIFIED = 10_000
const MISSING: Verdict = { valid: false, reason: 'missing', token: '' }
const BEARER = /^Bearer +([^\s]+) *$/i

export class Authorization {
  readonly #codec: TokenCodec
  readonly #ttlS: number
  readonly #refreshTtlS: number
  readonly #verified = new LRUCache<string, Extract<Verdict, { valid: true }>>({ max: MAX_VERIFIED })
  #issued = 0

  constructor(codec: TokenCodec, ttlS: number, refreshTtlS: number) {
    this.#codec = codec
    this.#ttlS = ttlS
    this.#refreshTtlS = refreshTtlS
  }

  /** @param asked life in seconds that the caller would like; a longer one than the gateway's own is not granted */
  issue(subject: string, asked: number = this.#ttlS): TokenAnswer {
    const ttlS = Math.min(asked, this.#ttlS)
    return {
      access_token: this.#sign(subject, 'access', ttlS),
      token_type: 'Bearer',
      expires_in: ttlS,
      refresh_token: this.#sign(subject, 'refresh', this.#refreshTtlS),
    }
  }

  /** The subject of a valid refresh token, else null. */
  refreshSubject(token: string): string | null {
    try {
      const claims = this.#codec.verify(token)
      return claims.use === 'refresh' && Date.now() <= claims.exp_ms ? claims.sub : null
    } catch {
      return null
    }
  }

  header(value: string | undefined): Verdict {
    if (value === undefined) return MISSING
    // The plain form is what every client sends; the pattern is for the odd ones.
    const token = value.startsWith('Bearer ey') ? value.slice(7) : BEARER.exec(value)?.[1]
    return token === undefined ? MISSING : this.token(token)
  }

  token(token: string): Verdict {
    const known = this.#verified.get(token)
    if (known !== undefined) {
      if (Date.now() <= known.expiresAtMs) return known
      this.#verified.delete(token)
      return { valid: false, reason: 'expired', token }
    }
    return token === '' ? MISSING : this.#verify(token)
  }

  #verify(token: string): Verdict {
    try {
      const claims = this.#codec.verify(token)
      if (claims.use !== 'access') return { valid: false, reason: 'forged', token }
      if (Date.now() > claims.exp_ms) return { valid: false, reason: 'expired', token }
      const verdict = { valid: true, token, subject: claims.sub, expiresAtMs: claims.exp_ms } as const
      this.#verified.set(token, verdict)
      return verdict
    } catch (error) {
      const expired = error instanceof Error && 'code' in error && error.code === 'FAST_JWT_EXPIRED'
      return { valid: false, reason: expired ? 'expired' : 'forged', token }
    }
  }

  #sign(sub: string, use: Claims['use'], ttlS: number): string {
    const now = Date.now()
    const endsAt = now + ttlS * 1000
    // The counter makes two tokens of the same millisecond differ.
    const jti = `${++this.#issued}`
    return this.#codec.sign({ sub, use, iat: Math.floor(now / 1000), exp: Math.ceil(endsAt / 1000), exp_ms: endsAt, jti })
  }
}

const USERS: Readonly<Record<string, string>> = { loadgate: 'loadgate-password' }
const CLIENTS: Readonly<Record<string, string>> = { 'loadgate-client': 'loadgate-secret' }

function matches(table: Readonly<Record<string, string>>, name: string, secret: string): boolean {
  const expected = Object.hasOwn(table, name) ? table[name] : undefined
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const same = timingSafeEqual(digest(secret), digest(expected ?? ''))
  return same && expected !== undefined
}

export const passwordIsRight = (username: string, password: string): boolean => matches(USERS, username, password)
export const clientIsRight = (id: string, secret: string): boolean => matches(CLIENTS, id, secret)
