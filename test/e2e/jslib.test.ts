/** `node build.mjs --summary=jslib`, against a local server that hands out a module of our own. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { before, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { found } from '../../cli/k6/provision.ts'
import { reserve } from '../../cli/results/results.ts'
import { thoroughly } from '../thorough.ts'
import { startGateway } from './reference-gateway.ts'
import { folderOf } from './script-run.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Shaped as the real one: a CommonJS file that exports the two. */
const MODULE = `var out = {}
out.textSummary = function (data, options) { return 'OWN TEXT of ' + Object.keys(data.metrics).length + ' metrics, colours ' + options.enableColors }
out.jUnit = function (data, options) { return '<?xml version="1.0"?>\\n<testsuites tests="1" failures="0"><testsuite name="' + options.name + '"></testsuite></testsuites>' }
module.exports = out
`
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

interface Build {
  code: number | null
  said: string
}

/** A project of its own to build in, so that nobody else's dist/ changes. */
async function project(t: TestContext) {
  const folder = await folderOf(t)
  for (const name of [
    'build.mjs',
    'build',
    'package.json',
    'tsconfig.json',
    'lib',
    'scripts',
    'targets',
    'thresholds',
    'cli',
    'gateway',
  ])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const record = join(folder, 'record.json')
  return {
    folder,
    record: (more: object): void =>
      writeFileSync(record, JSON.stringify({ name: 'k6-summary', version: '0.0.9', sha256: hash(MODULE), ...more })),
    async build(...words: string[]): Promise<Build> {
      const child = spawn(process.execPath, ['build.mjs', '--jslib', record, ...words], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          said += chunk
        })
      const [code] = await once(child, 'close')
      return { code, said }
    },
  }
}

thoroughly('build --summary=jslib', { concurrency: true }, () => {
  let url = ''
  /** By test: several run at once. */
  const served: Record<string, number> = {}
  before(async () => {
    const server = createServer((request, response) => {
      const [path, who = ''] = (request.url ?? '').split('?')
      served[who] = (served[who] ?? 0) + 1
      if (path === '/moved.js') response.writeHead(302, { location: '/index.js' }).end()
      else if (path === '/index.js') response.end(MODULE)
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    server.unref()
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  it('bundles the module: plain k6 prints its text and writes its JUnit file, and the gates stay', async (t) => {
    const { folder, record, build } = await project(t)
    record({ url: `${url}/index.js?twice` })
    for (let i = 0; i < 2; i++) assert.deepEqual(await build('--summary=jslib'), { code: 0, said: '' })
    assert.equal(served.twice, 1, 'the second build takes it from the cache')

    const results = join(folder, 'results')
    mkdirSync(results)
    reserve(results)
    const { url: gateway } = await startGateway(t)
    const { path } = (await found(process.env)) ?? assert.fail('there is no k6 here')
    const { PATH, HOME } = process.env
    const settings = {
      BASE_URL: gateway,
      PROFILE: 'smoke',
      RATE: '90',
      DURATION: '3s',
      WARMUP: '0',
      STALL: '1s',
      RESULTS_DIR: results,
    }
    const k6 = spawn(path, ['run', '--quiet', '--address', '', 'dist/burst.js'], {
      cwd: folder,
      env: { PATH, HOME, ...settings },
    })
    t.after(() => k6.kill('SIGKILL'))
    let out = ''
    k6.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk
    })
    k6.stderr.resume()
    await once(k6, 'close')
    assert.match(out, /OWN TEXT of \d+ metrics, colours false/)
    assert.match(readFileSync(join(results, 'junit.xml'), 'utf8'), /<testsuite name="burst">/)
    assert.ok(JSON.parse(readFileSync(join(results, 'summary.json'), 'utf8')).gates.length > 20)
  })

  it('uses nothing that is not what was recorded, however it came', async (t) => {
    const { folder, record, build } = await project(t)
    record({ url: `${url}/index.js`, sha256: hash('another') })
    const other = await build('--summary=jslib')
    assert.equal(other.code, 1)
    assert.match(other.said, new RegExp(`has the SHA-256 ${hash(MODULE)}, recorded is ${hash('another')}: it is not used`))
    assert.ok(!existsSync(join(folder, 'dist')))
    assert.ok(!existsSync(join(folder, '.cache')))
    // A cached file that somebody has changed is fetched again.
    record({ url: `${url}/index.js` })
    mkdirSync(join(folder, '.cache/jslib'), { recursive: true })
    writeFileSync(join(folder, '.cache/jslib/k6-summary-0.0.9.js'), `${MODULE}evil()`)
    assert.equal((await build('--summary=jslib')).code, 0)
    assert.equal(readFileSync(join(folder, '.cache/jslib/k6-summary-0.0.9.js'), 'utf8'), MODULE)
  })

  it('says what is missing and stops where there is no network, before anything is changed', async (t) => {
    const { folder, record, build } = await project(t)
    for (const [address, reason] of [
      ['http://127.0.0.1:9/index.js', /could not be had/],
      [`${url}/gone.js`, /answered 404/],
      [`${url}/moved.js`, /redirect/],
    ] as const) {
      record({ url: address })
      const { code, said } = await build('--summary=jslib')
      assert.equal(code, 1)
      assert.match(said, reason)
      assert.match(said, /Build without it, or put the file at \.cache\/jslib\/k6-summary-0\.0\.9\.js\./)
      assert.doesNotMatch(said, /\n\s+at /)
    }
    assert.ok(!existsSync(join(folder, 'dist')))
  })

  it('is no part of the default build, which needs no network', async (t) => {
    const { folder, record, build } = await project(t)
    record({ url: `${url}/index.js?never` })
    assert.deepEqual(await build(), { code: 0, said: '' })
    assert.equal(served.never, undefined)
    assert.ok(!readFileSync(join(folder, 'dist/burst.js'), 'utf8').includes('OWN TEXT'))
    assert.equal((await build('--summary=other')).code, 1)
  })

  it('has a record of the published module', () => {
    const { url: published, sha256, version } = JSON.parse(readFileSync(join(ROOT, 'build/jslib.json'), 'utf8'))
    assert.equal(published, `https://jslib.k6.io/k6-summary/${version}/index.js`)
    assert.match(sha256, /^[0-9a-f]{64}$/)
  })
})
