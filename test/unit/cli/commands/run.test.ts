import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cli } from '../../../../cli/commands/cli.ts'
import { parseVerdict } from '../../../../cli/results/verdict-model.ts'
import { type FakeK6, fakeGateway, fakeK6 } from '../fake-k6.ts'
import { folderOf, madeUpProject, put, quietTerminal } from '../made-up-project.ts'
import { gone, pidIn } from '../processes.ts'
import { evidence, good, red, summaryOf } from '../run-facts.ts'

async function run(t: TestContext, behaviour: FakeK6, words: string[] = [], env: NodeJS.ProcessEnv = {}, gateway = '') {
  const folder = folderOf(t)
  const project = madeUpProject(t)
  fakeGateway(project, folder, gateway)
  const { terminal, printed, noted } = quietTerminal()
  const K6_BIN = fakeK6(folder, behaviour)
  const own = ['run', 'burst', '--results', join(folder, 'results'), '--no-record']
  const code = await cli([...own, ...words], project, terminal, { PATH: process.env.PATH, K6_BIN, ...env })
  const [name = ''] = readdirSync(join(folder, 'results'))
  const results = join(folder, 'results', name)
  const read = (file: string): string => readFileSync(join(results, file), 'utf8')
  return {
    code,
    folder,
    results,
    read,
    printed: printed.join('\n'),
    noted: noted.join('\n'),
    verdict: parseVerdict(read('verdict.json')),
  }
}
const given = (folder: string) => JSON.parse(readFileSync(join(folder, 'given.json'), 'utf8'))

const passed = { summary: summaryOf(good()) }
const failed = { summary: summaryOf([red(), evidence()]), exitCode: 99 }

