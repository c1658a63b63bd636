/** The gateway under test: where it is, how it is authorized, which endpoints it has and how they differ from the catalogue. */

import { UsageError } from '../base/errors.ts'
import { allowedHost, baseUrl } from '../base/hosts.ts'
import type { Mix } from '../base/mix.ts'
import { didYouMean } from '../base/nearest.ts'
import { check } from '../base/schema.ts'
import type { Settings } from '../base/settings.ts'
import { type Description, describe, NAME } from '../described/describe.ts'
import type { DescribedFile } from '../described/schema.ts'
import { unwatched, WATCHED, type WatchedName } from '../metrics/watched.ts'
import { CONTRACT_NAMES, EXTRA_NAMES, PARAMS, READY, REFUSAL_NAMES, REFUSED_NAMES, SOCKETS, STREAMS } from './contract.ts'
import { badMetrics, canRefuse, hasGroup } from './features.ts'
import { wantedBy } from './params.ts'
import { renamed } from './renamed.ts'
import { checkValues, type EndpointOverride, type TargetFile, targetSchema } from './schema.ts'
import { lackingParts } from './streams.ts'

export type { EndpointOverride, TargetFile } from './schema.ts'

/** @throws UsageError where reports could not name it */
export const checkBaseUrl = (url: string, where: string): string => check(baseUrl, url, where)

/** The target file, bound to the settings of the run. */
export interface Target {
  name: string
  /** Without a slash at the end. */
  baseUrl: string
  auth: TargetFile['auth']
  /** Where endpoints of the reference contract differ; false: not there. */
  endpoints: Readonly<Record<string, EndpointOverride | false>>
  /** Endpoints of the gateway's own, and how each is asked for without a right to it. */
  described: readonly Description[]
  /** What its users send, where the file says so. */
  mix?: Mix
  metrics: NonNullable<TargetFile['metrics']>
  /** What the monitor cannot know of this gateway. */
  unwatched: WatchedName[]
  limiter?: TargetFile['limiter']
  reconciliation?: TargetFile['reconciliation']
  /** What the file writes as older versions did; absent where that is nothing. */
  notes?: readonly string[]
  has(endpoint: string): boolean
  /** Endpoints, and parts of WebSockets and streams, that this gateway does not have: no report leaves them out. */
  lacking: string[]
}

/** Every URL that a run may send to, or begin with. */
export const urlsOf = ({
  baseUrl,
  auth,
  endpoints,
  described,
  reconciliation,
}: Pick<Target, 'baseUrl' | 'auth' | 'endpoints' | 'described' | 'reconciliation'>): string[] =>
  [
    baseUrl,
    auth.base_url,
    ...Object.values(endpoints).map((endpoint) => (endpoint ? endpoint.base_url : undefined)),
    ...described.map((one) => one.described.base_url),
    reconciliation ? reconciliation.url : undefined,
  ].filter((url) => url !== undefined)

/** Every URL among the texts of a value, with where it stands. */
function urlsIn(value: unknown, where: string): [where: string, url: string][] {
  if (typeof value === 'string') return /^(https?|wss?):/i.test(value) ? [[where, value]] : []
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) => urlsIn(inner, `${where}.${key}`))
}

/** Where the gateway is told to send to by what an endpoint sends: a webhook, an agent. */
export const urlsToldIn = ({ values, body, params }: { values?: unknown; body?: unknown; params?: unknown }, where: string) =>
  urlsIn({ values, body, params }, where)

const stripSlash = (url: string): string => url.replace(/\/+$/, '')

/** Reads a file that a target file names, by its path as it stands there. */
export type ReadBeside = (path: string, where: string) => string

const isOwn = (endpoint: TargetFile['endpoints'][string]): endpoint is DescribedFile => endpoint !== false && 'method' in endpoint

