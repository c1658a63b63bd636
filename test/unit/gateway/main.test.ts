import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { get as getHttps } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { WebSocket } from 'ws'
import { OrderError } from '../../../gateway/faults/order.ts'
import { parseCommandLine, UsageError } from '../../../gateway/server/command-line.ts'
import { PASSWORD_GRANT, until } from './app-under-test.ts'

const SERVER = fileURLToPath(new URL('../../../gateway/main.ts', import.meta.url))

interface Ready {
  readonly url: string
  readonly pid: number
  readonly faults_url: string | null
  readonly faults_token?: string
}

function run(t: TestContext, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', SERVER, ...args], { env: { ...process.env, ...env } })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function start(
  t: TestContext,
  ...args: string[]
): Promise<{ child: ChildProcess; ready: Ready; exited: Promise<number | null> }> {
  const child = run(t, args)
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const lines = createInterface({ input: child.stdout ?? assert.fail() })
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve)
    void exited.then((code) => reject(new Error(`exited with ${code}`)))
  })
  const ready = JSON.parse(line)
  assert.equal(ready.ready, true)
  assert.equal(ready.pid, child.pid)
  return { child, ready, exited }
}

/** The process leaves within two seconds; a machine that is slow has ten times as long. */
async function soon<T>(exited: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the process stays')), 20_000)
  })
  return Promise.race([exited, late]).finally(() => clearTimeout(timer))
}

