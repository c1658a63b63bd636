/** What k6-operator and the judge need, as manifests. Pure. */
import { dump } from 'js-yaml'
import { resourcesOf, type Share } from '../capacity/plan/forecast.ts'
import { tuningOf } from '../generator/tuning.ts'
import type { ClusterRequest } from './request.ts'

/** Any object of Kubernetes. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels: Record<string, string> }
  [more: string]: unknown
}

export interface Contents {
  /** Files by name: the bundle, and what stands beside it: the run plan, as `PLAN_FILE`, and the user's own. */
  files: Readonly<Record<string, string>>
  /** Of those, the bundle. */
  bundle: string
  /** Token of the collector. */
  token: string
  /** Host of the collector, as runners reach it; that of its Service without it. */
  collector?: string
  /** What one runner sends and takes. */
  share: Share
  /** Seconds from the start of the load to its planned end. */
  duration: number
}

/** A run as files, in the order in which they are applied. */
export interface Manifests {
  secret: Manifest[]
  files: Manifest[]
  network: Manifest[]
  judge: Manifest[]
  testrun: Manifest[]
}

/** What the judge needs to probe the gateway and to read its counter. */
export const PLAN_FILE = 'plan.json'
export const RUN_LABEL = 'app.kubernetes.io/instance'
export const PART_LABEL = 'app.kubernetes.io/component'
/** What a ConfigMap may have. */
export const MOST_BYTES = 1_048_576
export const COLLECTOR_PORT = 7777
/** Where k6-operator mounts bundle and files. */
const MOUNTED = '/test'
/** The port of k6's REST API, by which the operator asks and the starter starts. */
const K6_PORT = 6565
/** Seconds that the results are there to be fetched. */
const RESULTS_KEPT = 600
/** As the image of k6 has it; and `node` of that of the judge. */
const USERS = { k6: 12_345, judge: 1000 }
export const RESULTS = '/results'
/** Whoever has fetched the results makes this file. */
export const FETCHED = `${RESULTS}/fetched`

/** `$(NAME)` would be a reference. */
const literal = (value: string): string => value.replaceAll('$(', '$$$$(')

const podSecurity = (user: number) => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: 'RuntimeDefault' },
})
const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

/** What runners and judge are told alike: whom to ask, and how to get in. */
function commonEnv({ settings, secrets, files, name }: ClusterRequest, more: Readonly<Record<string, string>> = {}): object[] {
  const mounted = Object.fromEntries(
    Object.keys(files).map((setting) => [setting, `${MOUNTED}/${FILE_NAMES[setting as FileSetting]}`]),
  )
  const reference = (setting: string, secret: string, key: string) => ({
    name: setting,
    valueFrom: { secretKeyRef: { name: secret, key } },
  })
  return [
    ...Object.entries({ ...settings, ...mounted, ...more }).map(([setting, value]) => ({ name: setting, value: literal(value) })),
    ...secrets.map(({ setting, secret, key }) => reference(setting, secret, key)),
    reference('COLLECTOR_TOKEN', `${name}-collector`, 'token'),
  ]
}

function runnerEnv(request: ClusterRequest, { share, collector = `${request.name}-judge` }: Contents): object[] {
  const { env: tuned } = tuningOf(
    { cores: share.cores, memory: share.memory },
    { vus: share.vus, sockets: share.connections },
    {},
  )
  return commonEnv(request, {
    ...tuned,
    INSTANCES: String(request.parallelism),
    COLLECTOR: `http://${collector}:${COLLECTOR_PORT}`,
  })
}

type FileSetting = keyof ClusterRequest['files']
/** What the user's files are called beside the bundle. */
export const FILE_NAMES: Readonly<Record<FileSetting, string>> = { THRESHOLDS: 'thresholds.json', TARGET: 'target.json' }

function affinity({ name }: ClusterRequest): object {
  const podAffinityTerm = {
    labelSelector: { matchLabels: { k6_cr: name, runner: 'true' } },
    topologyKey: 'kubernetes.io/hostname',
  }
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } }
}

const ANSWERS = { httpGet: { path: '/v1/status', port: K6_PORT }, timeoutSeconds: 10 }
/** k6 that is busy answers late: who would kill it for that ends the run. */
const ALIVE = { ...ANSWERS, periodSeconds: 10, failureThreshold: 30 }
/** Who is not ready when the operator first asks is asked again after ever longer pauses, up to minutes. */
const READY = { ...ANSWERS, periodSeconds: 1, failureThreshold: 300 }

