/** What the user asked for, made whole: checked before anything is started or written. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { allowedHost, hostOf } from '../../lib/base/hosts.ts'
import { redact } from '../../lib/base/redact.ts'
import { parseJson } from '../../lib/base/schema.ts'
import { partsOf, sequenceOf } from '../../lib/base/segment.ts'
import { readSettings, SECRETS, SETTINGS, secretsIn } from '../../lib/base/settings.ts'
import { checkBaseUrl } from '../../lib/target/target.ts'
import { messageOf } from '../base/errors.ts'
import { settingsFromFlags } from '../base/flags.ts'
import { MistakeList } from '../base/mistakes.ts'
import { type Project, type Script, scriptNamed, targetFile } from '../base/project.ts'
import { type Redaction, redaction, tokenParameters } from '../base/redaction.ts'
import { checkK6Environment, checkK6Flags, edgesIn, segmentIn } from './flags.ts'
import { pushesAlready } from './push-output.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface RunRequest {
  script: Script
  /** What the script is told by its environment, secrets included. */
  settings: Record<string, string>
  /** Knows the secrets of the settings and of the target file. */
  hide: Redaction
  /** Undefined: the embedded gateway is started. */
  baseUrl: string | undefined
  gatewayArgs: string[]
  results: { parent: string } | { folder: string }
  /** Whether the run is recorded second by second. */
  record: boolean
  /** Whether a control probe checks what k6 measures. */
  probe: boolean
  /** Whether k6's own output is shown. */
  raw: boolean
  /** Remote-write URL of a Prometheus that hears of the run as well. */
  prometheus: string | undefined
  k6Flags: string[]
}

/** What a fault begins with as an argument of the embedded gateway. */
export const FAULT = '--fault='

/** Settings that were given, without secrets. */
export const shown = (settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !(SECRETS as readonly string[]).includes(name)))

function existing(name: string, written: string): string {
  const file = resolve(written)
  if (!existsSync(file)) throw new UsageError(`${name}: no such file: ${file}`)
  return file
}

/**
 * How many share the run is what the segment of this one says.
 * @param given the same, said once more
 */
function instancesOf(segment: string, edges: string | undefined, given: string | undefined): string {
  const parts = partsOf(segment)
  if (parts === undefined)
    throw new UsageError(
      `k6 flag --execution-segment: expected one of equal parts of a run, such as 1/4:2/4, found ${JSON.stringify(segment)}`,
    )
  // Half of a run is easily taken for a run: whoever knows of the others knows their edges.
  if (parts > 1 && edges?.split(',').length !== parts + 1)
    throw new UsageError(
      `k6 flag --execution-segment ${segment}: one of ${parts} instances; expected --execution-segment-sequence ${sequenceOf(parts)} beside it, found ${edges ?? 'none'}`,
    )
  if (given !== undefined && Number(given) !== parts)
    throw new UsageError(
      `--instances: ${given} contradicts --execution-segment ${segment}, which is one of ${parts}; leave it out`,
    )
  return String(parts)
}

interface TargetFacts {
  baseUrl?: string
  secrets: string[]
  tokenParameters: string[]
}

/** What must be known of a target file before anything is written; the script itself checks the rest of it. */
export function targetFacts(file: string): TargetFacts {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`target ${file}: ${messageOf(error)}`)
  }
  const target = parseJson(text, file)
  const { base_url, auth } = (target ?? {}) as { base_url?: unknown; auth?: Record<string, unknown> | null }
  return {
    ...(typeof base_url === 'string' ? { baseUrl: checkBaseUrl(base_url, `${file}: base_url`) } : {}),
    secrets: [auth?.password, auth?.client_secret].filter((secret) => typeof secret === 'string'),
    tokenParameters: tokenParameters(target),
  }
}

function checkHost(url: string, allow: string | undefined): void {
  if (allowedHost(url, allow)) return
  const host = hostOf(url)
  if (host === undefined)
    throw new UsageError(`${JSON.stringify(url)} is not a URL with one clear host, such as https://gateway.example.com`)
  throw new UsageError(
    `${host} is neither loopback nor a private address. If you may load that host, say so: --allow-target ${host}`,
  )
}

