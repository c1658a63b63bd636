/** Secrets are in every input, and in no file, log, report, archive or line of a terminal that comes of a run. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { found } from '../../cli/k6/provision.ts'
import { CONTRACT_NAMES } from '../../lib/target/contract.ts'
import { thorough } from '../thorough.ts'
import { assertHidden, assertNothingIn, filesIn, SECRET } from './hidden.ts'
import { loadgate } from './loadgate-run.ts'
import { folderOf, jsonFile, runScript } from './script-run.ts'
import { type Manners, type Telltale, telltaleServer } from './servers/telltale-server.ts'
import { countedLimits } from './small-limits.ts'

interface Run {
  manners: Manners
  auth: Readonly<Record<string, unknown>>
  env?: Readonly<Record<string, string>>
  words?: readonly string[]
  code: number
}

async function run(
  t: TestContext,
  { manners, auth, env = {}, words = [], code }: Run,
): Promise<{ telltale: Telltale; log: string }> {
  const telltale = await telltaleServer(t)
  telltale.manners = manners
  const others = Object.fromEntries(CONTRACT_NAMES.filter((name) => name !== 'health').map((name) => [name, false]))
  const target = await jsonFile(t, 'target.json', {
    name: 'telltale',
    base_url: telltale.url,
    auth: { refresh_path: '/auth/refresh?refresh_token=', ...auth },
    endpoints: { ...others, health: { auth: true } },
  })
  const limits = await jsonFile(t, 'limits.json', { windows: { steady: { '*': { error_rate: 0, goodput: 0.5, why: 'so' } } } })
  const size = ['--rate', '20', '--duration', '3s', '--warmup', '0', '--stall', '1s']
  const given = await loadgate(t, ['run', 'http', '--target', target, '--thresholds', limits, ...size, ...words], env)
  assert.equal(given.code, code, given.out + given.err)
  const secrets = [SECRET, ...telltale.issued]
  assertHidden('stdout', given.out, secrets)
  assertHidden('stderr', given.err, secrets)
  const files = filesIn(given.folder)
  for (const name of ['verdict.json', 'k6.log', 'report.html', 'settings.json', 'summary.md', 'junit.xml'])
    assert.ok(
      files.some((file) => file.endsWith(`/${name}`)),
      `${name} is missing`,
    )
  assertNothingIn(given.folder, secrets)
  return { telltale, log: given.file('k6.log') }
}

thorough('a run that passes, its tokens renewed', async (t) => {
  const auth = { flow: 'password', username: 'ann', password: SECRET }
  const { telltale } = await run(t, { manners: 'well', auth, code: 0 })
  assert.ok(telltale.issued.length > 2)
})

thorough('a gateway that tells all it knows: a password, with a Prometheus that does the same', async (t) => {
  const prometheus = (await telltaleServer(t)).url.replace('//', `//ann:${encodeURIComponent(SECRET)}@`)
  const auth = { flow: 'password', username: 'ann', password: SECRET }
  const { log } = await run(t, { manners: 'tells', auth, words: ['--prometheus', prometheus, '--raw'], code: 99 })
  assert.match(log, /loadgate failure .*<redacted>/)
})

thorough('a gateway that tells all it knows: a client secret; k6 itself writes to the Prometheus', async (t) => {
  const prometheus = (await telltaleServer(t)).url.replace('//', `//ann:${encodeURIComponent(SECRET)}@`)
  const words = ['--no-record', '--prometheus', prometheus]
  const env = { CLIENT_ID: 'ann', CLIENT_SECRET: SECRET }
  const { log } = await run(t, { manners: 'tells', auth: { flow: 'client_credentials' }, env, words, code: 99 })
  assert.match(log, /loadgate failure .*<redacted>/)
})

thorough('k6 is not let show whole requests, in either form of a run', async (t) => {
  const telltale = await telltaleServer(t)
  telltale.manners = 'tells'
  const settings = { BASE_URL: telltale.url, AUTH: 'client_credentials', CLIENT_ID: 'ann', CLIENT_SECRET: SECRET }
  const refused = await loadgate(t, ['run', 'http', '--', '--http-debug=full'], settings)
  assert.equal(refused.code, 2, refused.out + refused.err)
  assert.match(refused.err, /--http-debug.*with its token/)
  const plain = await runScript(t, 'http', settings, '--http-debug=full')
  assert.notEqual(plain.code, 0, plain.output)
  assert.match(plain.output, /httpDebug/)
  assertHidden('output', refused.out + refused.err + plain.output, [SECRET, ...telltale.issued])
  assert.deepEqual(telltale.issued, [], 'a token was asked for, and k6 would have shown it')
})

for (const [flow, name] of [
  ['bearer', 'TOKEN'],
  ['api_key', 'API_KEY'],
] as const)
  thorough(`a gateway that tells all it knows: ${flow}`, async (t) => {
    const { log } = await run(t, { manners: 'tells', auth: { flow }, env: { [name]: SECRET }, words: ['--no-probe'], code: 99 })
    assert.match(log, /loadgate failure .*<redacted>/)
  })

test('a gateway that tells all it knows in other clothes', async (t) => {
  const auth = { flow: 'password', username: 'ann', password: SECRET }
  const { log } = await run(t, { manners: 'in clothes', auth, code: 99 })
  assert.match(log, /loadgate failure .*<withheld: /)
})

/** What the scripts print is all there is to read under k6 alone. */
for (const manners of ['tells', 'in clothes'] as const)
  thorough(`k6 run: a gateway that ${manners === 'tells' ? 'tells all it knows' : 'tells it in other clothes'}`, async (t) => {
    const telltale = await telltaleServer(t)
    telltale.manners = manners
    const others = Object.fromEntries(CONTRACT_NAMES.filter((name) => name !== 'health').map((name) => [name, false]))
    const TARGET = await jsonFile(t, 'target.json', {
      name: 'telltale',
      base_url: telltale.url,
      auth: { flow: 'password', username: 'ann' },
      endpoints: { ...others, health: { auth: true } },
    })
    const THRESHOLDS = await jsonFile(t, 'limits.json', { windows: { steady: { '*': { error_rate: 0, why: 'so' } } } })
    const size = { RATE: '20', DURATION: '2s', WARMUP: '0', STALL: '1s' }
    const { code, output, summary } = await runScript(t, 'http', { TARGET, THRESHOLDS, AUTH_PASSWORD: SECRET, ...size })
    assert.equal(code, 99, output)
    assert.match(output, manners === 'tells' ? /loadgate failure .*<redacted>/ : /loadgate failure .*<withheld: /)
    const secrets = [SECRET, ...telltale.issued]
    assert.ok(secrets.length > 2)
    assertHidden('output', output, secrets)
    assertHidden('summary', JSON.stringify(summary), secrets)
  })

