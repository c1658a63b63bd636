/** Whatever a cluster does to a run is named within a stated patience, and nothing is waited for without end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Follower, type Look } from '../../../../cli/kubernetes/follow.ts'
import { observe } from '../../../../cli/kubernetes/observe.ts'
import * as pod from './pods.ts'

const EXPECTED = { name: 'loadgate-burst', parallelism: 2, patience: 60, duration: 30 }

/** What the follower says after looks at these seconds, of which the last one counts. */
function after(...looks: [at: number, ...items: object[]][]): Look {
  const follower = new Follower(EXPECTED)
  const all = looks.map(([at, ...items]) => follower.look(observe(pod.list(...items), EXPECTED.name), at))
  for (const before of all.slice(0, -1)) assert.equal(before.end, undefined, `ended early: ${JSON.stringify(before)}`)
  return all.at(-1) ?? assert.fail('no look')
}

const judging = pod.judge(pod.judging)
const two = (one: object, other = one) => [pod.runner(1, one as never, 'node-1'), pod.runner(2, other as never, 'node-1')]
const started = [pod.testRun('started'), judging, ...two(pod.running)] as const
const problem = ({ problems: [first] }: Look) => first ?? assert.fail('no problem')

test('a run that ends by itself has no problem: the judge decides', () => {
  const look = after(
    [0, pod.testRun(), judging],
    [5, pod.testRun('created'), judging, pod.runner(1, pod.pending), pod.runner(2, pod.pending)],
    [9, ...started],
    [45, pod.testRun('finished'), judging, ...two(pod.ended(0), pod.ended(99))],
    [46, pod.testRun('finished'), pod.judge(pod.judged(99)), ...two(pod.ended(0), pod.ended(99))],
  )
  assert.deepEqual([look.end, look.problems], ['judged', []])
})

test('what is new is told once', () => {
  const follower = new Follower(EXPECTED)
  const look = (...items: object[]) => follower.look(observe(pod.list(...items), EXPECTED.name), 0).news
  assert.deepEqual(look(pod.testRun('created'), pod.runner(1, pod.pending), pod.runner(2, pod.running, 'node-1')), [
    'stage created; runners: 1 pending, 1 running of 2',
  ])
  assert.deepEqual(look(pod.testRun('created'), pod.runner(1, pod.pending), pod.runner(2, pod.running, 'node-1')), [])
  assert.deepEqual(look(...started), ['stage started; runners: 2 running of 2'])
})

test('a runner that no node takes', () => {
  const waiting = [pod.testRun('created'), judging, pod.runner(1, pod.running, 'node-1'), pod.runner(2, pod.pending)]
  const look = after([0, ...waiting], [60, ...waiting], [61, ...waiting])
  assert.equal(look.end, 'hopeless')
  assert.match(
    problem(look).sentence,
    /^1 runner is still pending after 60 s: loadgate-burst-2 \(Unschedulable: 0\/1 nodes are available: 1 Insufficient cpu\..*\)\.$/,
  )
})