function prometheusUrl(written: string | undefined, k6Flags: readonly string[], env: Environment): string | undefined {
  if (pushesAlready(k6Flags, env))
    throw new UsageError(
      "k6's Prometheus output is what the run is recorded by: to write to a Prometheus as well, use --prometheus URL before the --",
    )
  if (
    written === undefined ||
    (URL.canParse(written) && /^https?:$/.test(new URL(written).protocol) && new URL(written).port !== '0')
  )
    return written
  throw new UsageError(
    `--prometheus: expected a remote-write URL such as http://prometheus:9090/api/v1/write, found ${JSON.stringify(redact(written))}`,
  )
}

/**
 * @param options flags of `loadgate run` as commander has read them
 * @param found mistakes of the line that are known already
 * @throws Mistakes with these and all others
 */
export function readRequest(
  project: Project,
  name: string,
  options: Readonly<Record<string, unknown>>,
  k6Flags: readonly string[],
  env: Environment,
  found: readonly string[] = [],
): RunRequest {
  const mistakes = new MistakeList(found)
  const script = mistakes.try(() => scriptNamed(project, name))
  mistakes.try(() => checkK6Flags(k6Flags))
  mistakes.try(() => checkK6Environment(env))
  const fromEnvironment = Object.keys(SETTINGS).flatMap((key) => {
    const value = env[key]?.trim()
    return value ? [[key, value] as const] : []
  })
  const settings: Record<string, string> = { ...Object.fromEntries(fromEnvironment), ...settingsFromFlags(options) }
  const { TARGET: target, THRESHOLDS: thresholds } = settings
  const file = target && mistakes.try(() => targetFile(project, target))
  if (file) settings.TARGET = file
  const limits = thresholds && mistakes.try(() => existing('--thresholds', thresholds))
  if (limits) settings.THRESHOLDS = limits
  for (const [key, value] of Object.entries(settings)) mistakes.try(() => readSettings({ [key]: value }))
  const facts = (file && mistakes.try(() => targetFacts(file))) || { secrets: [], tokenParameters: [] }
  const { BASE_URL: written } = settings
  const baseUrl = written ? mistakes.try(() => checkBaseUrl(written, 'setting BASE_URL')) : facts.baseUrl
  if (baseUrl !== undefined) mistakes.try(() => checkHost(baseUrl, settings.ALLOW_TARGET))

  const given = (option: 'gatewayArg' | 'fault') => (options[option] as string[] | undefined) ?? []
  const words = [...given('gatewayArg'), ...given('fault').map((fault) => `${FAULT}${fault}`)]
  const isFault = (word: string): boolean => word.startsWith(FAULT)
  // Faults last, however they were written: the command that repeats the run has them so.
  const gatewayArgs = [...words.filter((word) => !isFault(word)), ...words.filter(isFault)]
  const external = written !== undefined || target !== undefined
  mistakes.try(() => {
    if (external && gatewayArgs.length > 0)
      throw new UsageError(
        `${given('fault').length > 0 ? '--fault' : '--gateway-arg'} is for the embedded gateway, which is not started when a target or a base URL is given`,
      )
  })
  mistakes.try(() => {
    const segment = segmentIn(k6Flags)
    if (segment !== undefined) settings.INSTANCES = instancesOf(segment, edgesIn(k6Flags), settings.INSTANCES)
  })
  const { RESULTS_DIR: folder, ...rest } = settings
  const parent = options.results as string | undefined
  const prometheus = mistakes.try(() => prometheusUrl(options.prometheus as string | undefined, k6Flags, env))
  mistakes.end()
  return {
    // Without one, there was a mistake.
    script: script as Script,
    settings: rest,
    hide: redaction([...secretsIn(settings), ...facts.secrets], facts.tokenParameters),
    baseUrl: external ? (baseUrl ?? 'the target') : undefined,
    gatewayArgs,
    results: parent === undefined && folder !== undefined ? { folder } : { parent: parent ?? 'results' },
    record: options.record !== false,
    probe: options.probe !== false,
    raw: options.raw === true,
    prometheus,
    k6Flags: [...k6Flags],
  }
}