test('a run that passes: exit code, files, last words', async (t) => {
  const { code, results, read, printed, verdict } = await run(t, passed)
  assert.equal(code, 0)
  assert.deepEqual(
    readdirSync(results).filter((file) => file !== 'report.html' && file !== 'load-performance.json'),
    [
      'gateway.log',
      'generator.json',
      'junit.xml',
      'k6.log',
      'reconciliation.json',
      'settings.json',
      'summary.json',
      'summary.md',
      'verdict.json',
    ],
  )
  assert.equal(verdict.verdict, 'pass')
  assert.deepEqual(verdict.reasons, [])
  assert.deepEqual(verdict.gates?.limit, { total: 1, red: 0 })
  assert.deepEqual(verdict.k6, { version: '1.8.1', exit_code: 0, signal: null })
  assert.ok(Date.parse(verdict.started_at) <= Date.parse(verdict.finished_at))
  assert.match(printed, /PASS {2}All 4 gates held on sufficient evidence\./)
  assert.ok(printed.includes(results))
  assert.match(printed, /repeat {10}npx loadgate run burst/)
  assert.match(read('summary.md'), /^# burst: pass\n/)
})

test('k6 gets settings, results folder, gateway and its own flags; the gateway gets its arguments and ends', async (t) => {
  const { folder, results, read } = await run(t, passed, ['--rate', '7', '--gateway-arg=--rate-limit=9', '--', '--tag', 'a=b'])
  const { words, BASE_URL, RATE, RESULTS_DIR } = given(folder)
  assert.deepEqual({ BASE_URL, RATE, RESULTS_DIR }, { BASE_URL: 'http://127.0.0.1:7', RATE: '7', RESULTS_DIR: results })
  assert.match(words.join(' '), / --tag a=b \/.*\/dist\/burst\.js$/)
  assert.equal(read('gateway.log'), 'listening --port 0 --exit-with-parent --rate-limit=9\n')
  await gone(await pidIn(join(folder, 'gateway.pid')))
})

test('a gateway of the user is not started, and no password stands anywhere', async (t) => {
  const { code, folder, read, printed, noted } = await run(t, passed, ['--base-url', 'http://127.0.0.1:9'], { TOKEN: 'hunter2' })
  assert.equal(code, 0)
  assert.equal(given(folder).BASE_URL, 'http://127.0.0.1:9')
  assert.ok(!readdirSync(folder).includes('gateway.pid'))
  for (const text of [printed, noted, read('verdict.json'), read('settings.json'), read('summary.md')])
    assert.doesNotMatch(text, /hunter2/)
})

test('a gateway that broke a limit: 99, first reason and table', async (t) => {
  const { code, printed, read } = await run(t, failed)
  assert.equal(code, 99)
  assert.match(printed, /FAIL {2}p95 of health in window spike was 80 ms; the limit is 50 ms\.\n {2}next {5}Run again/)
  assert.match(read('summary.md'), /\| ✗ \*\*limit broken\*\* \| spike \/ health \| p95 \| 80 ms \|/)
})

test('k6 content but no summary: invalid, and JUnit is red too', async (t) => {
  const { code, read, verdict } = await run(t, { log: ['{"level":"error","msg":"handleSummary: boom"}'] })
  assert.equal(code, 3)
  assert.equal(verdict.gates, null)
  assert.match(verdict.reasons[0]?.advice ?? '', /boom/)
  assert.match(read('junit.xml'), /<testsuites name="loadgate" tests="1" failures="0" errors="1"/)
  assert.match(read('k6.log'), /ERROR handleSummary: boom/)
})

test('a folder that holds the summary of an earlier run is not used for another', async (t) => {
  const folder = folderOf(t)
  const project = madeUpProject(t)
  fakeGateway(project, folder)
  const results = join(folder, 'same')
  mkdirSync(results)
  // Not even one from the future, as after a clock that was set back.
  const old = JSON.stringify({ ...passed.summary, finished_at: '2999-01-01T00:00:00.000Z' })
  writeFileSync(join(results, 'summary.json'), old)
  const { terminal, noted } = quietTerminal()
  const env = { PATH: process.env.PATH, K6_BIN: fakeK6(folder, {}), RESULTS_DIR: results }
  assert.equal(await cli(['run', 'burst', '--no-record'], project, terminal, env), 2)
  assert.match(noted.join('\n'), /summary\.json of another run is in it; choose another with --results DIR/)
  assert.equal(readFileSync(join(results, 'summary.json'), 'utf8'), old)
})

test('what was reserved for a summary is no summary, and is taken away', async (t) => {
  const { code, results, printed } = await run(t, {})
  assert.equal(code, 3)
  assert.match(printed, /INVALID {2}summary\.json was not written/)
  assert.equal(existsSync(join(results, 'summary.json')), false)
})

test('what init refuses is a usage error', async (t) => {
  const message =
    'UsageError: thresholds/burst.json: windows.spik: unknown; did you mean "spike"?\\n\\tat x (file:///x:1:1(1))\\n'
  const { code, printed, noted } = await run(t, {
    exitCode: 107,
    log: [`{"level":"error","msg":${JSON.stringify(message).replaceAll('\\\\', '\\')}}`],
  })
  assert.equal(code, 2)
  assert.match(printed, /USAGE {2}thresholds\/burst\.json: windows\.spik: unknown; did you mean "spike"\?/)
  assert.doesNotMatch(noted, /UsageError/)
})

test('a gateway that does not start is said with its last words', async (t) => {
  const folder = folderOf(t)
  const project = madeUpProject(t)
  fakeGateway(project, folder)
  const { terminal, printed } = quietTerminal()
  const env = { PATH: process.env.PATH, K6_BIN: fakeK6(folder, passed) }
  const gateway = "console.error('port is taken'); process.exit(1)"
  writeFileSync(join(project.root, 'dist', 'gateway.mjs'), gateway)
  assert.equal(await cli(['run', 'burst', '--results', join(folder, 'r'), '--no-record'], project, terminal, env), 3)
  assert.match(printed.join('\n'), /INVALID {2}The embedded gateway did not start \(exit code 1\): port is taken/)
})

test('an embedded gateway that dies while k6 runs is never a pass', async (t) => {
  const ends = "setInterval(() => {}, 1000); process.on('SIGTERM', () => {})"
  const { code, verdict } = await run(
    t,
    {
      ...passed,
      // It ends when the command has seen the end of the gateway: until then there is a zombie.
      instead: `const gateway = Number(require('node:fs').readFileSync(__dirname + '/gateway.pid', 'utf8'))
process.kill(gateway, 'SIGKILL')
function look() { try { process.kill(gateway, 0); setTimeout(look, 20) } catch { setTimeout(finish, 300) } }
look()`,
    },
    [],
    {},
    ends,
  )
  assert.equal(code, 3)
  assert.match(verdict.reasons[0]?.sentence ?? '', /ended before k6 did: killed by SIGKILL/)
})

test('k6 that is killed is invalid', async (t) => {
  const { code, verdict } = await run(t, {
    ...passed,
    instead: "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)",
  })
  assert.equal(code, 3)
  assert.equal(verdict.reasons[0]?.code, 'k6_killed')
})

test('results that cannot be written any more make a pass invalid, and the verdict is still printed', async (t) => {
  const instead = "finish(); require('node:fs').mkdirSync(RESULTS_DIR + '/verdict.json')"
  const folder = folderOf(t)
  const project = madeUpProject(t)
  fakeGateway(project, folder)
  const { terminal, printed } = quietTerminal()
  const env = { PATH: process.env.PATH, K6_BIN: fakeK6(folder, { ...passed, instead }) }
  assert.equal(await cli(['run', 'burst', '--results', join(folder, 'r'), '--no-record'], project, terminal, env), 3)
  assert.match(printed.join('\n'), /INVALID {2}The results could not be written: verdict\.json: /)
  assert.match(printed.join('\n'), /All 4 gates held/)
})

test('a wrong K6_BIN is a usage error, and nothing is left running', async (t) => {
  const folder = folderOf(t)
  const { terminal, noted } = quietTerminal()
  const words = ['run', 'burst', '--results', join(folder, 'r')]
  assert.equal(await cli(words, madeUpProject(t), terminal, { PATH: process.env.PATH, K6_BIN: '/nowhere/k6' }), 2)
  assert.match(noted.join('\n'), /K6_BIN=\/nowhere\/k6 cannot be run/)
})

test('words that the embedded gateway does not know are told before anything is made', async (t) => {
  const folder = folderOf(t)
  const project = madeUpProject(t)
  put(join(project.root, 'dist/gateway.mjs'), `console.error('gateway: --fault: unknown fault "latensy"'); process.exit(2)`)
  const { terminal, noted } = quietTerminal()
  const words = ['run', 'burst', '--results', join(folder, 'r'), '--fault', 'latensy']
  const env = { PATH: process.env.PATH, K6_BIN: fakeK6(folder, passed) }
  assert.equal(await cli(words, project, terminal, env), 2)
  assert.deepEqual(noted, ['loadgate: --fault: unknown fault "latensy"'])
  assert.ok(!existsSync(join(folder, 'r')))
})