test('an image that is not there', () => {
  const waiting = [pod.testRun('created'), judging, ...two(pod.noImage)]
  assert.match(
    problem(after([0, ...waiting], [61, ...waiting])).sentence,
    /^2 runners are not running after 60 s: loadgate-burst-1 \(ImagePullBackOff: Back-off pulling image/,
  )
})

test('progress takes patience anew', () => {
  const look = after(
    [0, pod.testRun('created'), judging],
    [50, pod.testRun('created'), judging, pod.runner(1, pod.pending)],
    [100, pod.testRun('created'), judging, pod.runner(1, pod.running, 'node-1')],
  )
  assert.equal(look.end, undefined)
})

test('an operator that does not work, one that gives up, and a TestRun that somebody has deleted', () => {
  assert.match(problem(after([0, pod.testRun(), judging], [61, pod.testRun(), judging])).sentence, /no k6-operator is working/)
  const error = after([0, pod.testRun('initialized'), judging], [1, pod.testRun('error'), judging])
  assert.match(problem(error).sentence, /^k6-operator has given up TestRun loadgate-burst \(stage error\)\.$/)
  assert.match(problem(after([0, judging], [61, judging])).sentence, /^There is no TestRun loadgate-burst any more\.$/)
  const stuck = [pod.testRun('created'), judging, ...two(pod.running)]
  assert.match(problem(after([0, ...stuck], [61, ...stuck])).sentence, /stays in stage created with 2 of 2 runners, for 60 s/)
})

test('a broken bundle ends its runner before the start: nobody waits for the others', () => {
  const look = after(
    [0, pod.testRun('created'), judging, ...two(pod.running)],
    [3, pod.testRun('created'), judging, ...two(pod.running, pod.ended(107))],
  )
  assert.equal(look.end, 'hopeless')
  assert.deepEqual(
    [problem(look).sentence, problem(look).pod],
    ['Runner loadgate-burst-2 ended with exit code 107 before the start.', 'loadgate-burst-2-x7k2p'],
  )
})

for (const [what, status, why] of [
  [
    'OOM-killed',
    pod.outOfMemory,
    /^Runner loadgate-burst-2 \(OOMKilled: it needed more memory than its limit\) was lost on node node-1\.$/,
  ],
  ['evicted', pod.evicted, /\(evicted: Usage of EmptyDir volume "room" exceeds the limit "1Mi"\.\) was lost/],
  ['killed', pod.killed, /\(killed \(exit code 137\)\) was lost/],
] as const)
  test(`a runner that is ${what} during the load is named, and the others are let go on`, () => {
    const look = after([0, ...started], [9, pod.testRun('started'), judging, ...two(pod.running, status)])
    assert.equal(look.end, undefined)
    assert.match(problem(look).sentence, why)
    // The judge says what it means.
    const judgement = after(
      [0, ...started],
      [9, pod.testRun('started'), judging, ...two(pod.running, status)],
      [40, pod.testRun('finished'), pod.judge(pod.judged(3)), ...two(pod.ended(0), status)],
    )
    assert.deepEqual([judgement.end, judgement.problems.length], ['judged', 1])
  })

test('a runner whose pod is deleted is not forgotten', () => {
  const look = after([0, ...started], [9, pod.testRun('started'), judging, pod.runner(1, pod.running, 'node-1')])
  assert.match(problem(look).sentence, /^Runner loadgate-burst-2 \(its pod is gone\) was lost/)
})

test('a script that breaks off is no run', () => {
  const look = after([0, ...started], [9, pod.testRun('started'), judging, ...two(pod.running, pod.ended(108))])
  assert.equal(problem(look).sentence, 'Runner loadgate-burst-2 ended with exit code 108 without having made its run.')
})

test('a runner that does not end, and a judge that does not judge', () => {
  const late = after([0, ...started], [90, ...started], [91, ...started])
  assert.match(
    problem(late).sentence,
    /^2 runners are still running 61 s after the planned end: loadgate-burst-1; loadgate-burst-2\.$/,
  )
  const done = [pod.testRun('finished'), judging, ...two(pod.ended(0))]
  assert.match(
    problem(after([0, ...started], [40, ...done], [100, ...done], [101, ...done])).sentence,
    /the judge has no verdict after 60 s/,
  )
  const lost = after(
    [0, ...started],
    [
      9,
      pod.testRun('started'),
      pod.judge({
        phase: 'Failed',
        containerStatuses: [{ name: 'judge', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
      }),
      ...two(pod.running),
    ],
  )
  assert.match(problem(lost).sentence, /^The judge was lost \(OOMKilled/)
})

test('many are told in a few words', () => {
  const follower = new Follower({ ...EXPECTED, parallelism: 9 })
  const items = [pod.testRun('created'), judging, ...Array.from({ length: 9 }, (_, i) => pod.runner(i + 1, pod.pending))]
  follower.look(observe(pod.list(...items), EXPECTED.name), 0)
  const { sentence } = problem(follower.look(observe(pod.list(...items), EXPECTED.name), 61))
  assert.match(sentence, /^9 runners are still pending after 60 s: loadgate-burst-1 .*; and 6 more\.$/)
})

test('what is no list of pods is no observation', () => {
  assert.throws(() => observe('{"kind":"Status"}', 'x'))
  assert.throws(() => observe(pod.list({ kind: 'Pod', metadata: {} }), 'x'))
})