async function login(url: string): Promise<string> {
  const answer = await fetch(`${url}/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(PASSWORD_GRANT),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

// Each starts a process of its own, most of whose time is waiting.
describe('the process', { concurrency: 3 }, () => {
  test('answers of a known latency, and on record by the clock of the gateway', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'loadgate-answer-log-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'answers.json')
    const { child, ready, exited } = await start(t, '--latency', 'uniform:60,80', '--answer-log', file)
    await fetch(`${ready.url}/api/v1/health`)
    await fetch(`${ready.url}/api/v1/nowhere`)
    child.kill('SIGTERM')
    assert.equal(await exited, 0)
    const { schema, not_kept, answers } = JSON.parse(readFileSync(file, 'utf8'))
    assert.deepEqual([schema, not_kept], ['loadgate.answer-log/1', 0])
    const [[route, came, took, status], other] = answers
    assert.deepEqual([route, status], ['GET /api/v1/health', 200])
    assert.ok(came > 0 && took >= 59, `${came} ${took}`)
    assert.deepEqual([other[0], other[3]], ['GET unmatched', 404])
  })

  test('the process says where it is, and leaves soon with streams and sockets open', async (t) => {
    const { child, ready, exited } = await start(t, '--event-interval', '50')
    assert.match(ready.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.equal(ready.faults_url, null)
    const token = await login(ready.url)
    const stream = await fetch(`${ready.url}/api/v1/events/stream`, { headers: { authorization: `Bearer ${token}` } })
    const ended = stream.text()
    const socket = new WebSocket(`${ready.url.replace('http', 'ws')}/api/v1/ws?token=${token}`)
    await new Promise((resolve) => socket.once('message', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    child.kill('SIGTERM')
    assert.equal(await closed, 1001)
    assert.match(await ended, /event: tick/, 'the stream ends cleanly')
    assert.equal(await soon(exited), 0)
  })

  test('faults: a port of its own, a token, and faults from the command line', async (t) => {
    const { ready } = await start(t, '--fault', 'error_500:endpoint=health', '--fault', '{"name":"wrong_total"}')
    assert.equal((await fetch(`${ready.url}/api/v1/health`)).status, 500)
    assert.notEqual(ready.faults_url, null)
    const list = await fetch(`${ready.faults_url}/faults`, { headers: { authorization: `Bearer ${ready.faults_token}` } })
    assert.equal(((await list.json()) as { active: unknown[] }).active.length, 2)
    assert.equal((await fetch(`${ready.faults_url}/faults`)).status, 401)
  })

  test('bad usage is exit 2 with a reason, before anything listens', async (t) => {
    const cases: readonly [args: string[], message: RegExp][] = [
      [['--rate-limt', '3'], /unknown option --rate-limt: did you mean --rate-limit\?/],
      [['--fault', '{"name":"nope"}'], /--fault: unknown fault "nope"/],
      [['--fault', 'latency:mss=5'], /--fault: latency has no parameter "mss": did you mean "ms"/],
    ]
    await Promise.all(
      cases.map(async ([args, message]) => {
        const child = run(t, args)
        let said = ''
        child.stderr?.on('data', (chunk) => {
          said += chunk
        })
        const code = await new Promise((resolve) => child.once('close', resolve))
        assert.equal(code, 2, said)
        assert.match(said, message)
      }),
    )
  })

  test('with --exit-with-parent it goes when its parent is killed or closes its input', async (t) => {
    const holder =
      'const c=require("node:child_process").spawn(process.execPath,process.argv.slice(1),{stdio:["pipe","inherit","inherit"]});setInterval(()=>{},1e6)'
    const parent = spawn(process.execPath, ['-e', holder, '--', '--import', 'tsx', SERVER, '--exit-with-parent'])
    t.after(() => parent.kill('SIGKILL'))
    const lines = createInterface({ input: parent.stdout })
    const { pid } = JSON.parse(await new Promise<string>((resolve) => lines.once('line', resolve)))
    const alive = (): boolean => {
      try {
        process.kill(pid, 0)
        return true
      } catch {
        return false
      }
    }
    assert.ok(alive())
    parent.kill('SIGKILL')
    await until('the orphan is gone', () => !alive())

    const { child, exited } = await start(t, '--exit-with-parent')
    child.stdin?.end()
    assert.equal(await soon(exited), 0)
  })

  test('TLS: HTTP/2 and HTTP/1.1, or HTTP/1.1 alone', async (t) => {
    const [both, old] = await Promise.all([start(t, '--tls'), start(t, '--tls-http1')])
    const overHttp1 = (url: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        getHttps(`${url}/api/v1/health`, { rejectUnauthorized: false, agent: false }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        }).on('error', reject)
      })
    assert.equal(await overHttp1(both.ready.url), 200)
    assert.equal(await overHttp1(old.ready.url), 200)
    const session = connectHttp2(both.ready.url, { rejectUnauthorized: false })
    t.after(() => session.destroy())
    const ask = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const request = session.request(headers)
        request.on('response', (answer) => resolve(answer[':status']))
        request.on('error', reject)
        request.resume().end()
      })
    assert.equal(await ask({ ':path': '/api/v1/health' }), 200)
    assert.equal(await ask({ ':path': '/api/v1/health', 'x-big': 'x'.repeat(17_000) }), 431)
    both.child.kill('SIGTERM')
    assert.equal(await soon(both.exited), 0, 'an open HTTP/2 session does not hold it up')
  })
})

test('the command line is read whole or refused with a reason', () => {
  assert.equal(parseCommandLine([]).port, 0)
  assert.equal(parseCommandLine(['--rate-limit', '50', '--tls']).rateLimit, 50)
  const wrong: readonly [args: string[], message: RegExp][] = [
    [['--host', '0.0.0.0'], /loopback/],
    [['--port', '70000'], /--port: expected a whole number from 0 to 65535/],
    [['--port', 'x'], /--port/],
    [['--token-ttl', '0'], /--token-ttl/],
    [['--cache-size', '0'], /--cache-size/],
    [['--tls', '--tls-http1'], /exclude each other/],
    [['--null', '--fault', 'latency'], /--null stands alone/],
    [['--fault', '{'], /or JSON such as/],
    [['start'], /unexpected argument "start"/],
    [['--event-intervall', '5'], /did you mean --event-interval\?/],
    [['--port'], /port/],
  ]
  for (const [args, message] of wrong) assert.throws(() => parseCommandLine(args), { message }, args.join(' '))
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('--port', '--tls', '--host', '--rate-limit', '--fault'))),
      (args) => {
        try {
          parseCommandLine(args)
        } catch (error) {
          assert.ok(error instanceof UsageError || error instanceof OrderError, String(error))
        }
      },
    ),
  )
})