thorough('k6 run: a secret that is missing is called by its name, in both forms of a run', async (t) => {
  const others = Object.fromEntries(CONTRACT_NAMES.filter((name) => name !== 'health').map((name) => [name, false]))
  const TARGET = await jsonFile(t, 'target.json', {
    name: 'x',
    base_url: 'http://127.0.0.1:1',
    auth: { flow: 'api_key' },
    endpoints: { ...others, health: { auth: true } },
  })
  const missing = /setting API_KEY: missing; the api_key flow needs it \(in the environment\)/
  assert.match((await runScript(t, 'http', { TARGET })).output, missing)
  const { err, out, has, code } = await loadgate(t, ['run', 'http', '--target', TARGET])
  assert.equal(code, 2)
  assert.match(out + err, missing)
  assert.equal(has('k6.log'), false, 'nothing was made')
})

thorough('a gateway that gives no token and repeats the password', async (t) => {
  const auth = { flow: 'password', username: 'ann', password: SECRET }
  const { log } = await run(t, { manners: 'refuses', auth, code: 3 })
  assert.match(log, /no token: POST .* answered 401/)
})

/** Its tokens go into the URL of each socket, and its log has the URLs. */
for (const [what, env, code] of [
  ['tokens that it has granted', {}, 0],
  ['a token that it does not know', { AUTH: 'bearer', TOKEN: SECRET }, 99],
] as const)
  thorough(`the log of the embedded gateway: ${what}`, async (t) => {
    const limits = await jsonFile(t, 'limits.json', countedLimits('websocket'))
    const size = ['--profile', 'smoke', '--connections', '5', '--rate', '5', '--duration', '2s', '--thresholds', limits]
    const run = await loadgate(t, ['run', 'websocket', ...size, '--gateway-arg=--log'], env)
    assert.match(run.file('gateway.log'), /"url":"\/api\/v1\/ws\?token=<redacted>"/)
    assertHidden('stdout', run.out, [SECRET])
    assertHidden('stderr', run.err, [SECRET])
    assertNothingIn(run.folder, [SECRET, 'loadgate-password'])
    assert.equal(run.code, code, run.out + run.err)
  })

test('usage errors do not repeat what was given', async (t) => {
  for (const words of [
    ['--base-url', `http://ann:${SECRET}@127.0.0.1:1`],
    [`--client-secret=${SECRET}`],
    ['--', '-e', `CLIENT_SECRET=${SECRET}`],
    ['--', `--log-output=loki=http://ann:${SECRET}@loki`],
  ]) {
    const { code, out, err, folder } = await loadgate(t, ['run', 'http', ...words])
    assert.equal(code, 2)
    assertHidden(words.join(' '), out + err, [SECRET])
    assert.throws(() => readdirSync(folder), `${words.join(' ')} has made a results folder`)
  }
})

thorough("an archive of k6 has no secret of the environment; -e would put it there, but for k6's own flag", async (t) => {
  const k6 = (await found(process.env))?.path ?? assert.fail('there is no k6 here')
  const folder = await folderOf(t)
  const script = new URL('../../dist/http.js', import.meta.url).pathname
  const archive = async (...flags: string[]): Promise<string> => {
    const file = join(folder, 'archive.tar')
    const { PATH, HOME } = process.env
    const env = { PATH, HOME, CLIENT_ID: 'ann', CLIENT_SECRET: SECRET, AUTH: 'client_credentials' }
    await promisify(execFile)(k6, ['archive', ...flags, '-O', file, script], { env })
    return readFileSync(file, 'latin1')
  }
  assertHidden('archive', await archive(), [SECRET])
  const given = ['-e', `CLIENT_SECRET=${SECRET}`, '-e', 'CLIENT_ID=ann', '-e', 'AUTH=client_credentials']
  assertHidden('archive', await archive(...given, '--exclude-env-vars'), [SECRET])
  const trap = await archive(...given)
  assert.throws(() => assertHidden('archive', trap, [SECRET]), /archive has /)
})
