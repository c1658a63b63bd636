import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { CannotRun } from '../../../../cli/base/errors.ts'
import { cachedFile } from '../../../../cli/k6/cache.ts'
import { provision } from '../../../../cli/k6/provision.ts'
import { PINNED, supported, versionIn } from '../../../../cli/k6/version.ts'
import { UsageError } from '../../../../lib/base/errors.ts'
import { folderOf, put } from '../made-up-project.ts'
import { gone, pidIn } from '../processes.ts'
import { archiveOf, k6Saying, releaseServer } from '../release-server.ts'

const NOBODY = 'http://127.0.0.1:9'

/** A machine of its own: an empty home, and only what a shell needs on PATH. */
function machine(t: TestContext, more: Record<string, string> = {}) {
  const home = folderOf(t)
  mkdirSync(join(home, 'bin'))
  const env: Record<string, string> = {
    HOME: home,
    PATH: `${join(home, 'bin')}:/usr/bin:/bin`,
    LOADGATE_K6_RELEASES: NOBODY,
    ...more,
  }
  const noted: string[] = []
  const stop = new AbortController()
  return {
    home,
    env,
    noted,
    stop,
    provision: () => provision({ env, note: (line) => void noted.push(line), stop: stop.signal }),
    k6: (folder: string, version: string) => put(join(home, folder, 'k6'), k6Saying(version), 0o755),
    /** A go whose `install` runs this. */
    go: (script: string) => put(join(home, 'bin', 'go'), `#!/bin/sh\necho "$@" >> ${home}/go.calls\n${script}\n`, 0o755),
    goCalls: () => (existsSync(join(home, 'go.calls')) ? readFileSync(join(home, 'go.calls'), 'utf8').trim().split('\n') : []),
    cache: () => (existsSync(join(home, '.cache/loadgate')) ? readdirSync(join(home, '.cache/loadgate')) : []),
  }
}
const builds = (version: string): string => `cat > "$GOBIN/k6" <<'END'\n${k6Saying(version)}END`

for (const [version, will] of [
  ['1.8.0', true],
  ['1.8.1', true],
  ['1.10.0', true],
  ['2.0.0-rc1', true],
  ['2.2.0', true],
  ['1.7.9', false],
  ['0.57.0', false],
  ['3.0.0', false],
] as const)
  test(`k6 ${version} will ${will ? '' : 'not '}do`, () => assert.equal(supported(version), will))

test('the version is read from what v1 and v2 say', () => {
  assert.equal(versionIn('k6 v1.8.1 (go1.26.8, linux/amd64)\n'), '1.8.1')
  assert.equal(versionIn('k6v2 v2.2.0 (go1.26.8, linux/amd64)\nExtensions:\n  github.com/x v1.0.0\n'), '2.2.0')
  assert.equal(versionIn('k6-v1.8.1-linux-amd64 v1.8.1 (go1.26.8, linux/amd64)'), '1.8.1')
  assert.equal(versionIn('k6 v1.8.1 (commit/0123abc, go1.26.8, linux/amd64)'), '1.8.1')
  assert.equal(versionIn('k9s v1.9.0'), undefined)
})

test('K6_BIN is used, and when it is wrong nothing else is', async (t) => {
  const here = machine(t)
  here.k6('bin', '1.9.0')
  here.env.K6_BIN = here.k6('mine', '2.2.0')
  assert.deepEqual(await here.provision(), { path: here.env.K6_BIN, version: '2.2.0' })
  for (const [version, says] of [
    ['1.7.0', /K6_BIN=.* is k6 v1\.7\.0; 1\.8 or newer is needed/],
    ['x', /does not say that it is k6/],
  ] as const) {
    here.k6('mine', version)
    await assert.rejects(here.provision(), (error: Error) => error instanceof UsageError && says.test(error.message))
  }
  here.env.K6_BIN = '/nowhere'
  await assert.rejects(here.provision(), /K6_BIN=\/nowhere cannot be run/)
})

test('PATH comes first, then where go installs; what is too old is passed over', async (t) => {
  const here = machine(t)
  here.k6('bin', '1.2.0')
  const own = here.k6('go/bin', '1.8.1')
  assert.equal((await here.provision()).path, own)
  here.env.GOPATH = join(here.home, 'gopath')
  const inGopath = here.k6('gopath/bin', '1.9.0')
  assert.equal((await here.provision()).path, inGopath)
  here.env.GOBIN = join(here.home, 'gobin')
  const inGobin = here.k6('gobin', '1.9.0')
  assert.equal((await here.provision()).path, inGobin)
  const onPath = here.k6('bin', '1.8.0')
  assert.equal((await here.provision()).path, onPath)
  assert.deepEqual(here.cache(), [])
})

test('the official release is downloaded, verified and kept', async (t) => {
  const releases = await releaseServer(t, { archive: await archiveOf(t, k6Saying(PINNED)) })
  const here = machine(t, { LOADGATE_K6_RELEASES: releases.url })
  const expected = { path: cachedFile(here.env), version: PINNED }
  assert.deepEqual(await here.provision(), expected)
  assert.equal(releases.asked.length, 2)
  assert.deepEqual(await here.provision(), expected)
  assert.equal(releases.asked.length, 2)
  assert.equal(here.cache().length, 1)
})

