/** Why a handshake did not succeed. Pure. */

export const HANDSHAKE_FAILURES = [
  'answered', // an HTTP answer other than 101; k6 tells its status only in the tags of `ws_sessions`
  'refused', // nobody listens
  'timeout',
  'reset', // the connection broke
  'dns',
  'tls',
  'ports', // this machine has run out of files or ports
  'other',
] as const
export type HandshakeFailure = (typeof HANDSHAKE_FAILURES)[number]

/** Statuses of refused handshakes that a report names. */
export const HANDSHAKE_STATUSES = [400, 401, 403, 404, 408, 426, 429, 500, 502, 503, 504] as const

/**
 * By the words of Go's network library, in the order in which they are looked for: k6 gives a socket's error as text alone,
 * without the code that its HTTP errors have.
 */
const SIGNS: readonly (readonly [HandshakeFailure, RegExp])[] = [
  ['answered', /bad handshake/],
  ['refused', /connection refused/],
  ['ports', /too many open files|cannot assign requested address/],
  ['timeout', /timeout|deadline exceeded|timed out/],
  ['dns', /lookup |no such host/],
  ['tls', /tls|x509|certificate/],
  ['reset', /reset by peer|broken pipe|EOF/],
]

export const handshakeFailure = (error: string): HandshakeFailure => SIGNS.find(([, sign]) => sign.test(error))?.[0] ?? 'other'
