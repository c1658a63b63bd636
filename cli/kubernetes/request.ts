/** What `loadgate kubernetes` is asked for, made whole: checked before anything is written or created. */

import { parseDuration } from '../../lib/base/duration.ts'
import { UsageError } from '../../lib/base/errors.ts'
import { didYouMean } from '../../lib/base/nearest.ts'
import { SECRETS } from '../../lib/base/settings.ts'
import { MistakeList } from '../base/mistakes.ts'
import type { Project, Script } from '../base/project.ts'
import { readRequest, targetFacts } from '../k6/run-request.ts'
import { PINNED } from '../k6/version.ts'

export interface KubernetesOptions extends Record<string, unknown> {
  parallelism?: string
  name?: string
  namespace?: string
  context?: string
  secret?: string[]
  volumeClaim?: string
  separate?: boolean
  runnerImage?: string
  judgeImage?: string
  starterImage?: string
  operatorNamespace?: string
  perGenerator?: string
  patience?: string
  out?: string
  apply?: boolean
  keep?: boolean
  results?: string
}

/** Where a secret setting of the runners comes from. */
export interface SecretReference {
  setting: string
  secret: string
  key: string
}

export interface ClusterRequest {
  script: Script
  /** Settings of the runners, without secrets and files. */
  settings: Record<string, string>
  secrets: SecretReference[]
  /** Files of the user's that stand beside the bundle. */
  files: { THRESHOLDS?: string; TARGET?: string }
  parallelism: number
  /** Of everything that is created. */
  name: string
  namespace: string | undefined
  context: string | undefined
  /** A PersistentVolumeClaim that has bundle and files, in place of a ConfigMap. */
  volumeClaim: string | undefined
  /** Whether no two runners may share a node. */
  separate: boolean
  images: { runner: string; judge: string; starter: string }
  operatorNamespace: string
  perGenerator: string | undefined
  /** Seconds that may pass without progress. */
  patience: number
  out: string
  apply: boolean
  keep: boolean
  /** Folder for the results folder. */
  results: string
  k6Flags: string[]
}

/** The operator appends `-service-10000` to it, and a label has 63 characters. */
const LONGEST_NAME = 40
/** The release of k6-operator whose fields are written. */
export const OPERATOR = '1.6.0'
const MOST = 1000

/** A name as Kubernetes takes it. */
const asName = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '')

function nameIn(option: string, written: string, longest = 63): string {
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(written) && written.length <= longest) return written
  throw new UsageError(
    `${option}: expected a name of small letters, digits and -, up to ${longest} of them, found ${JSON.stringify(written)}`,
  )
}

function image(option: string, written: string): string {
  if (!/^[\w.:/@-]+$/.test(written)) throw new UsageError(`${option}: expected an image, found ${JSON.stringify(written)}`)
  if (/:latest$|^[^:@]*$|\/[^:@]*$/.test(written))
    throw new UsageError(
      `${option}: ${JSON.stringify(written)} names no version; runs of today and tomorrow could not be compared: give a tag or a digest`,
    )
  return written
}

function parallelism(written: string | undefined): number {
  const value = Number(written)
  if (written !== undefined && Number.isInteger(value) && value >= 1 && value <= MOST) return value
  throw new UsageError(
    written === undefined
      ? '--parallelism: say how many runners share the load (loadgate plan says how many it takes)'
      : `--parallelism: expected a whole number from 1 to ${MOST}, found ${JSON.stringify(written)}`,
  )
}

function patience(written = '2m'): number {
  const seconds = parseDuration(written)
  if (seconds >= 10 && seconds <= 3600) return seconds
  throw new UsageError(`--patience: expected a duration from 10s to 1h, found ${JSON.stringify(written)}`)
}

function secretReference(written: string): SecretReference {
  const [, setting = '', secret = '', key = ''] = /^(\w+)=([a-z0-9.-]+)\/([\w.-]+)$/.exec(written) ?? []
  // It may hold the secret itself: it is not shown.
  if (key === '')
    throw new UsageError(
      '--secret: expected SETTING=secret/key, such as CLIENT_SECRET=loadgate/client-secret, found something else',
    )
  if (!(SECRETS as readonly string[]).includes(setting))
    throw new UsageError(
      `--secret: ${setting} is no secret setting${didYouMean(setting, SECRETS) || `; they are ${SECRETS.join(', ')}`}`,
    )
  return { setting, secret, key }
}

