/** The shape of a target file: where a gateway is, how it is authorized, and where its endpoints differ from the catalogue. */
import {
  array,
  boolean,
  description,
  type InferOutput,
  integer,
  literal,
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
  unknown,
} from 'valibot'
import { UsageError } from '../base/errors.ts'
import { baseUrl, endpointUrl } from '../base/hosts.ts'
import { SETTINGS } from '../base/settings.ts'
import { sizeOfRange } from '../base/value-range.ts'
import { DIALECTS } from '../described/json-schema.ts'
import { describedSchema, describedValues, routeSchema, statusSchema } from '../described/schema.ts'
import { limiterSchema, metricsSchema, reconciliationSchema } from './features.ts'
import { socketSchema, streamSchema } from './streams.ts'

/** Values for the placeholders of a path. */
const valuesSchema = pipe(
  record(string(), union([string(), array(string())], 'expected a string or a list of strings')),
  description('Values for placeholders: a list, or one string with a range such as `r-{0000..0499}`.'),
)
type Values = InferOutput<typeof valuesSchema>

/** More than this would only cost every instance memory. */
const MOST_VALUES = 100_000
/** @throws UsageError for a placeholder with nothing to put in its place */
export function checkValues(values: Values | undefined, where: string): void {
  for (const [placeholder, value] of Object.entries(values ?? {})) {
    const count = typeof value === 'string' ? sizeOfRange(value) : value.length
    if (count < 1) throw new UsageError(`${where}.${placeholder}: expected at least one value, found none`)
    if (count > MOST_VALUES)
      throw new UsageError(`${where}.${placeholder}: expected at most ${MOST_VALUES} values, found ${count}`)
  }
}

const path = pipe(string(), regex(/^\/\S*$/, 'expected a path that starts with /'))
const json = record(string(), union([string(), number(), boolean()]))

const endpointSchema = strictObject({
  path: optional(pipe(path, description('Path, with the placeholders of the reference contract (`:id`).'))),
  base_url: optional(pipe(endpointUrl, description('Where this endpoint is, if not at the base URL of the target.'))),
  auth: optional(pipe(boolean(), description('Whether it wants the authorization of the target.'))),
  status: statusSchema('Status codes of a valid answer, instead of those of the reference contract.'),
  expect: optional(
    pipe(
      strictObject({ json: optional(json), contains: optional(array(string())) }),
      description('What a valid answer carries, instead of what the reference contract says: top-level JSON values, or strings.'),
    ),
  ),
  params: optional(
    pipe(
      record(string(), unknown()),
      description(
        'Params of a JSON-RPC method, where they differ: `{agent_id}` stands for the param of that name, an item with `{capabilities[]}` for as many items as there are.',
      ),
    ),
  ),
  values: optional(valuesSchema),
  route: routeSchema,
  socket: optional(pipe(socketSchema, description('How the frames of a WebSocket look, where they differ.'))),
  stream: optional(pipe(streamSchema, description('How an endless event stream looks, where it differs.'))),
})

const authSchema = strictObject({
  flow: picklist(['none', 'bearer', 'api_key', 'password', 'client_credentials']),
  token_path: optional(path),
  token_body: optional(
    pipe(
      picklist(SETTINGS.AUTH_BODY.choices),
      description('What the token endpoint takes: `form` is what RFC 6749 (OAuth) says. Default `json`.'),
    ),
  ),
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
      union(
        [endpointSchema, describedSchema, literal(false)],
        'expected an object, or false for an endpoint that the gateway does not have',
      ),
    ),
    description(
      "By endpoint: where one of the reference contract differs, or, with a `method`, one of the gateway's own. One that is not named is where the reference contract has it.",
    ),
  ),
  values: optional(describedValues),
  mix: optional(
    pipe(
      record(string(), pipe(number('expected a weight'), integer('expected a whole number'), minValue(1, 'expected at least 1'))),
      description(
        'What users send, by weight, in place of the mix of smoke, http, burst, sustained and of the normal users of failure.',
      ),
    ),
  ),
  others: optional(
    pipe(boolean(), description('false: the gateway has no endpoint that this file does not name. Default true.')),
  ),
  components: optional(pipe(record(string(), unknown()), description('Schemas that `schema` refers to, as in OpenAPI.'))),
  schema_dialect: optional(
    pipe(picklist(DIALECTS), description('What `components` and `schema` are written in. Default 2020-12.')),
  ),
  metrics: optional(pipe(metricsSchema, description('Names of the metrics that the monitor reads, where they differ.'))),
  reconciliation: optional(
    pipe(
      union(
        [reconciliationSchema, literal(false)],
        'expected an object, or false for a gateway that does not count its requests',
      ),
      description("How the gateway counts its requests, for the comparison with k6's own count; false: it does not."),
    ),
  ),
  limiter: optional(
    pipe(limiterSchema, description('The rate limiter of the gateway, where it has one that the load test will meet.')),
  ),
})
export type TargetFile = InferOutput<typeof targetSchema>
export type EndpointOverride = InferOutput<typeof endpointSchema>
export type FileEndpoint = TargetFile['endpoints'][string]
