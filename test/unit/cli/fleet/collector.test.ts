import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../../../cli/commands/cli.ts'
import type { Arrival } from '../../../../cli/fleet/arrivals.ts'
import { startCollector } from '../../../../cli/fleet/collector.ts'
import { LARGEST_EVIDENCE } from '../../../../cli/fleet/read-evidence.ts'
import { parseVerdict } from '../../../../cli/results/verdict-model.ts'
import { fine, instance, planOfFleet } from '../../lib/summary/instances.ts'
import { folderOf, madeUpProject, quietTerminal } from '../made-up-project.ts'

const TOKEN = 'a token that nobody guesses'
const PLAN = planOfFleet(2)
const evidence = (place: number, run = `run${place}`): string => JSON.stringify(instance(place, PLAN, fine(PLAN), { run }))

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/instances`, { method: 'POST', body, headers: { authorization: `Bearer ${TOKEN}`, ...headers } })

async function collector(t: TestContext, most = 10) {
  const arrivals: Arrival[] = []
  const { url, close } = await startCollector({
    ...{ host: '127.0.0.1', port: 0, token: TOKEN, most },
    onArrival: (arrival) => arrivals.push(arrival),
  })
  t.after(close)
  return { url, arrivals }
}

test('what has the token and the shape is taken in, with what its clock is ahead', async (t) => {
  const { url, arrivals } = await collector(t)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  assert.equal((await post(url, evidence(2), { 'x-sent-at': String(Date.now() + 60_000) })).status, 201)
  assert.deepEqual([arrivals[0]?.instance.instance, arrivals[0]?.from], [2, '127.0.0.1'])
  assert.ok(Math.abs((arrivals[0]?.clockMs ?? 0) - 60_000) < 5000, `${arrivals[0]?.clockMs}`)
})

test('what is sent once more since nobody said that it had come counts once', async (t) => {
  const { url, arrivals } = await collector(t)
  for (let i = 0; i < 3; i++) assert.equal((await post(url, evidence(1))).status, 201)
  assert.equal((await post(url, evidence(1, 'another'))).status, 201)
  assert.equal(arrivals.length, 2)
})

test('nothing else is taken in', async (t) => {
  const { url, arrivals } = await collector(t, 1)
  for (const authorization of ['', 'Bearer', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, 'Bearer '])
    assert.equal((await post(url, evidence(1), { authorization })).status, 401, authorization)
  assert.equal((await post(url, '')).status, 400)
  assert.equal((await post(url, '{"schema":"loadgate.instance/1"}')).status, 400)
  assert.equal((await post(url, evidence(1).replace('"instance":1', '"instance":"../../etc"'))).status, 400)
  assert.equal((await fetch(`${url}/instances`)).status, 405)
  assert.equal((await fetch(`${url}/../../etc/passwd`)).status, 404)
  const changed = (change: (made: ReturnType<typeof instance>) => object): string =>
    JSON.stringify({ ...JSON.parse(evidence(1)), ...change(JSON.parse(evidence(1))) })
  const counts = (count: number): string =>
    changed(({ metrics }) => ({ metrics: { ...metrics, http_reqs: { type: 'counter', values: { count } } } }))
  assert.equal((await post(url, counts(-100))).status, 400, 'less than nothing would take away what others have counted')
  assert.equal((await post(url, counts(1e308))).status, 400)
  assert.equal(
    (
      await post(
        url,
        changed(() => ({ instance: 2 })),
      )
    ).status,
    400,
    'the segment is that of another place',
  )
  // Said to be too large, and too large without a word.
  const large = 'x'.repeat(LARGEST_EVIDENCE + 1)
  assert.equal(
    await post(url, large).then(
      ({ status }) => status,
      () => 413,
    ),
    413,
  )
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const ended = new Promise<void>((resolve) => void socket.on('close', () => resolve()).on('error', () => {}))
  socket.write(`POST /instances HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ntransfer-encoding: chunked\r\n\r\n`)
  for (let sent = 0; sent <= LARGEST_EVIDENCE; sent += 65_536) socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`)
  socket.on('data', () => socket.destroy())
  await ended
  assert.equal(arrivals.length, 0)
  assert.equal((await post(url, evidence(1))).status, 201)
  assert.equal((await post(url, evidence(2))).status, 409, 'more than the run can have')
  assert.equal(arrivals.length, 1)
})