export function manifests(request: ClusterRequest, contents: Contents): Manifests {
  const { name, namespace, parallelism, images, volumeClaim, separate, operatorNamespace, keep, apply, patience, k6Flags } =
    request
  const { files, bundle, token, share, duration } = contents
  const labels = { 'app.kubernetes.io/name': 'loadgate', [RUN_LABEL]: name, 'app.kubernetes.io/managed-by': 'loadgate' }
  const made = (kind: string, apiVersion: string, suffix: string, body: object): Manifest => ({
    apiVersion,
    kind,
    metadata: { name: `${name}${suffix}`, ...(namespace === undefined ? {} : { namespace }), labels },
    ...body,
  })
  const judge = { [RUN_LABEL]: name, [PART_LABEL]: 'judge' }
  const runners = { k6_cr: name, runner: 'true' }
  const resources = resourcesOf(share)
  const judgeContainer = {
    name: 'judge',
    image: images.judge,
    args: [
      ...['judge', '--listen', `0.0.0.0:${COLLECTOR_PORT}`, '--plan', `${MOUNTED}/${PLAN_FILE}`],
      ...['--instances', String(parallelism), '--results', RESULTS],
    ],
    env: commonEnv(request),
    ports: [{ name: 'collector', containerPort: COLLECTOR_PORT }],
    readinessProbe: { httpGet: { path: '/healthz', port: 'collector' }, periodSeconds: 1, failureThreshold: 3 },
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '2', memory: '512Mi' } },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { name: 'results', mountPath: RESULTS },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'files', mountPath: MOUNTED, readOnly: true },
    ],
  }
  // The judge has ended, and its container with it: what it has written is fetched from this one.
  const resultsContainer = {
    name: 'results',
    image: images.judge,
    command: [
      'sh',
      '-c',
      `i=0; until [ -e ${FETCHED} ] || [ $i -ge ${RESULTS_KEPT} ]; do [ -e ${RESULTS}/*/verdict.json ] && i=$((i+1)); sleep 1; done`,
    ],
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ name: 'results', mountPath: RESULTS }],
  }
  return {
    secret: [made('Secret', 'v1', '-collector', { type: 'Opaque', stringData: { token } })],
    files: volumeClaim === undefined ? [made('ConfigMap', 'v1', '', { immutable: true, data: files })] : [],
    network: [
      made('NetworkPolicy', 'networking.k8s.io/v1', '-judge', {
        spec: {
          podSelector: { matchLabels: judge },
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ podSelector: { matchLabels: runners } }], ports: [{ protocol: 'TCP', port: COLLECTOR_PORT }] }],
        },
      }),
      made('NetworkPolicy', 'networking.k8s.io/v1', '-runners', {
        spec: {
          podSelector: { matchLabels: runners },
          policyTypes: ['Ingress'],
          ingress: [
            {
              from: [
                { podSelector: { matchLabels: { k6_cr: name } } },
                { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': operatorNamespace } } },
              ],
              ports: [{ protocol: 'TCP', port: K6_PORT }],
            },
          ],
        },
      }),
    ],
    judge: [
      made('Service', 'v1', '-judge', {
        spec: { selector: judge, ports: [{ name: 'collector', port: COLLECTOR_PORT, targetPort: 'collector' }] },
      }),
      made('Job', 'batch/v1', '-judge', {
        spec: {
          backoffLimit: 0,
          ttlSecondsAfterFinished: 86_400,
          activeDeadlineSeconds: Math.ceil(duration) + 4 * patience + RESULTS_KEPT + 600,
          template: {
            metadata: { labels: { ...labels, ...judge } },
            spec: {
              restartPolicy: 'Never',
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              securityContext: podSecurity(USERS.judge),
              containers: [judgeContainer, resultsContainer],
              volumes: [
                { name: 'results', emptyDir: { sizeLimit: '256Mi' } },
                { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
                {
                  name: 'files',
                  ...(volumeClaim === undefined
                    ? { configMap: { name } }
                    : { persistentVolumeClaim: { claimName: volumeClaim, readOnly: true } }),
                },
              ],
            },
          },
        },
      }),
    ],
    testrun: [
      made('TestRun', 'k6.io/v1alpha1', '', {
        spec: {
          parallelism,
          ...(separate ? { separate } : {}),
          script:
            volumeClaim === undefined
              ? { configMap: { name, file: bundle } }
              : { volumeClaim: { name: volumeClaim, file: bundle, readOnly: true } },
          // Exact words, which no shell reads.
          args: ['--log-format', 'json', ...k6Flags],
          // It would see the secrets, and can say no more of the bundle than has been asked of it here.
          initializer: { disabled: true },
          starter: { image: images.starter, metadata: { labels }, automountServiceAccountToken: 'false' },
          runner: {
            image: images.runner,
            metadata: { labels: { ...labels, [PART_LABEL]: 'runner' } },
            automountServiceAccountToken: 'false',
            env: runnerEnv(request, contents),
            resources,
            ...(separate ? {} : { affinity: affinity(request) }),
            securityContext: podSecurity(USERS.k6),
            containerSecurityContext: CONTAINER_SECURITY,
            livenessProbe: ALIVE,
            readinessProbe: READY,
          },
          // Takes the exit codes of the runners with it: who follows the run needs them.
          ...(apply || keep ? {} : { cleanup: 'post' }),
        },
      }),
    ],
  }
}

/** Objects as one file. */
export const yaml = (objects: readonly object[]): string =>
  objects.map((object) => dump(object, { noRefs: true, lineWidth: -1, quoteStyle: 'double' })).join('---\n')
