import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { startGateway } from '../../../../cli/base/embedded-gateway.ts'
import { CannotRun } from '../../../../cli/base/errors.ts'
import { fakeGateway } from '../fake-k6.ts'
import { folderOf, madeUpProject, put } from '../made-up-project.ts'
import { alive, gone, pidIn, until } from '../processes.ts'

test('it is started on any free port and ends when it is told to', async (t) => {
  const [folder, project] = [folderOf(t), madeUpProject(t)]
  fakeGateway(project, folder)
  let log = ''
  const gateway = await startGateway(join(project.root, 'dist/gateway.mjs'), ['--tls=on'], (text) => {
    log += text
  })
  const pid = await pidIn(join(folder, 'gateway.pid'))
  assert.equal(gateway.url, 'http://127.0.0.1:7')
  assert.equal(gateway.pid, pid)
  await until('its words', () => log.includes('listening --port 0 --exit-with-parent --tls=on'))
  assert.ok(alive(pid))
  await gateway.stop()
  assert.equal(gateway.ended(), undefined)
  assert.equal(alive(pid), false)
})

test('how it ended is known when nobody told it to', async (t) => {
  const [folder, project] = [folderOf(t), madeUpProject(t)]
  fakeGateway(project, folder)
  const gateway = await startGateway(join(project.root, 'dist/gateway.mjs'), [], () => {})
  process.kill(gateway.pid ?? 0, 'SIGKILL')
  assert.equal(await until('its end', gateway.ended), 'killed by SIGKILL')
  await gateway.stop()
})

test('other lines before the one that says it is ready do no harm', async (t) => {
  const file = put(
    join(folderOf(t), 'gateway.mjs'),
    `console.log('hello'); console.log('{"ready":false}'); process.stdout.write('{"ready":true,'); setTimeout(() => console.log('"url":"http://x"}'), 50); process.stdin.resume()`,
  )
  const gateway = await startGateway(file, [], () => {})
  assert.equal(gateway.url, 'http://x')
  await gateway.stop()
  await gone(gateway.pid ?? 0)
})

for (const [name, program, says] of [
  [
    'ends at once',
    "console.error('port taken'); process.exit(7)",
    /^The embedded gateway did not start \(exit code 7\): port taken$/,
  ],
  ['throws', "throw new Error('boom')", /did not start \(exit code 1\): .*boom/s],
] as const)
  test(`a gateway that ${name} is said with its last words`, async (t) => {
    const file = put(join(folderOf(t), 'gateway.mjs'), program)
    await assert.rejects(
      startGateway(file, [], () => {}),
      (error: Error) => error instanceof CannotRun && says.test(error.message),
    )
  })

test('words that the gateway has not understood are those of the user', async (t) => {
  const says = (words: string): string =>
    put(join(folderOf(t), 'gateway.mjs'), `console.error('gateway: ${words}'); process.exit(2)`)
  const refused = (words: string) => startGateway(says(words), [], () => {})
  await assert.rejects(refused('unknown option --tsl'), /^UsageError: --gateway-arg: unknown option --tsl$/)
  await assert.rejects(refused('--fault: unknown fault "x"'), /^UsageError: --fault: unknown fault "x"$/)
})

test('a gateway that was never built is said so', async () => {
  await assert.rejects(
    startGateway('/nowhere/gateway.mjs', [], () => {}),
    /\/nowhere\/gateway\.mjs is missing: build it first/,
  )
})