/** `loadgate judge` with these words. */
async function judging(t: TestContext, words: string[], env: NodeJS.ProcessEnv = {}, listening?: (url: string) => Promise<void>) {
  const folder = folderOf(t)
  const { terminal, printed, noted } = quietTerminal()
  let heard: Promise<void> | undefined
  const note = (line: string): void => {
    terminal.note(line)
    const [, url] = /^Listening on (\S+)/.exec(line) ?? []
    if (url !== undefined) heard = listening?.(url)
  }
  const results = join(folder, 'results')
  const own = ['judge', ...words, '--results', results]
  const code = await cli(own, madeUpProject(t), { ...terminal, note }, env)
  await heard
  const [name] = code === 2 ? [] : readdirSync(results)
  const read = (file: string): string => readFileSync(join(results, name ?? '', file), 'utf8')
  return { code, printed: printed.join('\n'), noted: noted.join('\n'), read }
}

test('judge waits for all, and ends with the verdict, the files and the exit code of a run', async (t) => {
  const env = { COLLECTOR_TOKEN: TOKEN }
  const run = await judging(t, ['--listen', '127.0.0.1:0', '--instances', '2'], env, async (url) => {
    for (const place of [1, 2]) await post(url, evidence(place))
  })
  assert.equal(run.code, 0, run.printed + run.noted)
  assert.equal(parseVerdict(run.read('verdict.json')).verdict, 'pass')
  assert.match(run.noted, /2 of 2 instances/)
  assert.match(run.read('junit.xml'), /tests="\d+" failures="0"/)
  assert.match(run.read('summary.md'), /## Instances/)
  assert.ok(!run.printed.includes(TOKEN) && !run.read('verdict.json').includes(TOKEN))
})

test('one that does not come within the patience is missing; one that comes late within it counts', async (t) => {
  const env = { COLLECTOR_TOKEN: TOKEN }
  const words = ['--listen', '127.0.0.1:0', '--instances', '2', '--patience']
  const gone = await judging(t, [...words, '50ms'], env, async (url) => void (await post(url, evidence(2))))
  assert.equal(gone.code, 3)
  assert.match(gone.printed, /Instance 1 of 2 is missing/)
  const none = await judging(t, [...words, '1s', '--wait', '50ms'], env)
  assert.equal(none.code, 3)
  assert.match(none.printed, /Instance 1 of 2 is missing/)
})

test('judge reads folders, folders of folders and files', async (t) => {
  const folder = folderOf(t)
  for (const place of [1, 2]) {
    const own = join(folder, `artefact-${place}`, 'results', 'x')
    mkdirSync(own, { recursive: true })
    writeFileSync(join(own, 'instance.json'), evidence(place))
  }
  const file = join(folder, 'artefact-2', 'results', 'x', 'instance.json')
  assert.equal((await judging(t, [folder, '--instances', '2'])).code, 0)
  assert.equal((await judging(t, [join(folder, 'artefact-1'), file, '--instances', '2'])).code, 0)
  assert.equal((await judging(t, [folder, file, '--instances', '2'])).code, 3, 'twice')
  writeFileSync(file, '{')
  const cut = await judging(t, [folder, '--instances', '2'])
  assert.equal(cut.code, 3)
  assert.match(cut.printed, /The evidence of \S+artefact-2\S+ is not whole JSON/)
})

test('what is wrong with the line is said, and nothing is written', async (t) => {
  const folder = folderOf(t)
  const env = { COLLECTOR_TOKEN: TOKEN }
  for (const [words, own, says] of [
    [[folder], {}, /--instances: missing/],
    [[folder, '--instances', '0'], {}, /--instances: expected a whole number from 1 to 10000, found "0"/],
    [[folder, '--instances', '2'], {}, /no instance.json is in it/],
    [[join(folder, 'gone'), '--instances', '2'], {}, /no such file or folder/],
    [['--instances', '2'], {}, /expected folders of instances, or --listen/],
    [[folder, '--listen', ':1', '--instances', '2'], env, /one of the two/],
    [['--listen', 'nowhere', '--instances', '2'], env, /--listen: expected HOST:PORT/],
    [['--listen', ':0', '--instances', '2'], {}, /COLLECTOR_TOKEN: missing/],
    [['--listen', ':0', '--instances', '2'], { COLLECTOR_TOKEN: 'short' }, /COLLECTOR_TOKEN: expected at least 16 characters/],
    [['--listen', ':0', '--instances', '2', '--patience', 'long'], env, /--patience: expected a duration/],
  ] as const) {
    const run = await judging(t, [...words], own)
    assert.equal(run.code, 2, words.join(' '))
    assert.match(run.noted, says)
  }
})
