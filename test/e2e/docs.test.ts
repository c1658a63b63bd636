/** Every command in the README and docs/ is held to what it says, as it stands (test/docs/rules.ts); docs-commands.test.ts runs them. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { projectOf } from '../../cli/base/project.ts'
import { processTerminal } from '../../cli/base/terminal.ts'
import { init } from '../../cli/init/init.ts'
import { found } from '../../cli/k6/provision.ts'
import { printedCommands } from '../docs/commands.ts'
import { type Line, readPage, shellLines } from '../docs/pages.ts'
import { type Place, RULES } from '../docs/rules.ts'
import { shell } from '../docs/shell.ts'
import { thorough } from '../thorough.ts'
import { ORDERS_DOCUMENT } from '../unit/cli/orders-api.ts'
import { shown } from './docs/stage.ts'
import { startGateway } from './reference-gateway.ts'
import { folderOf } from './script-run.ts'

/** What a reader has in the environment. */
const GIVEN = { SECRET: 'a-secret-of-this-test' }
const root = process.cwd()

async function placeOf(t: TestContext): Promise<Place> {
  const folder = await folderOf(t)
  for (const name of ['bench', 'dist', 'targets', 'thresholds', 'build', 'build.mjs', 'test', 'docs'])
    symlinkSync(join(root, name), join(folder, name))
  writeFileSync(join(folder, 'my-gateway.json'), shown('docs/reference/targets.md', '"name": "mine"'))
  const { endpoints, ...least } = JSON.parse(shown('docs/reference/targets.md', '"name": "mine"')) as { endpoints: object }
  assert.ok('resource' in endpoints)
  writeFileSync(join(folder, 'without-values.json'), JSON.stringify({ ...least, endpoints: {} }))
  mkdirSync(join(folder, 'results'))
  // A reader's own script is at hand, and so are the examples.
  cpSync('examples', join(folder, 'examples'), { recursive: true })
  cpSync('examples/items.ts', join(folder, 'my-flow.ts'))
  const document = join(folder, 'openapi.json')
  writeFileSync(document, JSON.stringify({ ...ORDERS_DOCUMENT, servers: [{ url: 'http://127.0.0.1:8080' }] }))
  const silent = { ...processTerminal(), print: () => {}, note: () => {} }
  assert.equal(await init({ openapi: document, out: folder }, projectOf(import.meta.url), silent), 0)
  const program = (await found(process.env)) ?? assert.fail('there is no k6 here: npx loadgate k6 installs one')
  const { PATH = '', HOME = '' } = process.env
  const { url } = await startGateway(t)
  process.chdir(folder)
  t.after(() => process.chdir(root))
  return {
    project: projectOf(import.meta.url),
    k6: program.path,
    folder,
    gateway: url,
    env: { PATH, HOME, PWD: folder, TOKEN: GIVEN.SECRET, CLIENT_SECRET: GIVEN.SECRET, COLLECTOR_TOKEN: GIVEN.SECRET },
  }
}

/** Sentences on the lines that do not do what they say. */
async function faultsOf(lines: readonly Line[], place: Place): Promise<string[]> {
  const read = shell(join(place.folder, 'bin'), Object.keys(RULES), GIVEN)
  const faults: string[] = []
  for (const { text, where } of lines)
    try {
      for (const call of read(text)) await RULES[call.program]?.(call, place)
    } catch (error) {
      faults.push(`${where}: ${text}: ${error instanceof Error ? error.message : error}`)
    }
  return faults
}

/** Each wrong in a way of its own. */
const WRONG = [
  'npx loadgate run brust',
  'npx loadgate run burst --rte 5',
  'npx loadgate run burst --rate fast',
  'npx loadgate run burst --rate 1',
  'npx loadgate run burst --target ./nobody.json',
  'npx loadgate run smoke --base-url https://staging.example.com',
  'npx loadgate run smoke --target ./without-values.json --allow-target staging.example.com',
  'npx loadgate selftest brust',
  `npx loadgate run burst --fault latancy`,
  'npx loadgate run burst -- --vus 5',
  'npx loadgate lst',
  'npx loadgate init --opanapi openapi.json',
  'npx loadgate run smoke --target loadgate/targets.json',
  'npx loadgates list',
  'k6 run -e BASE_URI=http://127.0.0.1:1 dist/burst.js',
  'k6 run --execution-segmnet 0:1 dist/burst.js',
  'k6 run dist/brust.js',
  'npm run nothing',
  'node dist/gateway.mjs --prot 80',
  'node nothing.mjs',
  'curl http://127.0.0.1:8080/api/v1/helth',
  'sudo sysctl -w net.ipv4.tcp_tw_recycle=1',
  'kubectl delete everything',
  'made-up-program --now',
]

const ci = readFileSync('.ci/run', 'utf8')
/** The words of a command of the README, shortened by what is appended. */
const commandOf = (start: string): string =>
  shellLines([readPage('CONTRIBUTING.md')]).find(({ text }) => text.startsWith(start))?.text ?? assert.fail(start)

// Much of each is waiting for others.
describe('commands of the pages', { concurrency: 3 }, () => {
  thorough('every command does what it says, and one that is wrong is found', async (t) => {
    const lines = printedCommands()
    assert.ok(lines.length > 90, `${lines.length} lines`)
    const place = await placeOf(t)
    assert.deepEqual(await faultsOf(lines, place), [])
    const wrong = await faultsOf(
      WRONG.map((text) => ({ text, where: 'here' })),
      place,
    )
    assert.deepEqual(
      WRONG.filter((text) => !wrong.some((fault) => fault.startsWith(`here: ${text}: `))),
      [],
    )
  })

  test('CI runs what a contributor is told to', () => {
    const ran = ci.split(/\n|&&|;/).map((command) => command.trim())
    for (const command of ['npm ci', 'npm start', 'npm run test:all']) assert.ok(ran.includes(commandOf(command)), command)
  })
})
