/** The manifests, held to what k6-operator's CRD takes and to each other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { type Manifest, type Manifests, manifests } from '../../../../cli/kubernetes/manifests.ts'
import { contents, request } from './made-up-run.ts'
import { testRunSchema } from './testrun-schema.ts'

type TestRun = v.InferOutput<typeof testRunSchema>
const testRunOf = ({ testrun: [run] }: Manifests): TestRun => v.parse(testRunSchema, run)
const all = (made: Manifests): Manifest[] => Object.values(made).flat()
const environment = (made: Manifests) =>
  Object.fromEntries((testRunOf(made).spec.runner.env ?? []).map((one) => [one.name, 'value' in one ? one.value : one.valueFrom]))

/** What stands below a key, wherever it is. */
function* valuesOf(key: string, of: unknown): Generator<unknown> {
  if (typeof of !== 'object' || of === null) return
  for (const [name, value] of Object.entries(of)) {
    if (name === key) yield value
    yield* valuesOf(key, value)
  }
}

for (const [what, made] of [
  ['as it comes', manifests(request(), contents())],
  [
    'in a namespace, with secrets, files and flags of k6',
    manifests(
      request({
        namespace: 'load',
        secrets: [{ setting: 'CLIENT_SECRET', secret: 'gateway', key: 'client-secret' }],
        files: { THRESHOLDS: '/a/limits.json', TARGET: '/a/target.json' },
        k6Flags: ['--out', 'json=/tmp/a b.json'],
      }),
      contents({ files: { 'burst.js': '', 'thresholds.json': '{}', 'target.json': '{}' } }),
    ),
  ],
  [
    'from a volume, a node each, to be applied',
    manifests(request({ volumeClaim: 'bundles', separate: true, apply: true }), contents()),
  ],
] as const)
  test(`k6-operator takes it: ${what}`, () => {
    assert.doesNotThrow(() => testRunOf(made))
    for (const { metadata, kind } of all(made)) {
      assert.match(metadata.name, /^loadgate-burst(-judge|-collector|-runners)?$/, kind)
      assert.equal(metadata.labels['app.kubernetes.io/instance'], 'loadgate-burst')
    }
    for (const image of valuesOf('image', all(made))) assert.doesNotMatch(String(image), /latest|^[^:]+$/)
  })

test('a field that the operator does not have is seen', () => {
  const [run] = manifests(request(), contents()).testrun
  const wrong = { ...run, spec: { ...(run?.spec as object), paralelism: 3 } }
  assert.throws(() => v.parse(testRunSchema, wrong))
})

test('the number of runners is one number', () => {
  for (const parallelism of [1, 2, 17]) {
    const made = manifests(request({ parallelism }), contents())
    assert.equal(testRunOf(made).spec.parallelism, parallelism)
    assert.equal(environment(made).INSTANCES, String(parallelism))
    const [words] = [...valuesOf('args', made.judge)] as string[][]
    assert.equal(words?.[words.indexOf('--instances') + 1], String(parallelism))
  }
})

test('whoever is referred to is there', () => {
  const made = manifests(request(), contents())
  const named = (kind: string, name: string) =>
    all(made).find((one) => one.kind === kind && one.metadata.name === name) ?? assert.fail(`no ${kind} ${name}`)
  const { script } = testRunOf(made).spec
  assert.ok('configMap' in script)
  assert.ok(script.configMap.file in (named('ConfigMap', script.configMap.name).data as object))
  const url = new URL(String(environment(made).COLLECTOR))
  const [service] = made.judge
  assert.deepEqual([url.hostname, Number(url.port)], [service?.metadata.name, [...valuesOf('port', service)][0]])
  for (const reference of valuesOf('secretKeyRef', all(made))) {
    const { name, key } = reference as { name: string; key: string }
    assert.ok(key in (named('Secret', name).stringData as object))
  }
  // The service and the policy mean the judge's pod.
  const template = [...valuesOf('template', made.judge)][0] as { metadata: { labels: Record<string, string> } }
  for (const selector of [
    ...valuesOf('selector', service),
    ...valuesOf('matchLabels', [...valuesOf('podSelector', made.network[0])][0]),
  ])
    for (const [label, value] of Object.entries(selector as object)) assert.equal(template.metadata.labels[label], value)
})

test('files of the user stand beside the bundle, where the runners find them', () => {
  const made = manifests(
    request({ files: { THRESHOLDS: '/a/limits.json' } }),
    contents({ files: { 'burst.js': '', 'thresholds.json': '{}' } }),
  )
  assert.equal(environment(made).THRESHOLDS, '/test/thresholds.json')
  assert.equal(environment(made).TARGET, undefined)
})

test('a secret is only referred to; the token is in a Secret and nowhere else', () => {
  const made = manifests(
    request({ secrets: [{ setting: 'TOKEN', secret: 'gateway', key: 'token' }] }),
    contents({ token: 'the-token-itself' }),
  )
  assert.deepEqual(environment(made).TOKEN, { secretKeyRef: { name: 'gateway', key: 'token' } })
  assert.ok(JSON.stringify(made.secret).includes('the-token-itself'))
  assert.ok(!JSON.stringify({ ...made, secret: [] }).includes('the-token-itself'))
})

test('a value is a value: Kubernetes expands nothing in it', () => {
  const made = manifests(request({ settings: { BASE_URL: 'http://10.0.0.7/$(CLIENT_SECRET)/$$x' } }), contents())
  assert.equal(environment(made).BASE_URL, 'http://10.0.0.7/$$(CLIENT_SECRET)/$$x')
})

test('pods have no power: no root, nothing to write to but what is theirs, no token of the cluster', () => {
  const made = manifests(request(), contents())
  const { runner, starter, initializer } = testRunOf(made).spec
  assert.deepEqual([runner.automountServiceAccountToken, starter.automountServiceAccountToken], ['false', 'false'])
  // It would be given the secrets.
  assert.equal(initializer.disabled, true)
  assert.deepEqual([...valuesOf('automountServiceAccountToken', made.judge)], [false])
  for (const each of [...valuesOf('allowPrivilegeEscalation', all(made))]) assert.equal(each, false)
  assert.equal([...valuesOf('readOnlyRootFilesystem', all(made))].length, 3)
})

test('a busy k6 is not killed for answering late', () => {
  const { livenessProbe } = testRunOf(manifests(request(), contents())).spec.runner
  assert.ok(Number(livenessProbe?.timeoutSeconds) * Number(livenessProbe?.failureThreshold) >= 300)
})

test('what follows the run keeps its exit codes; what nobody follows is cleaned up', () => {
  assert.equal(testRunOf(manifests(request(), contents())).spec.cleanup, 'post')
  for (const more of [{ apply: true }, { keep: true }])
    assert.equal(testRunOf(manifests(request(more), contents())).spec.cleanup, undefined)
})

test('runners are kept apart: as far as there are nodes, or strictly', () => {
  const lenient = testRunOf(manifests(request(), contents())).spec
  assert.deepEqual([lenient.separate, JSON.stringify(lenient.runner.affinity).includes('preferred')], [undefined, true])
  const strict = testRunOf(manifests(request({ separate: true }), contents())).spec
  assert.deepEqual([strict.separate, strict.runner.affinity], [true, undefined])
})
