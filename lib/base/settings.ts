/**
 * Every setting of the scripts: name, type, unit, default and meaning in one declaration.
 * This is the only reader of `__ENV`; the CLI's flags and README's table are made from `SETTINGS`.
 */
import { parseDuration } from './duration.ts'
import { UsageError } from './errors.ts'
import { USUAL_WIDTH } from './wrap.ts'

interface Declaration<T> {
  type: 'text' | 'integer' | 'number' | 'duration' | 'flag' | 'choice'
  /** What a person reads in the table; the first sentence is the flag's help. */
  doc: string
  /** Absent: the script, its profile or the target decides. */
  default?: T
  choices?: readonly string[]
  min?: number
  max?: number
  /** Never a flag, never in a report: it reaches k6 by the environment only. */
  secret?: boolean
}

const text = (doc: string, more: Partial<Declaration<string>> = {}) => ({ type: 'text', doc, ...more }) as const
const secret = (doc: string) => ({ type: 'text', doc, secret: true }) as const
const integer = (doc: string, min: number, max: number) => ({ type: 'integer', doc, min, max }) as const
const number = (doc: string, min: number, max: number) => ({ type: 'number', doc, min, max }) as const
/** Seconds inside; written as `500ms`, `30s`, `10m`, `1h30m` or plain seconds. */
const duration = (doc: string, max: number, min = 0) => ({ type: 'duration', doc, min, max }) as const
const flag = (doc: string) => ({ type: 'flag', doc, default: 'false' }) as const
const choice = <const C extends readonly string[]>(doc: string, choices: C) => ({ type: 'choice', doc, choices }) as const

const DAY = 86_400

export const SETTINGS = {
  BASE_URL: text('Base URL of the gateway under test. Default: `base_url` of the target file.'),
  TARGET: text(
    'Target file (JSON) that says which endpoints the gateway has and where. Default: `targets/reference.json`, built in.',
  ),
  ALLOW_TARGET: text('Host that may be loaded although it is neither loopback nor a private address.'),
  PROFILE: {
    ...choice('Size of the run, and with `production` the strict thresholds.', ['smoke', 'ci', 'production']),
    default: 'ci',
  },
  RATE: number('Planned requests per second of the main window.', 0.01, 10_000_000),
  DURATION: duration('Length of the main window.', 7 * DAY, 0.1),
  USERS: integer('Closed model instead of arrival rates: this many users, each with think time.', 1, 1_000_000),
  THINK_TIME: duration('Pause of a closed-model user between two requests.', 3600),
  CONNECTIONS: integer('Sockets or streams to hold open.', 1, 1_000_000),
  WARMUP: duration('Length of the warm-up, whose failures alone are gated; a second without load follows. 0 leaves it out.', DAY),
  STALL: duration('Worst stall of the gateway that the run must still see: VUs are pre-allocated for rate x STALL.', 600),
  VUS: integer('Pre-allocated VUs of each arrival-rate window, instead of rate x STALL.', 1, 1_000_000),
  SPIKE: number('Spike of `burst`: its rate as a multiple of RATE.', 1, 1000),
  SPIKES: integer('Number of spikes of `burst`, each with a recovery.', 1, 100),
  A2A_DIALECT: {
    ...choice('Dialect of `a2a`: the agent, task and route methods of the contract, or the public A2A 1.0 JSON-RPC binding.', [
      'agentcore',
      'a2a-1.0',
    ]),
    default: 'agentcore',
  },
  AGENTS: integer('Agents that `a2a` registers for the whole run.', 1, 100_000),
  LIVES: number('Agents (or tasks, in A2A 1.0) that `a2a` leads through a whole life, per second.', 0.01, 100_000),
  SERIES: number('Series of webhooks and events that `integration` follows to the last delivery, per second.', 0.01, 100_000),
  REGISTRATIONS: integer('Webhooks that `benchmarks` registers, in all rounds together.', 1, 1_000_000),
  EVENTS: integer('Events that `benchmarks` publishes to nobody, in all rounds together.', 1, 10_000_000),
  DELIVERIES: integer('Deliveries that `benchmarks` waits for, in all rounds together.', 1, 1_000_000),
  LISTS: integer('Lists that `benchmarks` asks for at the same time, in each round.', 1, 10_000),
  ROUNDS: integer('Rounds of `benchmarks`, over which medians are taken.', 1, 1000),
  DEGRADATION_FLOOR: duration('Smallest growth of the p95 that `sustained` takes for a degradation.', 60),
  WATCH_INTERVAL: { ...duration("Time between two looks of the monitor at the gateway's metrics.", 600, 0.1), default: '1s' },
  TIMEOUT: { ...duration('Time after which a request counts as `timeout`.', 600, 0.001), default: '5s' },
  REQUESTS_PER_ITERATION: {
    ...integer(
      'Requests that one iteration sends one after another. More is cheaper, but a stall is then seen by fewer requests.',
      1,
      1000,
    ),
    default: 1,
  },
  CHECK_EVERY: {
    ...integer(
      "Checks the content of one in this many of a VU's answers to an endpoint whose requests do not build on answers; the status of every answer is always checked.",
      1,
      1000,
    ),
    default: 1,
  },
  SEED: { ...integer('Seed of everything random: the same seed sends the same requests.', 0, 4_294_967_295), default: 1 },
  INSTANCES: {
    ...integer(
      'Number of k6 instances that share the run: k6 splits the load, and `loadgate judge` judges all of them as one run.',
      1,
      10_000,
    ),
    default: 1,
  },
  SETUP_TIME: {
    ...duration(
      'What `setup()` takes at least where several instances share the run, so that all begin to send in the same moment.',
      55,
    ),
    default: '5s',
  },
  COLLECTOR: text(
    'URL of a listening `loadgate judge`, to which an instance sends its evidence when it ends. Needs COLLECTOR_TOKEN.',
  ),
  THRESHOLDS: text('Thresholds file (JSON) instead of the built-in one.'),
  RESULTS_DIR: text('Folder for summary.json and junit.xml, with room reserved in it; one run each. Default: none is written.'),
  EXPECT_PROTO: choice('Protocol that every answer must have been sent over.', ['HTTP/1.1', 'HTTP/2.0']),
  INSECURE_TLS: flag('Accept a certificate that cannot be verified.'),
  AUTH: choice('How the gateway is authorized. Default: `auth.flow` of the target file.', [
    'none',
    'bearer',
    'api_key',
    'password',
    'client_credentials',
  ]),
  AUTH_BODY: choice('What the token endpoint takes. Default: `auth.token_body` of the target file, or json.', ['json', 'form']),
  AUTH_USERNAME: text('User name of AUTH=password.'),
  AUTH_PASSWORD: secret('Password of AUTH=password.'),
  CLIENT_ID: text('Client id of AUTH=client_credentials.'),
  CLIENT_SECRET: secret('Client secret of AUTH=client_credentials.'),
  TOKEN: secret('Access token of AUTH=bearer.'),
  API_KEY: secret('Key of AUTH=api_key.'),
  COLLECTOR_TOKEN: secret('Token of a listening `loadgate judge`, the same on both sides.'),
  EXPIRED_TOKEN: secret('Access token of the gateway whose time is over, for `failure`.'),
} as const satisfies Record<string, Declaration<string | number>>

