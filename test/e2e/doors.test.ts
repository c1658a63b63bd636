/** What could change a run behind its script's back: flags, variables and files of k6, proxies, redirects, and where the results go. */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { found } from '../../cli/k6/provision.ts'
import { K6_OPTIONS } from '../../lib/run/k6-options/table.ts'
import { loadgate } from './loadgate-run.ts'
import { EXIT, folderOf, jsonFile, runScript } from './script-run.ts'
import { fill, smallDisk } from './small-disk.ts'

const SIZE = { PROFILE: 'smoke', WARMUP: '0s', DURATION: '3s', RATE: '100' }
const sized = async (t: TestContext) => ({
  ...SIZE,
  THRESHOLDS: await jsonFile(t, 'own.json', {
    windows: { steady: { '*': { p95_ms: 5000, error_rate: 0.01, why: 'Room for a busy machine.' } } },
    run: { dropped_share: 0.2 },
  }),
})

/** A stranger, and a gateway whose every answer points there. */
async function pointing(t: TestContext): Promise<{ url: string; asked(): number; strangers(): number }> {
  let [asked, strangers] = [0, 0]
  const stranger = createServer((_, response) => {
    strangers += 1
    response.end('{"status":"healthy"}')
  }).listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  const location = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`
  const gateway = createServer((_, response) => {
    asked += 1
    response.writeHead(302, { location }).end()
  }).listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  t.after(() => {
    for (const server of [stranger, gateway]) {
      server.close()
      server.closeAllConnections()
    }
  })
  return { url: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`, asked: () => asked, strangers: () => strangers }
}

test('every flag of this k6 is in the table', async () => {
  const k6 = (await found(process.env)) ?? assert.fail('there is no k6 here')
  const { stdout } = await promisify(execFile)(k6.path, ['run', '--help'])
  const flags = [...stdout.matchAll(/^\s+(?:-(\w), )?--([\w-]+)/gm)].map(([, short, flag]) => ({ short, flag }))
  assert.ok(flags.length > 40, stdout)
  for (const { short, flag } of flags) {
    const row = K6_OPTIONS.find((each) => each.flag === flag)
    assert.ok(row, `--${flag} is not in the table`)
    assert.equal(row.short, short, flag)
  }
})

test('nobody is loaded whom a redirect names, whatever k6 was told', async (t) => {
  const gateway = await pointing(t)
  const settings = { ...(await sized(t)), BASE_URL: gateway.url, AUTH: 'none' }
  const plain = await runScript(t, 'http', settings, '--max-redirects', '10')
  assert.equal(plain.code, EXIT.stopped, plain.output)
  assert.match(plain.output, /k6 option maxRedirects: expected 0, found 10: a redirect would take the load/)
  const variable = await runScript(t, 'http', { ...settings, K6_MAX_REDIRECTS: '10' })
  assert.equal(variable.code, EXIT.stopped, variable.output)
  assert.match(variable.output, /K6_MAX_REDIRECTS in the environment is refused/)
  assert.equal(gateway.asked(), 0)
  for (const [words, env] of [
    [['--', '--max-redirects', '10'], {}],
    [[], { K6_MAX_REDIRECTS: '10' }],
  ] as const) {
    const run = await loadgate(t, ['run', 'http', ...words], { ...settings, ...env })
    assert.equal(run.code, 2, run.out + run.err)
  }
  const honest = await runScript(t, 'http', settings)
  assert.notEqual(honest.code, EXIT.pass, honest.output)
  assert.ok(gateway.asked() > 0)
  assert.equal(gateway.strangers(), 0)
})

