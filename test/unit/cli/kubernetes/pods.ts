/** Pods and TestRuns as a cluster lists them, with as much as is read of them. */
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

export const pending: Status = {
  phase: 'Pending',
  conditions: [
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available: 1 Insufficient cpu.' },
  ],
}
export const noImage: Status = {
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'True' }],
  ...k6({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "docker.io/grafana/k6:9.9.9"' } }),
}
export const running: Status = { phase: 'Running', ...k6({ running: { startedAt: '2026-01-02T03:04:05Z' } }) }
export const ended = (exitCode: number): Status => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  ...k6({ terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } }),
})
export const outOfMemory: Status = { phase: 'Failed', ...k6({ terminated: { exitCode: 137, reason: 'OOMKilled' } }) }
export const killed: Status = { phase: 'Failed', ...k6({ terminated: { exitCode: 137, reason: 'Error' } }) }
export const evicted: Status = {
  phase: 'Failed',
  reason: 'Evicted',
  message: 'The node was low on resource: memory.',
}
export const judging: Status = {
  phase: 'Running',
  containerStatuses: [
    { name: 'judge', ready: true, state: { running: {} } },
    { name: 'results', ready: true, state: { running: {} } },
  ],
}
export const judged = (exitCode: number): Status => ({
  phase: 'Running',
  containerStatuses: [
    { name: 'judge', ready: false, state: { terminated: { exitCode, reason: 'Completed' } } },
    { name: 'results', ready: true, state: { running: {} } },
  ],
})

/** What `kubectl get testruns.k6.io,pods -o json` prints. */
export const list = (...items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