/** What is in the environment here is not in a pod. */
function requireReferences(settings: Readonly<Record<string, string>>, found: readonly SecretReference[]): void {
  const missing = SECRETS.filter((name) => settings[name] !== undefined && !found.some(({ setting }) => setting === name))
  if (missing.length > 0)
    throw new UsageError(
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} in the environment, where no pod sees it: put it into a Secret of the cluster, and name it: --secret ${missing[0]}=SECRET/KEY`,
    )
}

/** A ConfigMap shows to everybody what is in it. */
function requireNoSecrets(file: string): void {
  if (targetFacts(file).secrets.length > 0)
    throw new UsageError(
      `target ${file}: it has a secret in auth, which would stand in a ConfigMap in clear; take it out, and give AUTH_PASSWORD or CLIENT_SECRET with --secret`,
    )
}

/**
 * @param found mistakes of the line that are known already
 * @throws Mistakes with these and all others
 */
export function clusterRequest(
  project: Project,
  written: string,
  options: KubernetesOptions,
  k6Flags: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  found: readonly string[] = [],
): ClusterRequest {
  const mistakes = new MistakeList(found)
  const request = mistakes.try(() => readRequest(project, written, options, k6Flags, env))
  const { INSTANCES: instances, THRESHOLDS, TARGET, ...settings } = request?.settings ?? {}
  const count = mistakes.try(() => parallelism(options.parallelism))
  if (instances !== undefined && count !== undefined && instances !== String(count))
    mistakes.try(() => {
      throw new UsageError(`INSTANCES is ${instances} in the environment, and --parallelism ${count}: leave INSTANCES out`)
    })
  if (request !== undefined && request.baseUrl === undefined)
    mistakes.try(() => {
      throw new UsageError('--base-url: say where the gateway is, as pods see it; there is no embedded one in a cluster')
    })
  const secrets = (options.secret ?? []).flatMap((one) => mistakes.try(() => secretReference(one)) ?? [])
  if (request !== undefined) mistakes.try(() => requireReferences(settings, secrets))
  if (TARGET !== undefined) mistakes.try(() => requireNoSecrets(TARGET))
  const name = mistakes.try(() =>
    nameIn('--name', options.name ?? asName(`loadgate-${request?.script.name ?? ''}`), LONGEST_NAME),
  )
  const { namespace, volumeClaim } = options
  if (namespace !== undefined) mistakes.try(() => nameIn('--namespace', namespace))
  if (volumeClaim !== undefined) mistakes.try(() => nameIn('--volume-claim', volumeClaim))
  const operatorNamespace = mistakes.try(() => nameIn('--operator-namespace', options.operatorNamespace ?? 'k6-operator-system'))
  const runner = mistakes.try(() => image('--runner-image', options.runnerImage ?? `docker.io/grafana/k6:${PINNED}`))
  const judge = mistakes.try(() =>
    image('--judge-image', options.judgeImage ?? `ghcr.io/loadgate/loadgate:${project.version}-judge`),
  )
  const starter = mistakes.try(() =>
    image('--starter-image', options.starterImage ?? `ghcr.io/grafana/k6-operator:starter-v${OPERATOR}`),
  )
  const seconds = mistakes.try(() => patience(options.patience))
  mistakes.end()
  const plain = Object.entries(settings).filter(([key]) => !(SECRETS as readonly string[]).includes(key))
  // Without one of these, there was a mistake.
  return {
    script: request?.script as Script,
    settings: Object.fromEntries(plain),
    secrets,
    files: { ...(THRESHOLDS === undefined ? {} : { THRESHOLDS }), ...(TARGET === undefined ? {} : { TARGET }) },
    parallelism: count as number,
    name: name as string,
    namespace,
    context: options.context,
    volumeClaim,
    separate: options.separate === true,
    images: { runner: runner as string, judge: judge as string, starter: starter as string },
    operatorNamespace: operatorNamespace as string,
    perGenerator: options.perGenerator,
    patience: seconds as number,
    out: options.out ?? 'kubernetes',
    apply: options.apply === true,
    keep: options.keep === true,
    results: options.results ?? 'results',
    k6Flags: [...k6Flags],
  }
}
