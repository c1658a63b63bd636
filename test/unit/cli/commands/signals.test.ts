import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { parseVerdict } from '../../../../cli/results/verdict-model.ts'
import { type FakeK6, fakeGateway, fakeK6, forEver, untilSignal } from '../fake-k6.ts'
import { folderOf, madeUpProject, put } from '../made-up-project.ts'
import { gone, pidIn, until } from '../processes.ts'
import { good, summaryOf } from '../run-facts.ts'

const summary = summaryOf(good())

interface Running {
  loadgate: ChildProcess
  k6: number
  gateway: number
  /** Words so far. */
  out(): string
  /** Exit code and last words, when it has ended. */
  end(): Promise<{ code: number | null; out: string; verdict: ReturnType<typeof parseVerdict> }>
}

/** The command in a process of its own, its k6 and gateway made up and running. */
async function start(t: TestContext, behaviour: FakeK6, command = ['run', 'burst', '--no-record']): Promise<Running> {
  const folder = folderOf(t)
  const project = madeUpProject(t)
  fakeGateway(project, folder)
  put(join(project.root, 'dist', 'scripts.json'), JSON.stringify(['burst', 'http'].map((name) => ({ name, description: name }))))
  put(join(project.root, 'dist', 'http.js'), '')
  const module = (name: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../../cli', name)).href)
  const main = put(
    join(folder, 'main.mjs'),
    `import { cli } from ${module('commands/cli.ts')}
import { processTerminal } from ${module('base/terminal.ts')}
process.exit(await cli(process.argv.slice(2), ${JSON.stringify(project)}, processTerminal()))`,
  )
  const results = join(folder, 'results')
  const words = command[0] === 'run' ? [...command, '--results', results] : command
  const loadgate = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...words], {
    env: { ...process.env, COLUMNS: '1000', K6_BIN: fakeK6(folder, behaviour) },
    stdio: 'pipe',
    // As a shell starts it: in a process group of its own.
    detached: true,
  })
  let out = ''
  for (const stream of [loadgate.stdout, loadgate.stderr])
    stream.on('data', (chunk: Buffer) => {
      out += chunk
    })
  const closed = once(loadgate, 'close')
  const running = { k6: await pidIn(join(folder, 'k6.pid')), gateway: await pidIn(join(folder, 'gateway.pid')) }
  return {
    loadgate,
    ...running,
    out: () => out,
    async end() {
      const [code] = await closed
      const [name = ''] = readdirSync(results)
      return { code, out, verdict: parseVerdict(readFileSync(join(results, name, 'verdict.json'), 'utf8')) }
    },
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`${signal} stops k6 in order and keeps what was measured`, async (t) => {
    const { loadgate, k6, gateway, end } = await start(t, { summary, instead: untilSignal })
    loadgate.kill(signal)
    const { code, out, verdict } = await end()
    assert.equal(code, 3)
    assert.equal(verdict.reasons[0]?.code, 'interrupted')
    assert.equal(verdict.k6.exit_code, 105)
    assert.match(out, /Stopping: k6 ends its teardown/)
    assert.match(out, new RegExp(`INVALID {2}The run was interrupted \\(${signal}\\): what was measured until then is kept`))
    await gone(k6)
    await gone(gateway)
  })

test('the Ctrl-C of a terminal, which hits our whole process group, reaches k6 once', async (t) => {
  const counting = `let hits = 0
process.on('SIGINT', () => { hits += 1; if (hits === 1) setTimeout(() => { clearInterval(wait); finish(104 + hits) }, 200) })
const wait = setInterval(() => {}, 1000); running()`
  const { loadgate, end } = await start(t, { summary, instead: counting })
  process.kill(-(loadgate.pid ?? 0), 'SIGINT')
  assert.equal((await end()).verdict.k6.exit_code, 105)
})

test('a second Ctrl-C kills at once', async (t) => {
  const { loadgate, k6, gateway, out, end } = await start(t, { summary, instead: forEver })
  loadgate.kill('SIGINT')
  await until('it says so', () => out().includes('Stopping'))
  loadgate.kill('SIGINT')
  const { code, verdict } = await end()
  assert.equal(code, 3)
  assert.equal(verdict.k6.signal, 'SIGKILL')
  assert.match(verdict.reasons[0]?.sentence ?? '', /nothing had been measured/)
  await gone(k6)
  await gone(gateway)
})

test('nothing is left when the command itself is killed', async (t) => {
  const { loadgate, k6, gateway } = await start(t, { summary, instead: forEver })
  loadgate.kill('SIGKILL')
  await gone(k6)
  await gone(gateway)
})

test('an interrupted calibration stops its k6, keeps no figure, and ends as every interrupted command does', async (t) => {
  const { loadgate, k6, gateway, out } = await start(t, { summary, instead: untilSignal }, ['calibrate', 'http'])
  loadgate.kill('SIGINT')
  const [code] = await once(loadgate, 'close')
  assert.equal(code, 3)
  assert.match(out(), /^calibrate: interrupted; nothing was kept$/m)
  assert.doesNotMatch(out(), /kept in/)
  await gone(k6)
  await gone(gateway)
})