export type SettingName = keyof typeof SETTINGS
type Numeric = 'integer' | 'number' | 'duration'
type Value<D> = D extends { type: Numeric }
  ? number
  : D extends { type: 'flag' }
    ? boolean
    : D extends { choices: readonly (infer C)[] }
      ? C
      : string
type Always<D> = D extends { default: string | number } ? Value<D> : Value<D> | undefined
/** Parsed settings: durations in seconds, flags as booleans, `undefined` where nobody said anything. */
export type Settings = { readonly [N in SettingName]: Always<(typeof SETTINGS)[N]> }

function parse(name: SettingName, declaration: Declaration<string | number>, written: string): string | number | boolean {
  const wrong = (expected: string) =>
    // A secret's value must not stand in an error either.
    new UsageError(
      `setting ${name}: expected ${expected}, found ${declaration.secret ? 'something else' : JSON.stringify(written)}`,
    )
  switch (declaration.type) {
    case 'text':
      return written
    case 'flag':
      if (/^(1|true|yes|on)$/i.test(written)) return true
      if (/^(0|false|no|off)$/i.test(written)) return false
      throw wrong('true or false')
    case 'choice':
      if (declaration.choices?.includes(written)) return written
      throw wrong(`one of ${declaration.choices?.join(', ')}`)
    default: {
      const { type, min = 0, max = Number.MAX_SAFE_INTEGER } = declaration
      const value =
        type === 'duration' ? parseDuration(written) : /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(written) ? Number(written) : Number.NaN
      const unit =
        type === 'duration' ? 'a duration such as 30s, 10m or 1h30m' : type === 'integer' ? 'a whole number' : 'a number'
      if (!Number.isFinite(value) || (type === 'integer' && !Number.isInteger(value))) throw wrong(unit)
      if (value < min || value > max) throw wrong(`${unit} from ${min} to ${max}${type === 'duration' ? ' seconds' : ''}`)
      return value
    }
  }
}

/**
 * Reads settings from an environment. An empty value counts as not given, as `-e NAME=` and CI systems write it.
 * @throws UsageError that names the setting, what was expected and what was found
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const values: Record<string, unknown> = {}
  for (const [name, declaration] of Object.entries(SETTINGS) as [SettingName, Declaration<string | number>][]) {
    const written = env[name]?.trim() || declaration.default
    values[name] = written === undefined ? undefined : parse(name, declaration, String(written))
  }
  return values as Settings
}

/** What k6 shows a script of the environment, and what `-e` has put there. */
export const environmentOfRun = (): Readonly<Record<string, string>> => __ENV

/** Settings that no log and no report may have. */
export const SECRETS = (Object.entries(SETTINGS) as [SettingName, Declaration<string | number>][]).flatMap(
  ([name, { secret }]) => (secret ? [name] : []),
)

/** The secrets that an environment gives. */
export const secretsIn = (env: Readonly<Record<string, string | undefined>>): string[] =>
  SECRETS.flatMap((name) => env[name]?.trim() || [])

/** The settings of this k6 run. */
export const settingsOfRun = (): Settings => readSettings(__ENV)

/** The secrets of this k6 run. */
export const secretsOfRun = (): string[] => secretsIn(__ENV)

/** Columns that what k6 prints may take. */
export const widthOfRun = (): number => Number(__ENV.COLUMNS) || USUAL_WIDTH

/** The folder a relative path of the user is relative to; k6 itself would take the bundle's folder. */
export const workingFolder = (): string | undefined => __ENV.PWD
