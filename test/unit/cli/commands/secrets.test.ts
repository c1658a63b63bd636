/** A secret that somebody puts where it does not belong must not come back out of it. Real runs: test/e2e/secrets.test.ts. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lineByLine, redaction, tokenParameters } from '../../../../cli/base/redaction.ts'
import { cli } from '../../../../cli/commands/cli.ts'
import { K6Log } from '../../../../cli/k6/log.ts'
import { repeatCommand } from '../../../../cli/k6/repeat.ts'
import { readRequest } from '../../../../cli/k6/run-request.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'

const SECRET = 'planted/4f1c+9a=='
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsb2FkdGVzdCJ9.4f1c9a4f1c9a4f1c9a4f1c9a'
const FORMS = [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64'), JWT, '4f1c9a4f1c9a']

function assertHidden(text: string): void {
  for (const form of FORMS) assert.ok(!text.includes(form), `${form} in: ${text}`)
}

async function refused(t: TestContext, words: readonly string[], says: RegExp): Promise<void> {
  const { terminal, printed, noted } = quietTerminal()
  assert.equal(await cli(['run', 'burst', ...words], madeUpProject(t), terminal, {}), 2, noted.join('\n'))
  const text = [...printed, ...noted].join('\n')
  assert.match(text, says)
  assertHidden(text)
}

const USER = `ann:${encodeURIComponent(SECRET)}@`
for (const [words, says] of [
  [['--base-url', `http://${USER}127.0.0.1:8080`], /setting BASE_URL: expected a URL .* without user name and password/],
  [['--base-url', `http://ann:${SECRET}@127.0.0.1:8080`], /setting BASE_URL: expected a URL/],
  [['--base-url', `http://127.0.0.1:8080/?token=${SECRET}`], /setting BASE_URL: expected a URL/],
  [['--base-url', `http://127.0.0.1:8080/#access_token=${JWT}`], /setting BASE_URL: expected a URL/],
  [['--prometheus', `ftp://${USER}prometheus`], /--prometheus: expected a remote-write URL/],
  [[`--client-secret=${SECRET}`], /unknown option --client-secret$/m],
  [[`--token=${JWT}`], /unknown option --token$/m],
  [['--api-key', SECRET], /unknown option --api-key;/],
  [['--', '-e', `CLIENT_SECRET=${SECRET}`], /set CLIENT_SECRET in the environment/],
  [['--', `-eTOKEN=${JWT}`], /set TOKEN in the environment/],
  [['--', '-e', `MY_PAT=${SECRET}`], /k6 flag -e MY_PAT is refused: no script reads it/],
  [['--', `--env=RAET=${SECRET}`], /-e RAET is refused: no script reads it; did you mean "RATE"\?/],
  [['--', `--log-output=loki=http://${USER}loki`], /k6 flag --log-output is refused/],
] as const)
  test(`refused without the secret: ${words.map((word) => word.replace(SECRET, '…')).join(' ')}`, (t) => refused(t, words, says))

for (const [what, content] of [
  ['broken beside a secret', `{"auth":{"client_secret":"${SECRET}" "flow":"none"}}`],
  ['a bare secret', SECRET],
  ['a secret in its URL', `{"base_url":"http://${USER}127.0.0.1"}`],
  ['a token in its URL', `{"base_url":"http://127.0.0.1/?token=${JWT}"}`],
] as const)
  test(`a target file with ${what} is refused without it`, (t) =>
    refused(t, ['--target', put(join(folderOf(t), 'target.json'), content)], /target\.json: /))

test('the command that repeats a run has no password of an output in it', (t) => {
  const request = readRequest(
    madeUpProject(t),
    'burst',
    { prometheus: `http://${USER}prometheus/api/v1/write`, gatewayArg: [`--admin-token=${SECRET}`] },
    ['--out', `influxdb=http://${USER}influx:8086/k6`, '--tag', `token=${SECRET}`],
    { CLIENT_SECRET: SECRET },
  )
  const command = repeatCommand(request)
  assertHidden(command)
  assert.match(command, /--out 'influxdb=http:\/\/…@influx:8086\/k6'/)
})

test("k6's log is kept, told and remembered without secrets", () => {
  let kept = ''
  const heard: string[] = []
  const log = new K6Log(
    (text) => {
      kept += text
    },
    (message) => void heard.push(message),
    redaction([SECRET]),
  )
  const error = `Post "http://127.0.0.1/auth/refresh?refresh_token=${JWT}": dial tcp: connection refused`
  const lines = [
    { level: 'warning', msg: 'Request Failed', error },
    { level: 'error', msg: error },
    { level: 'error', msg: `UsageError: token ${SECRET}` },
    { level: 'error', msg: `test aborted: ${SECRET}` },
    { level: 'info', msg: `Request:\nPOST /x HTTP/1.1\r\nAuthorization: Bearer ${JWT}\r\n\r\n{"client_secret":"${SECRET}"}` },
  ].map((line) => `${JSON.stringify(line)}\n`)
  const whole = [...lines, `time="" level=error msg="token=${JWT}"\n`].join('')
  for (let at = 0; at < whole.length; at += 7) log.feed(whole.slice(at, at + 7))
  log.end()
  for (const text of [kept, heard.join('\n'), JSON.stringify(log.facts)]) assertHidden(text)
  assert.match(kept, /Request Failed .*refresh_token=<redacted>.*connection refused/)
})

test('a log that comes in pieces is kept line by line, without secrets', () => {
  let kept = ''
  const log = lineByLine(
    (lines) => {
      kept += lines.map((line) => `${line}\n`).join('')
    },
    redaction([SECRET]),
  )
  for (const piece of ['{"url":"/ws?tok', `en=${JWT}"}\nsecr`, `et ${SECRET.slice(0, 5)}`, `${SECRET.slice(5)}\n`, 'the end'])
    log.feed(piece)
  log.end()
  assertHidden(kept)
  assert.match(kept, /^\{"url":"\/ws\?token=<redacted>"\}\nsecret <redacted>\nthe end\n$/)
})

test('the value of a parameter that carries a token is taken out, whatever it looks like', () => {
  const target = {
    auth: { refresh_path: '/renew?v=2&r.t=' },
    endpoints: { websocket: { socket: { token: 'ticket' } }, stream: { stream: { token: 'pass' } }, events: false, health: null },
  }
  const names = tokenParameters(target)
  assert.deepEqual(names, ['r.t', 'ticket', 'pass'])
  for (const nothing of [null, 1, {}, { auth: null, endpoints: null }, { endpoints: { stream: { stream: { token: false } } } }])
    assert.deepEqual(tokenParameters(nothing), [])
  const hide = redaction([], names)
  for (const name of names)
    for (const [before, after] of [
      ['Get "http://127.0.0.1:1/x?', '": connection refused'],
      ['GET /x?n=1&', '&m=2 HTTP/1.1'],
      ['{"url":"/x?n=1\\u0026', '\\u0026m=2"}'],
    ])
      assert.equal(hide(`${before}${name}=a1b2c3${after}`), `${before}${name}=<redacted>${after}`)
  assert.equal(hide('/x?rxt=1&tickets=2'), '/x?rxt=1&tickets=2')
  assert.equal(redaction([])('/x?ticket=1'), '/x?ticket=1')
})
