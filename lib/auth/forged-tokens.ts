/** Access tokens as somebody would change them who does not have the signing key. */
import type { TokenForm } from '../endpoint/endpoint.ts'

/** `{"alg":"none","typ":"JWT"}`: the header of a JWT that claims to need no signature. */
const UNSIGNED = 'eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0'

const other = (character: string): string => (character === 'A' ? 'B' : 'A')

/**
 * The same claims under a signature that is not theirs. The first character of the signature is changed, since the last one may carry
 * bits that count for nothing; of a token that is no JWT, the last one.
 */
export function forged(token: string): string {
  const at = token.split('.').length === 3 ? token.lastIndexOf('.') + 1 : token.length - 1
  return token.slice(0, Math.max(0, at)) + other(token.charAt(at)) + token.slice(at + 1)
}

/** The same claims without any signature. */
export const unsigned = (token: string): string => `${UNSIGNED}.${token.split('.')[1] ?? ''}.`

/** Neither a JWT nor known to anyone. */
const bad = (): string => 'loadgate-not-a-token'

/** Right as far as it goes. */
const extended = (token: string): string => `${token}x`

export const TAMPERED: Readonly<Record<Exclude<TokenForm, 'expired'>, (token: string) => string>> = {
  bad,
  extended,
  forged,
  unsigned,
}
