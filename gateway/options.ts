import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Draw } from './faults/drawn-latency.ts'

export interface GatewayOptions {
  /** Requests a token (or address) may send per one-second window; 0 turns the limiter off. */
  readonly rateLimit: number
  readonly tokenTtlS: number
  readonly refreshTtlS: number
  /** Time between two WebSocket events of a topic. */
  readonly eventIntervalMs: number
  /** Entries in the response cache of GET /api/v1/resource/:id. */
  readonly cacheSize: number
  readonly jwtSecret: string
  readonly tls: { readonly key: string; readonly cert: string; readonly http1Only: boolean } | null
  /** Builds the fault injector in. */
  readonly faults: boolean
  /** Whose paths and manners it has. */
  readonly profile: 'reference' | 'agentcore'
  /** Time between two pings of the server, in the profile that sends them. */
  readonly keepaliveMs: number
  readonly log: boolean
  /** Milliseconds that the next request of /api/v1 waits; null where none does. */
  readonly draw: Draw | null
  /** File that gets every answer when the gateway ends. */
  readonly answerLogFile: string | null
}

export const defaults: Omit<GatewayOptions, 'jwtSecret'> = {
  rateLimit: 0,
  tokenTtlS: 3600,
  refreshTtlS: 86_400,
  eventIntervalMs: 1000,
  // All 500 seeded resources fit, so a warm gateway serves hits; a smaller cache shows evictions.
  cacheSize: 512,
  tls: null,
  faults: false,
  profile: 'reference',
  keepaliveMs: 30_000,
  log: false,
  draw: null,
  answerLogFile: null,
}

export function resolveOptions(given: Partial<GatewayOptions>): GatewayOptions {
  return { ...defaults, jwtSecret: randomBytes(32).toString('hex'), ...given }
}

// package.json lies one folder up from gateway/ and from dist/ alike.
const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
export const VERSION = (manifest as { version: string }).version

export const MIB = 1024 * 1024
export const BODY_LIMIT_BYTES = MIB
export const HEADER_LIMIT_BYTES = 16 * 1024