test('LOADGATE_CACHE and XDG_CACHE_HOME say where it is kept', (t) => {
  const { env, home } = machine(t)
  assert.ok(cachedFile({ ...env, XDG_CACHE_HOME: '/x' }).startsWith('/x/loadgate/k6-v1.8.1-'))
  assert.ok(cachedFile({ ...env, XDG_CACHE_HOME: '/x', LOADGATE_CACHE: '/y' }).startsWith('/y/k6-v1.8.1-'))
  assert.ok(cachedFile(env).startsWith(`${home}/.cache/loadgate/`))
})

for (const [name, change, says] of [
  ['of another checksum', { checksum: 'f'.repeat(64) }, /has the checksum .*, published is ffff/],
  ['that breaks off', { cutAfter: 100 }, /download of k6/],
  ['that is not there', { status: 404 }, /answered 404/],
] as const)
  test(`a release ${name} is never used; go builds it instead`, async (t) => {
    const releases = await releaseServer(t, { archive: await archiveOf(t, k6Saying(PINNED)), ...change })
    const here = machine(t, { LOADGATE_K6_RELEASES: releases.url })
    await assert.rejects(here.provision(), (error: Error) => error instanceof CannotRun && says.test(error.message))
    assert.deepEqual(here.cache(), [])
    here.go(builds(PINNED))
    assert.deepEqual(await here.provision(), { path: cachedFile(here.env), version: PINNED })
    assert.deepEqual(here.goCalls(), [`install go.k6.io/k6@v${PINNED}`])
    assert.match(here.noted.join('\n'), /Building k6 v1\.8\.1 from source/)
    assert.equal(here.cache().length, 1)
  })

for (const [name, program] of [
  ['says another version', k6Saying('1.9.9')],
  ['cannot be run', '#!/nowhere/sh\n'],
  ['is empty', ''],
] as const)
  test(`what ${name} gets no place in the cache`, async (t) => {
    const releases = await releaseServer(t, { archive: await archiveOf(t, program) })
    const here = machine(t, { LOADGATE_K6_RELEASES: releases.url })
    await assert.rejects(here.provision(), /download of k6 v1\.8\.1: what was installed/)
    assert.deepEqual(here.cache(), [])
  })

test('a broken file in the cache is replaced', async (t) => {
  const releases = await releaseServer(t, { archive: await archiveOf(t, k6Saying(PINNED)) })
  const here = machine(t, { LOADGATE_K6_RELEASES: releases.url })
  put(cachedFile(here.env), '', 0o755)
  assert.equal((await here.provision()).version, PINNED)
  put(cachedFile(here.env), '', 0o755)
  here.env.LOADGATE_K6_RELEASES = NOBODY
  await assert.rejects(here.provision(), /\.cache\/loadgate\/k6-v1\.8\.1-\S+ does not say that it is k6/)
})

test('what a killed installation has left is neither used nor kept', async (t) => {
  const here = machine(t)
  put(join(here.home, '.cache/loadgate/unfinished-Ab12Cd/k6'), k6Saying(PINNED), 0o755)
  await assert.rejects(here.provision(), /There is no k6 here/)
  assert.deepEqual(here.cache(), [])
})

test('no way left: one message names all that was tried', async (t) => {
  const here = machine(t)
  const old = here.k6('bin', '1.2.0')
  here.go('echo "go: no such host" >&2; exit 1')
  await assert.rejects(here.provision(), (error: Error) => {
    assert.ok(error instanceof CannotRun)
    assert.ok(error.message.includes(`${old} is k6 v1.2.0`))
    assert.match(error.message, /download of k6 v1\.8\.1: 127\.0\.0\.1:9: /)
    assert.match(error.message, /go install of k6 v1\.8\.1: go install ended with exit code 1: go: no such host/)
    assert.match(error.message, /set K6_BIN/)
    return true
  })
  assert.deepEqual(here.cache(), [])
})

test('a cache that cannot be made is part of that message', async (t) => {
  const here = machine(t)
  here.env.LOADGATE_CACHE = join(put(join(here.home, 'file'), ''), 'cache')
  await assert.rejects(here.provision(), /cache folder .*ENOTDIR/)
})

test('an interruption ends the build, and what it had made is gone', async (t) => {
  const here = machine(t)
  const pid = join(here.home, 'go.pid')
  here.go(`echo half > "$GOBIN/k6"; echo $$ > ${pid}; sleep 600`)
  const installing = here.provision()
  const go = await pidIn(pid)
  here.stop.abort()
  await assert.rejects(installing, /Interrupted before any load/)
  await gone(go)
  assert.deepEqual(here.cache(), [])
})

test('commands that start at the same time install once', async (t) => {
  const here = machine(t)
  // Long enough for the others to come in between.
  here.go(`sleep 0.5; ${builds(PINNED)}`)
  const module = pathToFileURL(join(import.meta.dirname, '../../../../cli/k6/provision.ts')).href
  const main = put(
    join(here.home, 'main.mjs'),
    `import { provision } from ${JSON.stringify(module)}
console.log(JSON.stringify(await provision({ env: process.env, note: () => {}, stop: new AbortController().signal })))`,
  )
  const outputs = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main], {
        env: here.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let out = ''
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk
      })
      await once(child, 'close')
      return out
    }),
  )
  for (const out of outputs) assert.deepEqual(JSON.parse(out), { path: cachedFile(here.env), version: PINNED })
  assert.equal(here.goCalls().length, 1)
  assert.equal(here.cache().length, 1)
})