test('options of a configuration file, of a tag and of a segment are seen in setup, before a request', async (t) => {
  const gateway = await pointing(t)
  const settings = { ...(await sized(t)), BASE_URL: gateway.url, AUTH: 'none' }
  const config = await jsonFile(t, 'k6.json', { hosts: { 'gateway.test': '127.0.0.2' } })
  for (const [flags, says] of [
    [['--config', config], /k6 option hosts: expected none, found \{.{0,2}gateway\.test/],
    [['--tag', 'scenario=other'], /k6 option tags: expected none of the name scenario/],
    [['--system-tags', 'url,status'], /k6 option systemTags/],
    [['--execution-segment', '0:1/2'], /expected 1\/1 of the run \(INSTANCES=1\), found 0:1\/2/],
    [['--rps', '3'], /k6 option rps: expected none, found 3/],
  ] as const) {
    const run = await runScript(t, 'http', settings, ...flags)
    assert.equal(run.code, EXIT.stopped, run.output)
    assert.match(run.output, says)
  }
  const alone = await runScript(t, 'http', settings, '--no-setup')
  assert.equal(alone.code, EXIT.aborted, alone.output)
  assert.match(alone.output, /setup\(\) has not run/)
  assert.equal(gateway.asked(), 0)
})

test('settings that are mistyped, ports that are none and proxies are mistakes, in both forms', async (t) => {
  const settings = { PROFILE: 'smoke', BASE_URL: 'http://127.0.0.1:9' }
  for (const [given, says] of [
    [{ RATEE: '5' }, /setting RATEE: there is none of this name; did you mean .{0,2}"RATE/],
    [{ BASE_URL: 'http://127.0.0.1:99999' }, /setting BASE_URL: .*a port, if any, from 1 to 65535/],
    [{ BASE_URL: 'http://10.255.0.9:80', HTTP_PROXY: 'http://127.0.0.1:9' }, /HTTP_PROXY in the environment: a proxy would/],
  ] as const) {
    const plain = await runScript(t, 'smoke', { ...settings, ...given })
    assert.equal(plain.code, EXIT.stopped, plain.output)
    assert.match(plain.output, says)
    const run = await loadgate(t, ['run', 'smoke'], { ...settings, ...given })
    assert.equal(run.code, 2, run.out + run.err)
    assert.match(run.out + run.err, says)
  }
})

test('plain k6 keeps its results on a disk that fills up where room was reserved, and says before the load where none was', async (t) => {
  const disk = await smallDisk(t, 1)
  if (disk === undefined) return
  const gateway = await pointing(t)
  const RESULTS_DIR = join(disk, 'run')
  const settings = { ...(await sized(t)), BASE_URL: gateway.url, AUTH: 'none', RESULTS_DIR }
  await fill(disk)
  const bare = await runScript(t, 'http', settings)
  assert.equal(bare.code, EXIT.stopped, bare.output)
  const [, command = assert.fail(bare.output)] = /make it first: (mkdir .*?)(?:\\n|\n|$)/.exec(bare.output) ?? []
  const page = await readFile(new URL('../../docs/reference/results.md', import.meta.url), 'utf8')
  assert.ok(
    page.split('\n').includes(command.replaceAll(RESULTS_DIR, 'results/today')),
    `docs/reference/results.md has another than ${command}`,
  )
  assert.throws(() => execFileSync('bash', ['-eo', 'pipefail', '-c', command], { stdio: 'ignore' }), 'there is no room')
  const full = await runScript(t, 'http', settings)
  assert.equal(full.code, EXIT.stopped, full.output)
  assert.match(full.output, /expected .*\/run\/summary\.json with 262144 bytes reserved, found 0; is the disk full\?/)
  assert.equal(gateway.asked(), 0)
  await rm(join(disk, 'filler'))
  await rm(RESULTS_DIR, { recursive: true })
  await mkdir(RESULTS_DIR)
  const warned = await runScript(t, 'http', settings)
  assert.match(
    warned.output,
    /level=warning msg="loadgate: no room is reserved in RESULTS_DIR .* reserve it first, or use loadgate run: mkdir -p /,
  )
  await rm(RESULTS_DIR, { recursive: true })
  execFileSync('bash', ['-eo', 'pipefail', '-c', command])
  await fill(disk)
  const run = await runScript(t, 'http', settings)
  // The gateway is broken; what matters is that its record is whole.
  assert.equal(run.code, EXIT.aborted, run.output)
  for (const name of ['summary.json', 'junit.xml'])
    assert.ok((await readFile(join(RESULTS_DIR, name), 'utf8')).trimEnd().length > 1000)
  assert.equal(JSON.parse(await readFile(join(RESULTS_DIR, 'summary.json'), 'utf8')).ok, false)
  const again = await runScript(t, 'http', settings)
  assert.equal(again.code, EXIT.stopped, again.output)
  assert.match(again.output, /summary\.json is there already: results of two runs would mix/)
})

test('loadgate run: a folder that holds a run takes no other', async (t) => {
  const folder = await folderOf(t)
  await writeFile(join(folder, 'verdict.json'), '{}')
  const run = await loadgate(t, ['run', 'http'], { ...(await sized(t)), BASE_URL: 'http://127.0.0.1:9', RESULTS_DIR: folder })
  assert.equal(run.code, 2, run.out + run.err)
  assert.match(run.err, /verdict\.json of another run is in it/)
  assert.equal(existsSync(join(folder, 'summary.json')), false)
})
