/** Pods and TestRuns as a cluster lists them, with as much as is read of them; what a real one has listed is `recorded`. */
import { readFileSync } from 'node:fs'

const NAME = 'loadgate-burst'

const labels = { 'app.kubernetes.io/instance': NAME }

export const testRun = (stage?: string) => ({
  kind: 'TestRun',
  metadata: { name: NAME, labels },
  ...(stage === undefined ? {} : { status: { stage } }),
})

type Status = Record<string, unknown>

export const runner = (number: number, status: Status, nodeName?: string) => ({
  kind: 'Pod',
  metadata: {
    name: `${NAME}-${number}-x7k2p`,
    labels: { ...labels, app: 'k6', k6_cr: NAME, runner: 'true', 'batch.kubernetes.io/job-name': `${NAME}-${number}` },
  },
  spec: nodeName === undefined ? {} : { nodeName },
  status,
})

export const judge = (status: Status) => ({
  kind: 'Pod',
  metadata: { name: `${NAME}-judge-q9w8e`, labels: { ...labels, 'app.kubernetes.io/component': 'judge' } },
  spec: { nodeName: 'node-1' },
  status,
})

const k6 = (state: object) => ({ containerStatuses: [{ name: 'k6', ready: 'running' in state, state }] })

interface RecordedPod {
  kind: 'Pod'
  metadata: { name: string; labels: Record<string, string> }
  status: Status
}

/**
 * From `kubectl get pods --watch -o json` of runs on Kubernetes 1.37.2 with k6-operator 1.6.0, by what had become of each. Of the spec only the
 * node is kept; ids, addresses and amounts of resources are left out.
 */
export const recorded = JSON.parse(readFileSync(new URL('recorded-pods.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, RecordedPod>
>

const statusOf = (what: string): Status => {
  const found = recorded[what]
  if (found === undefined) throw new Error(`no pod is recorded as ${JSON.stringify(what)}; there are ${Object.keys(recorded)}`)
  return found.status
}

export const pending = statusOf('pending')
export const noImage = statusOf('image pull backs off')
export const running = statusOf('running')
export const ended = (exitCode: number): Status => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  ...k6({ terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } }),
})
export const outOfMemory = statusOf('out of memory')
export const killed: Status = { phase: 'Failed', ...k6({ terminated: { exitCode: 137, reason: 'Error' } }) }
export const evicted = statusOf('evicted')
export const judging = statusOf('judge listening')
export const judged = (exitCode: number): Status => ({
  phase: 'Running',
  containerStatuses: [
    { name: 'judge', ready: false, state: { terminated: { exitCode, reason: 'Completed' } } },
    { name: 'results', ready: true, state: { running: {} } },
  ],
})

/** What `kubectl get testruns.k6.io,pods -o json` prints. */
export const list = (...items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
