/** What `kubectl get` says of a run: pods and stage, in words of the run. Pure. */
import * as v from 'valibot'
import { PART_LABEL } from './manifests.ts'

const stateSchema = v.object({
  waiting: v.optional(v.object({ reason: v.optional(v.string()), message: v.optional(v.string()) })),
  running: v.optional(v.object({ startedAt: v.optional(v.nullable(v.string())) })),
  terminated: v.optional(
    v.object({
      exitCode: v.number(),
      signal: v.optional(v.number()),
      reason: v.optional(v.string()),
      message: v.optional(v.string()),
    }),
  ),
})
const containerSchema = v.object({ name: v.string(), ready: v.optional(v.boolean(), false), state: v.optional(stateSchema, {}) })
const conditionSchema = v.object({
  type: v.string(),
  status: v.string(),
  reason: v.optional(v.nullable(v.string())),
  message: v.optional(v.nullable(v.string())),
})
const metadataSchema = v.object({
  name: v.string(),
  labels: v.optional(v.record(v.string(), v.string()), {}),
  deletionTimestamp: v.optional(v.nullable(v.string())),
})
const podSchema = v.object({
  kind: v.literal('Pod'),
  metadata: metadataSchema,
  spec: v.optional(v.object({ nodeName: v.optional(v.string()) }), {}),
  status: v.object({
    phase: v.optional(v.string(), 'Pending'),
    reason: v.optional(v.string()),
    message: v.optional(v.string()),
    conditions: v.optional(v.array(conditionSchema), []),
    containerStatuses: v.optional(v.array(containerSchema), []),
  }),
})
type Pod = v.InferOutput<typeof podSchema>
const testRunSchema = v.object({
  kind: v.literal('TestRun'),
  metadata: metadataSchema,
  status: v.optional(v.object({ stage: v.optional(v.string(), ''), conditions: v.optional(v.array(conditionSchema), []) }), {}),
})
const listSchema = v.object({ items: v.array(v.looseObject({ kind: v.string() })) })

/**
 * - `pending`: no node has taken it
 * - `starting`: on a node, its container does not run yet
 * - `running`, and `ended` by itself with an exit code
 * - `lost`: ended by something else
 */
export type RunnerState = 'pending' | 'starting' | 'running' | 'ended' | 'lost'

export interface Runner {
  /** That of its Job: `<name>-1`. */
  name: string
  pod: string
  node: string | undefined
  state: RunnerState
  exitCode: number | undefined
  /** Why it is pending, does not start, or is lost, in the words of Kubernetes. */
  why: string | undefined
}

export interface Judge {
  ready: boolean
  /** Of its container; undefined while it has not ended by itself. */
  exitCode: number | undefined
  /** What else has ended it. */
  lost: string | undefined
  /** Why it does not start. */
  why: string | undefined
  pod: string
}

export interface Observation {
  /** That of the TestRun: '' before the operator has seen it; undefined where there is none. */
  stage: string | undefined
  runners: Runner[]
  judge: Judge | undefined
}

const joined = (...words: (string | null | undefined)[]): string | undefined => {
  const said = words.flatMap((word) => word?.trim() || [])
  return said.length === 0 ? undefined : said.join(': ')
}

const conditionOf = ({ status: { conditions } }: Pod, type: string, status: string) =>
  conditions.find((condition) => condition.type === type && condition.status === status)

/** 128 and the number of the signal. */
const KILLED = 137

/** What ended a pod that did not end by itself; undefined where it did. */
function loss(pod: Pod, name: string): string | undefined {
  const { status } = pod
  const terminated = status.containerStatuses.find((container) => container.name === name)?.state.terminated
  // A node without memory kills pods of its own accord; the kernel kills who goes beyond a limit.
  if (terminated?.reason === 'OOMKilled') return 'OOMKilled: it needed more memory than its limit'
  if (status.reason === 'Evicted') return joined('evicted', status.message)
  const disrupted = conditionOf(pod, 'DisruptionTarget', 'True')
  if (disrupted !== undefined) return joined('disrupted', disrupted.reason, disrupted.message)
  if (terminated?.reason === 'ContainerStatusUnknown') return joined('lost with its node', terminated.message)
  if (terminated?.exitCode === KILLED) return `killed (exit code ${KILLED})`
  if (pod.metadata.deletionTimestamp) return 'deleted by somebody'
  if (status.phase === 'Failed' && terminated === undefined) return joined('failed', status.reason, status.message)
  if (status.phase === 'Unknown') return 'its node does not answer'
  return undefined
}

function stateOf(pod: Pod): Pick<Runner, 'state' | 'exitCode' | 'why'> {
  const none = { exitCode: undefined, why: undefined }
  const lost = loss(pod, 'k6')
  const { state } = pod.status.containerStatuses.find(({ name }) => name === 'k6') ?? {}
  const exitCode = state?.terminated?.exitCode
  if (lost !== undefined) return { state: 'lost', exitCode, why: lost }
  if (exitCode !== undefined) return { state: 'ended', exitCode, why: undefined }
  if (state?.running !== undefined) return { ...none, state: 'running' }
  if (pod.spec.nodeName === undefined) {
    const unscheduled = conditionOf(pod, 'PodScheduled', 'False')
    return { ...none, state: 'pending', why: joined(unscheduled?.reason, unscheduled?.message) }
  }
  return { ...none, state: 'starting', why: joined(state?.waiting?.reason, state?.waiting?.message) }
}

function judgeOf(pod: Pod): Judge {
  const container = pod.status.containerStatuses.find(({ name }) => name === 'judge')
  const waiting = container?.state.waiting
  const unscheduled = conditionOf(pod, 'PodScheduled', 'False')
  const lost = loss(pod, 'judge')
  return {
    pod: pod.metadata.name,
    ready: container?.ready ?? false,
    exitCode: lost === undefined ? container?.state.terminated?.exitCode : undefined,
    lost,
    why: joined(waiting?.reason, waiting?.message) ?? joined(unscheduled?.reason, unscheduled?.message),
  }
}

/**
 * @param text what `kubectl get testruns.k6.io,pods -l … -o json` prints
 * @throws Error where it is none of that
 */
export function observe(text: string, name: string): Observation {
  const { items } = v.parse(listSchema, JSON.parse(text))
  const pods = items.filter(({ kind }) => kind === 'Pod').map((item) => v.parse(podSchema, item))
  const runs = items.filter(({ kind }) => kind === 'TestRun').map((item) => v.parse(testRunSchema, item))
  const jobOf = ({ metadata: { labels, name } }: Pod): string =>
    labels['batch.kubernetes.io/job-name'] ?? labels['job-name'] ?? name
  const number = (runner: Runner): number => Number(runner.name.slice(name.length + 1))
  const runners = pods
    .filter(({ metadata: { labels } }) => labels.k6_cr === name && labels.runner === 'true')
    .map((pod) => ({ name: jobOf(pod), pod: pod.metadata.name, node: pod.spec.nodeName, ...stateOf(pod) }))
  const judge = pods.find(({ metadata: { labels } }) => labels[PART_LABEL] === 'judge')
  return {
    stage: runs.find(({ metadata }) => metadata.name === name)?.status.stage,
    runners: runners.sort((a, b) => number(a) - number(b)),
    judge: judge === undefined ? undefined : judgeOf(judge),
  }
}