/** Endpoints of the contract, and those of the gateway's own. */
function apart(endpoints: TargetFile['endpoints']) {
  const overrides: Record<string, EndpointOverride | false> = {}
  const own: Record<string, DescribedFile> = {}
  for (const [name, endpoint] of Object.entries(endpoints))
    if (isOwn(endpoint)) own[name] = endpoint
    else overrides[name] = endpoint
  return { overrides, own }
}

/**
 * Binds a target file to the settings of the run.
 * @param read reads the files that it names
 * @param validate only the first pass of k6's init needs to: every VU reads the same file
 * @throws UsageError on an unknown key or endpoint, and for a host that must be allowed explicitly
 */
export function bindTarget(
  data: unknown,
  file: string,
  settings: Settings,
  validate: boolean,
  read: ReadBeside = () => {
    throw new UsageError(`${file}: the files that it names cannot be read here`)
  },
): Target {
  const today = validate ? renamed(data, file) : { data, notes: [] }
  const parsed = validate ? check(targetSchema, today.data, file) : (data as TargetFile)
  const { overrides, own } = apart(parsed.endpoints)
  const { others = true } = parsed
  const names = [...CONTRACT_NAMES, ...EXTRA_NAMES, ...REFUSAL_NAMES, ...REFUSED_NAMES]
  const overridden = settings.BASE_URL !== undefined
  const auth = { ...parsed.auth, flow: settings.AUTH ?? parsed.auth.flow }
  const described = validate
    ? describe(own, {
        file,
        seed: settings.SEED,
        authorized: auth.flow !== 'none',
        expired: settings.EXPIRED_TOKEN !== undefined,
        values: parsed.values ?? {},
        document: parsed,
        dialect: parsed.schema_dialect ?? '2020-12',
        read,
      })
    : []
  const ownNames = new Set([...Object.keys(own), ...described.map((one) => one.described.name)])
  const target: Target = {
    name: parsed.name,
    baseUrl: stripSlash(settings.BASE_URL ?? parsed.base_url),
    auth,
    endpoints: overrides,
    described,
    ...(parsed.mix === undefined ? {} : { mix: parsed.mix }),
    metrics: parsed.metrics ?? {},
    unwatched:
      (ownNames.has('metrics') || (overrides.metrics ?? others)) === false
        ? (Object.keys(WATCHED) as WatchedName[])
        : unwatched(parsed.metrics),
    ...(parsed.limiter === undefined ? {} : { limiter: parsed.limiter }),
    ...(parsed.reconciliation === undefined ? {} : { reconciliation: parsed.reconciliation }),
    ...(today.notes.length === 0 ? {} : { notes: today.notes }),
    has: (endpoint) =>
      ownNames.has(endpoint) ||
      ((overrides[endpoint] ?? (others && !EXTRA_NAMES.includes(endpoint))) !== false &&
        // A target without the place of an endpoint is without the endpoint.
        overrides[READY[endpoint]?.at ?? endpoint] !== false &&
        canRefuse(endpoint, { endpoints: overrides, auth }, settings)),
    lacking: [...CONTRACT_NAMES.filter((name) => overrides[name] === false), ...lackingParts(overrides)],
  }
  if (!validate) return target
  if (settings.BASE_URL !== undefined) checkBaseUrl(settings.BASE_URL, 'setting BASE_URL')
  for (const [name, endpoint] of Object.entries(overrides)) {
    if (!names.includes(name))
      throw new UsageError(
        `${file}: endpoints.${name}: unknown endpoint${didYouMean(name, names)}; known: ${names.join(', ')}; one of the gateway's own has a method and a path`,
      )
    if (endpoint === false) continue
    checkValues(endpoint.values, `${file}: endpoints.${name}.values`)
    for (const [key, kind] of [
      ['socket', SOCKETS],
      ['stream', STREAMS],
    ] as const)
      if (endpoint[key] !== undefined && !(name in kind))
        throw new UsageError(
          `${file}: endpoints.${name}.${key}: ${name} has no such key; only ${Object.keys(kind).join(' and ')} can have it`,
        )
    for (const wanted of wantedBy(endpoint.params ?? {})) {
      const usual = PARAMS[name] ?? []
      if (!usual.includes(wanted))
        throw new UsageError(
          `${file}: endpoints.${name}.params: unknown param "${wanted}"${didYouMean(wanted, usual)}; ${name} has ${usual.join(', ') || 'none'}`,
        )
    }
    if (endpoint.params !== undefined && PARAMS[name] === undefined)
      throw new UsageError(
        `${file}: endpoints.${name}.params: ${name} is no JSON-RPC method; those are ${Object.keys(PARAMS).join(', ')}`,
      )
    if (EXTRA_NAMES.includes(name) && endpoint.path === undefined)
      throw new UsageError(`${file}: endpoints.${name}.path: missing; the reference contract has no path for it`)
  }
  for (const name of Object.keys(own))
    if (!NAME.test(name))
      throw new UsageError(
        `${file}: endpoints.${name}: expected a name of letters, digits, _ and -, found ${JSON.stringify(name)}`,
      )
  for (const name of Object.keys(parsed.mix ?? {}))
    if (!target.has(name))
      throw new UsageError(
        `${file}: mix.${name}: the target has no such endpoint${didYouMean(name, [...Object.keys(own), ...CONTRACT_NAMES.filter(target.has)])}`,
      )
  for (const name of badMetrics(parsed.metrics))
    throw new UsageError(`${file}: metrics.${name}: expected a metric such as name or name{label="value"}`)
  if (
    parsed.reconciliation &&
    parsed.reconciliation.counter !== undefined &&
    badMetrics({ counter: parsed.reconciliation.counter }).length > 0
  )
    throw new UsageError(`${file}: reconciliation.counter: expected a metric such as name or name{label="value"}`)
  if (parsed.reconciliation && parsed.reconciliation.pattern !== undefined && !hasGroup(parsed.reconciliation.pattern))
    throw new UsageError(
      `${file}: reconciliation.pattern: expected a regular expression with a group, such as "requests: (\\d+)", found ${JSON.stringify(parsed.reconciliation.pattern)}`,
    )
  for (const name of parsed.limiter?.exempt ?? [])
    if (!target.has(name) && !names.includes(name))
      throw new UsageError(`${file}: limiter.exempt: unknown endpoint "${name}"${didYouMean(name, names)}`)
  if (settings.EXPECT_PROTO === 'HTTP/2.0') {
    const plain = urlsOf({ ...target, auth: { flow: 'none' } }).find((url) => url.startsWith('http:'))
    if (plain !== undefined)
      throw new UsageError(`setting EXPECT_PROTO: k6 negotiates HTTP/2 over TLS only, and ${plain} is not https`)
  }
  const urls: [where: string, url: string | undefined][] = [
    [overridden ? 'setting BASE_URL' : `${file}: base_url`, target.baseUrl],
    [`${file}: auth.base_url`, parsed.auth.base_url],
    [`${file}: reconciliation.url`, parsed.reconciliation ? parsed.reconciliation.url : undefined],
    ...Object.entries(parsed.endpoints).map(([name, endpoint]): [string, string | undefined] => [
      `${file}: endpoints.${name}.base_url`,
      endpoint ? endpoint.base_url : undefined,
    ]),
    ...Object.entries(parsed.endpoints).flatMap(([name, endpoint]) => urlsToldIn(endpoint || {}, `${file}: endpoints.${name}`)),
  ]
  requireAllowed(urls, settings)
  return target
}

/** @throws UsageError for a host that nobody has allowed to be loaded */
export function requireAllowed(urls: readonly (readonly [where: string, url: string | undefined])[], settings: Settings): void {
  for (const [where, url] of urls)
    if (url && !allowedHost(url, settings.ALLOW_TARGET))
      throw new UsageError(
        `${where}: ${url} is neither loopback nor a private address. If you may load that host, say so: -e ALLOW_TARGET=<its host> (loadgate run: --allow-target <its host>)`,
      )
}
