/**
 * What every script asks of k6 and sends, as it was recorded: a change that is meant to move nothing has moved nothing.
 * What moves knowingly is recorded anew: `RECORD=1 node --import tsx --test test/e2e/characterization.test.ts`, after a build; the difference
 * of the record is then what a reader must agree with.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { found } from '../../cli/k6/provision.ts'
import { readerOf } from '../../lib/vu/init-data.ts'

const RECORD = 'test/e2e/characterization.snap'
const PROFILES = ['smoke', 'ci', 'production']
const TARGETS = ['reference', 'agentcore']
/** Of the runs whose options stand in the record as they are; all others by their hash. */
const READABLE = 'ci reference'

/** What a script asks of k6 outside `ext`: hashes of its parts, or the words with which it refuses the target. */
type Asked = { scenarios: string; thresholds: string; others: string } | { refused: string }

interface Recorded {
  /** By `script profile target`. */
  options: Record<string, Asked>
  /** By `script profile target`: scenarios and thresholds, a line each. */
  readable: Record<string, { scenarios: string[]; thresholds: string[] }>
  /** By target, and then by endpoint: of its requests with SEED=1 the number, the hash, and the first. */
  requests: Record<string, Record<string, string>>
}

const hash = (value: unknown): string =>
  createHash('sha256')
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex')
    .slice(0, 16)

/** A script beside the one that is looked at: k6 hands out shared texts by name, so what the first pass has worked out can be printed. */
const around = (script: string): string => `
import { SharedArray } from 'k6/data'
export * from ${JSON.stringify(resolve('dist', `${script}.js`))}
console.log(JSON.stringify(new SharedArray('loadgate', () => [['']]).map(([text]) => text)))
`

interface Inspected {
  options?: Record<string, unknown>
  texts?: string[]
  refused?: string
}

async function inspect(k6: string, folder: string, script: string, profile: string, target: string): Promise<Inspected> {
  const env = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, SEED: '1', PROFILE: profile, TARGET: `targets/${target}.json` },
    ...{ PWD: process.cwd(), AUTH_USERNAME: 'user', AUTH_PASSWORD: 'password' },
  }
  const args = ['inspect', '--include-system-env-vars', '--log-format', 'json', join(folder, `${script}.js`)]
  const k6Options = { env: env as NodeJS.ProcessEnv, maxBuffer: 64 * 1024 * 1024 }
  const { stdout, stderr } = await promisify(execFile)(k6, args, k6Options).catch(
    (error) => error as { stdout: ''; stderr: string },
  )
  const lines = stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { msg: string; level: string })
  if (stdout === '') return { refused: lines.find(({ level }) => level === 'error')?.msg.split(/\n|\\n/)[0] ?? stderr }
  const texts = lines.map(({ msg }) => msg).find((msg) => msg.startsWith('["settings'))
  assert.ok(texts !== undefined, `${script}: what the VUs are told was not printed`)
  return { options: JSON.parse(stdout), texts: JSON.parse(texts) }
}

const lines = (of: unknown): string[] => Object.entries(of ?? {}).map(([name, value]) => `${name} ${JSON.stringify(value)}`)

/** Without what nobody has set: each version of k6 names more or fewer of these. */
const given = (options: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(options).filter(
      ([, value]) => JSON.stringify(value)?.replace(/"\w+":null|[{},]/g, '') !== '' && value !== null,
    ),
  )

/** What shows a run that all is well; figures that only stand in the summary are many, and in the hash. */
const gating = (line: string): boolean => !line.endsWith('[]')

function requestsIn(texts: readonly string[]): [endpoint: string, text: string][] {
  const reader = readerOf((index) => texts[index] ?? '')
  return (texts[0] ?? '').split('\n').flatMap((name, index): [string, string][] => {
    const endpoint = /^order (.*)$/.exec(name)?.[1]
    const text = texts[index + 1] ?? ''
    if (endpoint === undefined) return []
    const { template, columns } = reader.order(endpoint) ?? assert.fail(endpoint)
    const first = columns.url[0] ?? template.session?.path ?? ''
    return [[endpoint, [template.count, hash(text), first, columns.body?.[0]].filter((part) => part != null).join(' ')]]
  })
}

describe('what scripts ask of k6 and send', () => {
  const now: Recorded = { options: {}, readable: {}, requests: {} }
  let recorded: Recorded
  let folder: string

  before(async () => {
    const { path: k6 } = (await found(process.env)) ?? assert.fail('no k6')
    folder = await mkdtemp(join(tmpdir(), 'characterization-'))
    const scripts = (await readdir('scripts')).map((file) => file.replace(/\.ts$/, '')).sort()
    for (const script of scripts) await writeFile(join(folder, `${script}.js`), around(script))
    for (const target of TARGETS) {
      const requests: Record<string, string> = {}
      now.requests[target] = requests
      for (const script of scripts)
        for (const profile of PROFILES) {
          const name = `${script} ${profile} ${target}`
          const { options, texts, refused } = await inspect(k6, folder, script, profile, target)
          if (options === undefined || texts === undefined) {
            now.options[name] = { refused: refused ?? '' }
            continue
          }
          const { ext: _, scenarios, thresholds, ...others } = options
          now.options[name] = { scenarios: hash(scenarios), thresholds: hash(thresholds), others: hash(given(others)) }
          if (name.endsWith(READABLE))
            now.readable[name] = { scenarios: lines(scenarios), thresholds: lines(thresholds).filter(gating) }
          if (profile !== 'ci') continue
          // An endpoint of a script's own may share its name with another's.
          for (const [endpoint, text] of requestsIn(texts))
            requests[(requests[endpoint] ?? text) === text ? endpoint : `${endpoint} of ${script}`] = text
        }
    }
    if (process.env.RECORD === '1') await writeFile(RECORD, `${JSON.stringify(now, null, 1)}\n`)
    recorded = JSON.parse(await readFile(RECORD, 'utf8'))
  })
  after(() => rm(folder, { recursive: true }))

  test('every script runs against the reference gateway', () => {
    const refused = Object.entries(now.options).filter(([name, asked]) => name.endsWith(' reference') && 'refused' in asked)
    assert.deepEqual(refused, [])
  })
  test('scenarios and thresholds of the ci profile, line by line', () => assert.deepEqual(now.readable, recorded.readable))
  test('options outside ext, of every script, profile and target', () => assert.deepEqual(now.options, recorded.options))
  test('prepared requests of SEED=1', () => assert.deepEqual(now.requests, recorded.requests))
})
