/** What `loadgate kubernetes` refuses: each mistake in a sentence, all of them at once, and nothing written. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { load, loadAll } from 'js-yaml'
import { cli } from '../../../../cli/commands/cli.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'
import { runPlan } from '../run-plan.ts'

const GOOD = ['burst', '--parallelism', '2', '--base-url', 'http://10.0.0.7:8080']

function place(t: TestContext) {
  const folder = folderOf(t)
  const plan = runPlan({ rate: 100, vus: 10, windows: [{ name: 'burst', start: 5, duration: 20 }] })
  const k6 = put(
    join(folder, 'k6'),
    `#!/bin/sh\n[ "$1" = version ] && echo 'k6 v1.8.1 (go1, x)' && exit\necho '${JSON.stringify({ ext: { loadgate: plan } })}'\n`,
    0o755,
  )
  const out = join(folder, 'out')
  const project = madeUpProject(t)
  put(join(project.root, 'dist', 'burst.js'), 'export default () => {}\n')
  put(join(project.root, 'dist', 'scripts', 'burst.js'), 'export default () => {}\n')
  const ask = async (words: readonly string[], env: Record<string, string> = {}) => {
    const { terminal, printed, noted } = quietTerminal()
    const all = { PATH: process.env.PATH, K6_BIN: k6, LOADGATE_CACHE: join(folder, 'cache'), ...env }
    return { code: await cli(['kubernetes', '--out', out, ...words], project, terminal, all), printed, noted }
  }
  return { folder, out, ask }
}

for (const [name, words, env, sentences] of [
  [
    'no parallelism',
    ['burst', '--base-url', 'http://10.0.0.7'],
    {},
    [/--parallelism: say how many runners share the load \(loadgate plan/],
  ],
  ['no gateway', ['burst', '--parallelism', '2'], {}, [/--base-url: say where the gateway is, as pods see it/]],
  [
    'all at once',
    ['brust', '--parallelism', 'two', '--name', 'Burst_1', '--patience', '1s', '--parrallel', '2'],
    {},
    [
      /unknown option --parrallel/,
      /unknown script "brust"; did you mean "burst"\?/,
      /--parallelism: expected a whole number from 1 to 1000, found "two"/,
      /--name: expected a name of small letters, digits and -, up to 40 of them, found "Burst_1"/,
      /--patience: expected a duration from 10s to 1h, found "1s"/,
    ],
  ],
  [
    'a host that is not allowed',
    ['burst', '--parallelism', '2', '--base-url', 'http://gateway.staging'],
    {},
    [/--allow-target gateway\.staging/],
  ],
  [
    'a secret of the environment',
    GOOD,
    { CLIENT_SECRET: 'hush' },
    [/^loadgate: CLIENT_SECRET is in the environment, where no pod sees it: .*--secret CLIENT_SECRET=/],
  ],
  [
    'a secret in place of a reference',
    [...GOOD, '--secret', 'CLIENT_SECRET=hush'],
    {},
    [/--secret: expected SETTING=secret\/key.*found something else$/],
  ],
  [
    'a secret that is none',
    [...GOOD, '--secret', 'CLIENT_SECRT=a/b'],
    {},
    [/--secret: CLIENT_SECRT is no secret setting; did you mean "CLIENT_SECRET"\?/],
  ],
  [
    'an image without a version',
    [...GOOD, '--runner-image', 'grafana/k6:latest'],
    {},
    [/--runner-image: "grafana\/k6:latest" names no version/],
  ],
  ['another number of instances', GOOD, { INSTANCES: '3' }, [/INSTANCES is 3 in the environment, and --parallelism 2/]],
  ['a flag that k6 must not have', [...GOOD, '--', '--vus', '3'], {}, [/k6 flag --vus is refused/]],
] as const)
  test(`refused: ${name}`, async (t) => {
    const { ask, out } = place(t)
    const { code, noted } = await ask(words, env)
    assert.equal(code, 2)
    for (const sentence of sentences)
      assert.ok(
        noted.some((line) => sentence.test(line)),
        `${sentence} in ${noted.join('\n')}`,
      )
    assert.doesNotMatch(noted.join('\n'), /hush/)
    assert.equal(existsSync(out), false)
  })

test('a target file with a secret in it does not become a ConfigMap', async (t) => {
  const { ask, folder } = place(t)
  const target = put(join(folder, 'target.json'), '{"base_url":"http://10.0.0.7","auth":{"client_secret":"hush"}}')
  const { code, noted } = await ask(['burst', '--parallelism', '2', '--target', target])
  assert.equal(code, 2)
  assert.match(noted[0] ?? '', /has a secret in auth, which would stand in a ConfigMap in clear/)
})

test('a bundle that no ConfigMap takes', async (t) => {
  const { ask, folder, out } = place(t)
  const limits = put(join(folder, 'limits.json'), `"${'x'.repeat(1024 * 1024)}"`)
  const { code, noted } = await ask([...GOOD, '--thresholds', limits])
  assert.equal(code, 2)
  assert.match(noted.join('\n'), /a ConfigMap takes 1048576: .*--volume-claim/)
  assert.equal(existsSync(out), false)
  const volume = await ask([...GOOD, '--thresholds', limits, '--volume-claim', 'bundles'])
  assert.equal(volume.code, 0, volume.noted.join('\n'))
  assert.ok(existsSync(join(out, 'burst.js')) && existsSync(join(out, 'thresholds.json')) && !existsSync(join(out, 'files.yaml')))
})

test('what is written reads as it was meant, also for readers of YAML 1.1', async (t) => {
  const { ask, out } = place(t)
  const { code, printed } = await ask([...GOOD, '--namespace', 'on', '--seed', '010', '--auth-username', 'yes'])
  assert.equal(code, 0)
  const text = readFileSync(join(out, 'testrun.yaml'), 'utf8')
  const run = load(text) as { metadata: { namespace: string }; spec: { runner: { env: { name: string; value?: string }[] } } }
  const value = (name: string) => run.spec.runner.env.find((one) => one.name === name)?.value
  assert.deepEqual([run.metadata.namespace, value('SEED'), value('AUTH_USERNAME')], ['on', '010', 'yes'])
  for (const word of ['on', '010', 'yes']) assert.match(text, new RegExp(`: ['"]${word}['"]$`, 'm'))
  const { resources } = load(readFileSync(join(out, 'kustomization.yaml'), 'utf8')) as { resources: string[] }
  for (const file of resources) assert.ok(loadAll(readFileSync(join(out, file), 'utf8')).length > 0, file)
  assert.equal(statSync(join(out, 'secret.yaml')).mode & 0o077, 0, 'others may read the token')
  assert.ok(printed.some((line) => line.startsWith('kubectl --namespace on apply --server-side --kustomize ')))
})
