/** The gateway under test: where it is, how it is authorized, which endpoints it has and how they differ from the catalogue. */
import {
  array,
  boolean,
  description,
  type InferOutput,
  integer,
  literal,
  maxValue,
  minLength,
  minValue,
  number,
  optional,
  picklist,
  pipe,
  record,
  regex,
  strictObject,
  string,
  union,
} from 'valibot'
import { CONTRACT_NAMES, EXTRA_NAMES, REFUSAL_NAMES, SOCKETS, STREAMS } from './endpoints/names.ts'
import { placeName } from './endpoints/own-names.ts'
import { UsageError } from './errors.ts'
import { unwatched, WATCHED, type WatchedName } from './monitor.ts'
import { didYouMean } from './nearest.ts'
import { check } from './schema.ts'
import type { Settings } from './settings.ts'
import { badMetrics, booksSchema, canRefuse, limiterSchema, metricsSchema } from './target/features.ts'
import { allowedHost } from './target/safety.ts'
import { lackingParts, socketSchema, streamSchema } from './target/streams.ts'
import { checkValues, valuesSchema } from './target/values.ts'

// Reports name the base URL, so no secret may stand in it.
const A_URL = 'expected a URL such as https://gateway.example.com, without user name and password (AUTH is for those)'
const baseUrl = pipe(string(), regex(/^https?:\/\/[^/?#\s@]+[^?#\s@]*$/, A_URL))
const endpointUrl = pipe(string(), regex(/^(https?|wss?):\/\/[^/?#\s@]+[^?#\s@]*$/, A_URL))
const path = pipe(string(), regex(/^\/\S*$/, 'expected a path that starts with /'))
const json = record(string(), union([string(), number(), boolean()]))

const STATUS = 'expected a status code from 100 to 599'

const endpointSchema = strictObject({
  path: optional(pipe(path, description('Path, with the placeholders of the reference contract (`:id`).'))),
  base_url: optional(pipe(endpointUrl, description('Where this endpoint is, if not at the base URL of the target.'))),
  auth: optional(pipe(boolean(), description('Whether it wants the authorization of the target.'))),
  status: optional(
    pipe(
      array(pipe(number(STATUS), integer(STATUS), minValue(100, STATUS), maxValue(599, STATUS))),
      minLength(1, 'expected at least one status code'),
      description('Status codes of a right answer, instead of those of the reference contract.'),
    ),
  ),
  expect: optional(
    pipe(
      strictObject({ json: optional(json), contains: optional(array(string())) }),
      description('What a right answer carries, instead of what the reference contract says: top-level JSON values, or strings.'),
    ),
  ),
  values: optional(valuesSchema),
  route: optional(
    pipe(
      string(),
      minLength(1, 'expected the name of a route'),
      description("Route under which the gateway's own counter has it (`books`), where that is not its path."),
    ),
  ),
  socket: optional(pipe(socketSchema, description('How the frames of a WebSocket look, where they differ.'))),
  stream: optional(pipe(streamSchema, description('How an endless event stream looks, where it differs.'))),
})

const authSchema = strictObject({
  flow: picklist(['none', 'bearer', 'api_key', 'password', 'client_credentials']),
  token_path: optional(path),
  refresh_path: optional(path),
  base_url: optional(baseUrl),
  header: optional(pipe(string(), description('Header that carries an API key. Default X-API-Key.'))),
  username: optional(string()),
  password: optional(string()),
  client_id: optional(string()),
  client_secret: optional(string()),
  expires_in: optional(
    pipe(
      boolean(),
      description('Whether the token request may ask for a shorter life with `expires_in` (seconds). Default false.'),
    ),
  ),
})

export const targetSchema = strictObject({
  $schema: optional(string()),
  name: pipe(string(), description('Name in reports.')),
  base_url: baseUrl,
  auth: authSchema,
  endpoints: pipe(
    record(
      string(),
      union([endpointSchema, literal(false)], 'expected an object, or false for an endpoint that the gateway does not have'),
    ),
    description('By endpoint of the catalogue. An endpoint that is not named is where the reference contract has it.'),
  ),
  metrics: optional(pipe(metricsSchema, description('Names of the metrics that the monitor reads, where they differ.'))),
  books: optional(
    pipe(
      union([booksSchema, literal(false)], 'expected an object, or false for a gateway that does not count its requests'),
      description("How the gateway counts its requests, for the comparison with k6's own count; false: it does not."),
    ),
  ),
  limiter: optional(
    pipe(limiterSchema, description('The rate limiter of the gateway, where it has one that the load test will meet.')),
  ),
})
export type TargetFile = InferOutput<typeof targetSchema>
export type EndpointOverride = InferOutput<typeof endpointSchema>

export interface Target {
  name: string
  /** Without a slash at the end. */
  baseUrl: string
  auth: TargetFile['auth']
  endpoints: TargetFile['endpoints']
  metrics: NonNullable<TargetFile['metrics']>
  /** What the monitor cannot know of this gateway. */
  unwatched: WatchedName[]
  limiter?: TargetFile['limiter']
  books?: TargetFile['books']
  has(endpoint: string): boolean
  /** Endpoints, and parts of WebSockets and streams, that this gateway does not have: no report leaves them out. */
  lacking: string[]
}

const stripSlash = (url: string): string => url.replace(/\/+$/, '')

/**
 * Binds a target file to the settings of the run.
 * @param validate only the first pass of k6's init needs to: every VU reads the same file
 * @throws UsageError on an unknown key or endpoint, and for a host that must be allowed explicitly
 */
export function bindTarget(data: unknown, file: string, settings: Settings, validate: boolean): Target {
  const parsed = validate ? check(targetSchema, data, file) : (data as TargetFile)
  const names = [...CONTRACT_NAMES, ...EXTRA_NAMES, ...REFUSAL_NAMES]
  const overridden = settings.BASE_URL !== undefined
  const auth = { ...parsed.auth, flow: settings.AUTH ?? parsed.auth.flow }
  const target: Target = {
    name: parsed.name,
    baseUrl: stripSlash(settings.BASE_URL ?? parsed.base_url),
    auth,
    endpoints: parsed.endpoints,
    metrics: parsed.metrics ?? {},
    unwatched: parsed.endpoints.metrics === false ? (Object.keys(WATCHED) as WatchedName[]) : unwatched(parsed.metrics),
    ...(parsed.limiter === undefined ? {} : { limiter: parsed.limiter }),
    ...(parsed.books === undefined ? {} : { books: parsed.books }),
    has: (endpoint) =>
      (parsed.endpoints[endpoint] ?? !EXTRA_NAMES.includes(endpoint)) !== false &&
      // A target without the place of an endpoint is without the endpoint.
      parsed.endpoints[placeName(endpoint) ?? endpoint] !== false &&
      canRefuse(endpoint, { endpoints: parsed.endpoints, auth }, settings),
    lacking: [...CONTRACT_NAMES.filter((name) => parsed.endpoints[name] === false), ...lackingParts(parsed.endpoints)],
  }
  if (!validate) return target
  if (overridden) check(baseUrl, settings.BASE_URL, 'setting BASE_URL')
  for (const [name, endpoint] of Object.entries(parsed.endpoints)) {
    if (!names.includes(name))
      throw new UsageError(`${file}: endpoints.${name}: unknown endpoint${didYouMean(name, names)}; known: ${names.join(', ')}`)
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
    if (EXTRA_NAMES.includes(name) && endpoint.path === undefined)
      throw new UsageError(`${file}: endpoints.${name}.path: missing; the reference contract has no path for it`)
  }
  for (const name of badMetrics(parsed.metrics))
    throw new UsageError(`${file}: metrics.${name}: expected a metric such as name or name{label="value"}`)
  if (parsed.books && parsed.books.counter !== undefined && badMetrics({ counter: parsed.books.counter }).length > 0)
    throw new UsageError(`${file}: books.counter: expected a metric such as name or name{label="value"}`)
  for (const name of parsed.limiter?.exempt ?? [])
    if (!names.includes(name))
      throw new UsageError(`${file}: limiter.exempt: unknown endpoint "${name}"${didYouMean(name, names)}`)
  if (settings.EXPECT_PROTO === 'HTTP/2.0') {
    const used = [
      target.baseUrl,
      ...Object.values(parsed.endpoints).map((endpoint) => (endpoint ? endpoint.base_url : undefined)),
    ]
    const plain = used.find((url) => url?.startsWith('http:'))
    if (plain !== undefined)
      throw new UsageError(`setting EXPECT_PROTO: k6 negotiates HTTP/2 over TLS only, and ${plain} is not https`)
  }
  const urls: [where: string, url: string | undefined][] = [
    [overridden ? 'setting BASE_URL' : `${file}: base_url`, target.baseUrl],
    [`${file}: auth.base_url`, parsed.auth.base_url],
    ...Object.entries(parsed.endpoints).map(([name, endpoint]): [string, string | undefined] => [
      `${file}: endpoints.${name}.base_url`,
      endpoint ? endpoint.base_url : undefined,
    ]),
  ]
  for (const [where, url] of urls)
    if (url && !allowedHost(url, settings.ALLOW_TARGET))
      throw new UsageError(
        `${where}: ${url} is neither loopback nor a private address. If you may load that host, say so: -e ALLOW_TARGET=<its host> (loadgate run: --allow-target <its host>)`,
      )
  return target
}
