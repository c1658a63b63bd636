/** What a real cluster has listed, in words of the run. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Judge, observe, type Runner } from '../../../../cli/kubernetes/observe.ts'
import * as pod from './pods.ts'

/** The run that a recorded pod is of. */
const RUN = 'app.kubernetes.io/instance'

function seen(what: string) {
  const recorded = pod.recorded[what]
  assert.ok(recorded, what)
  const name = recorded.metadata.labels[RUN] ?? ''
  return { name, ...observe(pod.list(recorded), name) }
}

const RUNNERS: Readonly<Record<string, [state: Runner['state'], exitCode: number | undefined, why: RegExp | undefined]>> = {
  pending: ['pending', undefined, /^Unschedulable: 0\/1 nodes are available: 1 Insufficient cpu\. /],
  scheduled: ['starting', undefined, undefined],
  creating: ['starting', undefined, /^ContainerCreating$/],
  'image pull failed': ['starting', undefined, /^ErrImagePull: .*docker\.io\/grafana\/k6:9\.9\.9/],
  'image pull backs off': ['starting', undefined, /^ImagePullBackOff: Back-off pulling image/],
  running: ['running', undefined, undefined],
  completed: ['ended', 0, undefined],
  broken: ['ended', 107, undefined],
  'out of memory': ['lost', 137, /^OOMKilled: it needed more memory than its limit$/],
  'being evicted': ['lost', undefined, /^evicted: Usage of EmptyDir volume "room" exceeds the limit "1Mi"\.$/],
  evicted: ['lost', 137, /^evicted: Usage of EmptyDir volume/],
  'being drained': ['lost', undefined, /^disrupted: EvictionByEvictionAPI: Eviction API: evicting$/],
  drained: ['lost', 137, /^disrupted: EvictionByEvictionAPI/],
  deleted: ['lost', undefined, /^deleted by somebody$/],
}

const JUDGES: Readonly<Record<string, Omit<Judge, 'pod' | 'why'>>> = {
  'judge not ready': { ready: false, exitCode: undefined, lost: undefined },
  'judge listening': { ready: true, exitCode: undefined, lost: undefined },
  'judge ended': { ready: false, exitCode: 3, lost: undefined },
  'judge deleted': { ready: false, exitCode: undefined, lost: 'deleted by somebody' },
}

for (const [what, [state, exitCode, why]] of Object.entries(RUNNERS))
  test(`a runner: ${what}`, () => {
    const { name, runners, judge } = seen(what)
    const [runner, ...others] = runners
    assert.ok(runner)
    assert.deepEqual([runner.state, runner.exitCode, others.length, judge], [state, exitCode, 0, undefined])
    assert.match(runner.name, new RegExp(`^${name}-[12]$`))
    assert.equal(runner.node, state === 'pending' ? undefined : 'node1')
    if (why === undefined) assert.equal(runner.why, undefined)
    else assert.match(runner.why ?? '', why)
  })

for (const [what, expected] of Object.entries(JUDGES))
  test(`a judge: ${what}`, () => {
    const { judge, runners } = seen(what)
    assert.ok(judge)
    const { ready, exitCode, lost } = judge
    assert.deepEqual([{ ready, exitCode, lost }, runners], [expected, []])
  })

test('nothing is recorded that is not looked at', () => {
  assert.deepEqual(Object.keys(pod.recorded).sort(), [...Object.keys(RUNNERS), ...Object.keys(JUDGES)].sort())
})
