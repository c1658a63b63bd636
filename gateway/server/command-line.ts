import { parseArgs } from 'node:util'
import { nearest } from '../base/nearest.ts'
import { CATALOGUE } from '../faults/catalogue.ts'
import { type Draw, parseLatency } from '../faults/drawn-latency.ts'
import { writtenOrder } from '../faults/written.ts'

export class UsageError extends Error {}

export const OPTIONS = {
  port: { type: 'string', default: '0', doc: 'port to listen on; 0 takes a free one' },
  host: { type: 'string', default: '127.0.0.1', doc: 'loopback address to listen on' },
  'rate-limit': { type: 'string', default: '0', doc: 'requests a token may send per second; 0 = no limit' },
  'token-ttl': { type: 'string', default: '3600', doc: 'life of an access token in seconds' },
  'refresh-ttl': { type: 'string', default: '86400', doc: 'life of a refresh token in seconds' },
  'event-interval': { type: 'string', default: '1000', doc: 'milliseconds between two WebSocket events of a topic' },
  'cache-size': { type: 'string', default: '512', doc: 'entries in the response cache' },
  tls: { type: 'boolean', default: false, doc: 'HTTPS with a certificate made at start: HTTP/2, and HTTP/1.1 for who asks' },
  'tls-http1': { type: 'boolean', default: false, doc: 'HTTPS as above, HTTP/1.1 only' },
  'exit-with-parent': { type: 'boolean', default: false, doc: 'exit when stdin closes or the parent process is gone' },
  faults: { type: 'boolean', default: false, doc: 'build the fault injector in and open its port' },
  fault: {
    type: 'string',
    multiple: true,
    default: [] as string[],
    doc: 'a fault to start with, as latency:endpoint=resource,ms=200 or as JSON, and --faults with it; may be repeated',
  },
  profile: { type: 'string', default: 'reference', doc: 'reference or agentcore: whose paths and manners it has' },
  'rpc-port': { type: 'string', default: '0', doc: 'port of JSON-RPC, with --profile agentcore; 0 takes a free one' },
  keepalive: { type: 'string', default: '30000', doc: 'milliseconds between two pings of the server, with --profile agentcore' },
  latency: {
    type: 'string',
    doc: 'every request of /api/v1 waits, by a known distribution: uniform:50,150, lognormal:100,400 or bimodal:50,800,1',
  },
  'answer-log': { type: 'string', doc: 'file that gets every answer with its time and status, when the gateway ends' },
  null: { type: 'boolean', default: false, doc: 'only the hot endpoints, as cheaply as they can be answered correctly' },
  log: { type: 'boolean', default: false, doc: 'log requests as JSON lines on stderr' },
  help: { type: 'boolean', default: false, doc: 'print this text' },
} as const

export interface CommandLine {
  readonly port: number
  readonly host: string
  readonly rateLimit: number
  readonly tokenTtlS: number
  readonly refreshTtlS: number
  readonly eventIntervalMs: number
  readonly cacheSize: number
  readonly tls: 'off' | 'http2' | 'http1'
  readonly exitWithParent: boolean
  readonly faults: boolean
  readonly startWith: readonly unknown[]
  readonly profile: 'reference' | 'agentcore'
  readonly rpcPort: number
  readonly keepaliveMs: number
  /** Milliseconds that the next request waits; null where none does. */
  readonly draw: Draw | null
  readonly answerLogFile: string | null
  readonly nullMode: boolean
  readonly log: boolean
  readonly help: boolean
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`--${name}: expected a whole number from ${min} to ${max}, got "${text}"`)
  return value
}

function seconds(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0) || value > 1e9)
    throw new UsageError(`--${name}: expected a number of seconds above 0, got "${text}"`)
  return value
}

const PROFILES = ['reference', 'agentcore'] as const

function profileOf(name: string): (typeof PROFILES)[number] {
  const profile = PROFILES.find((one) => one === name)
  if (!profile) throw new UsageError(`--profile: unknown profile "${name}", did you mean ${nearest(name, PROFILES)}?`)
  return profile
}

function drawOf(text: string): Draw {
  const parsed = parseLatency(text)
  if ('problem' in parsed) throw new UsageError(`--latency: ${parsed.problem}, got "${text}"`)
  return parsed.draw
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|::1)$/

function parse(args: readonly string[]) {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true })
  const known = Object.keys(OPTIONS)
  for (const token of tokens) {
    if (token.kind === 'positional') throw new UsageError(`unexpected argument "${token.value}": options begin with --`)
    if (token.kind === 'option' && !known.includes(token.name))
      throw new UsageError(`unknown option --${token.name}: did you mean --${nearest(token.name, known)}?`)
  }
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parse(args)
  if (!LOOPBACK.test(values.host))
    throw new UsageError(`--host: only a loopback address will do (127.0.0.1, localhost or ::1), got "${values.host}"`)
  const faults = values.faults || values.fault.length > 0
  if (values.tls && values['tls-http1']) throw new UsageError('--tls and --tls-http1 exclude each other')
  if (
    values.null &&
    (values.latency !== undefined ||
      values['answer-log'] !== undefined ||
      faults ||
      values.tls ||
      values['tls-http1'] ||
      values.profile !== 'reference')
  )
    throw new UsageError('--null stands alone: it has neither faults nor latency nor an answer log nor TLS nor another profile')
  return {
    port: whole('port', values.port, 0, 65_535),
    host: values.host,
    rateLimit: whole('rate-limit', values['rate-limit'], 0, 1e9),
    tokenTtlS: seconds('token-ttl', values['token-ttl']),
    refreshTtlS: seconds('refresh-ttl', values['refresh-ttl']),
    eventIntervalMs: whole('event-interval', values['event-interval'], 10, 3_600_000),
    cacheSize: whole('cache-size', values['cache-size'], 1, 1_000_000),
    tls: values.tls ? 'http2' : values['tls-http1'] ? 'http1' : 'off',
    exitWithParent: values['exit-with-parent'],
    faults,
    startWith: values.fault.map(writtenOrder),
    profile: profileOf(values.profile),
    rpcPort: whole('rpc-port', values['rpc-port'], 0, 65_535),
    keepaliveMs: whole('keepalive', values.keepalive, 10, 3_600_000),
    draw: values.latency === undefined ? null : drawOf(values.latency),
    answerLogFile: values['answer-log'] ?? null,
    nullMode: values.null,
    log: values.log,
    help: values.help,
  }
}

function faultLines(): string[] {
  return [...CATALOGUE.values()].map(({ name, params, doc }) => {
    const keys = Object.entries(params).map(([key, { default: fallback }]) => `${key}=${JSON.stringify(fallback)}`)
    return `  ${name.padEnd(28)}${doc}${keys.length > 0 ? ` (${keys.join(' ')})` : ''}`
  })
}

const FAULTS = 'Faults, such as --fault latency:endpoint=resource,ms=300,share=0.1:'

export function helpText(): string {
  const lines = Object.entries(OPTIONS).map(([name, { type, doc, ...rest }]) => {
    const fallback = 'default' in rest ? rest.default : undefined
    const head = type === 'string' ? `--${name} <value>` : `--${name}`
    return `  ${head.padEnd(28)}${doc}${typeof fallback === 'string' ? ` (${fallback})` : ''}`
  })
  return `The reference gateway.\n\nUsage: gateway [options]\n\n${lines.join('\n')}\n\n${FAULTS}\n${faultLines().join('\n')}\n`
}
