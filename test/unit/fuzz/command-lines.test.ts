import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import fc from 'fast-check'
import { FLAGGED, flagOf } from '../../../cli/base/flags.ts'
import { projectOf } from '../../../cli/base/project.ts'
import { isCommanderError, makeProgram, type Perform } from '../../../cli/commands/program.ts'
import { repeatCommand } from '../../../cli/k6/repeat.ts'
import { type RunRequest, readRequest } from '../../../cli/k6/run-request.ts'
import { UsageError } from '../../../lib/base/errors.ts'
import { SETTINGS } from '../../../lib/base/settings.ts'
import { property } from './property.ts'

const project = projectOf(import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'loadgate-fuzz-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'my limits.json')
writeFileSync(file, '{}')

/** What a command line asks for, or the sentence that it is refused with. */
async function asked(words: readonly string[]): Promise<RunRequest | string> {
  let made: RunRequest | undefined
  let said = ''
  const at = words.indexOf('--')
  const [own, k6] = at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)]
  const perform: Perform = async ({ name }, [script], options, mistakes) => {
    assert.equal(name, 'run')
    made = readRequest(project, String(script), options as Record<string, unknown>, k6, {}, mistakes)
  }
  const err = (text: string): void => {
    said ||= text
  }
  try {
    await makeProgram('1', perform, { out: err, err }).parseAsync([...own], { from: 'user' })
  } catch (error) {
    assert.ok(error instanceof UsageError || isCommanderError(error), (error as Error).stack)
    said ||= error.message
  }
  return made ?? said
}

interface Declared {
  type: string
  min?: number
  max?: number
  choices?: readonly string[]
}
const text = fc.oneof(fc.constantFrom('x', "it's", '$HOME `id` "q"', 'a b'), fc.string({ minLength: 1 }))
const ELSEWHERE = ['TARGET', 'BASE_URL']
function valueFor(name: string): fc.Arbitrary<string> {
  const { type, min = 0, max = 60, choices = [] } = SETTINGS[name as keyof typeof SETTINGS] as Declared
  const number = fc.integer({ min: Math.ceil(min), max: Math.min(max, 60) })
  if (name === 'THRESHOLDS') return fc.constant(file)
  if (type === 'flag') return fc.constant('')
  if (type === 'choice') return fc.constantFrom(...choices)
  return type === 'text' ? text : number.map((value) => (type === 'duration' ? `${value}s` : String(value)))
}
const pair = fc
  .constantFrom(...FLAGGED.filter((name) => !ELSEWHERE.includes(name)))
  .chain((name) => valueFor(name).map((value) => [name, value] as const))
const right = fc.uniqueArray(pair, { maxLength: 5, selector: ([name]) => name })
const wordsOf = (pairs: readonly (readonly [string, string])[]): string[] =>
  pairs.flatMap(([name, value]) => (value === '' ? [flagOf(name)] : [`${flagOf(name)}=${value}`]))

property('every flag that is taken is a setting of the run, as it was written', right, 200, async (pairs) => {
  const request = await asked(['run', 'http', ...wordsOf(pairs)])
  // A text may be blank, which counts as not given, or look like a bad address.
  if (typeof request === 'string') assert.fail(request)
  assert.deepEqual(request.settings, Object.fromEntries(pairs.map(([name, value]) => [name, value === '' ? 'true' : value])))
})

const gatewayArg = fc.constantFrom('--rate-limit=100', '--fault={"name":"latency","ms":200}', "--x='\\n'")
const k6Flags = fc.constantFrom([], ['--out', 'json=my samples.json'], ['--tag', "why=it's"])
const whole = fc.record({ pairs: right, gatewayArgs: fc.array(gatewayArg, { maxLength: 2 }), k6Flags })
property('the command that repeats a run asks a shell for the same run', whole, 60, async ({ pairs, gatewayArgs, k6Flags }) => {
  const words = ['run', 'http', ...wordsOf(pairs), ...gatewayArgs.map((arg) => `--gateway-arg=${arg}`), '--', ...k6Flags]
  const request = await asked(words)
  assert.ok(typeof request === 'object', String(request))
  const [, , ...again] = execFileSync('sh', ['-c', `printf '%s\\0' ${repeatCommand(request)}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)
  const repeated = await asked(again)
  assert.ok(typeof repeated === 'object', String(repeated))
  // A function is equal to itself only; this one is made of the settings.
  const { hide: _, ...asWords } = repeated
  const { hide: __, ...asWritten } = request
  assert.deepEqual(asWords, asWritten)
})

const typo = fc.tuple(fc.constantFrom(...FLAGGED.map(flagOf)), fc.nat(), fc.constantFrom('', 'x', '-'))
property('a mistyped flag is never taken for nothing', typo, 200, async ([flag, at, put]) => {
  const place = 2 + (at % (flag.length - 2))
  const typed = flag.slice(0, place) + put + flag.slice(place + 1)
  fc.pre(!FLAGGED.map(flagOf).includes(typed) && typed !== '--' && typed !== flag)
  const said = await asked(['run', 'http', typed, '1'])
  assert.ok(typeof said === 'string', typed)
  assert.match(said, /unknown option|too many arguments|argument/)
})

const anything = fc.array(
  fc.oneof(fc.constantFrom('run', 'http', '--', '-e', '--env', '--rate', '--results', '-h'), fc.string({ unit: 'binary' })),
  { maxLength: 6 },
)
property('whatever the words of run, they are taken or refused with a sentence', anything, 200, async (words) => {
  const said = await asked(['run', 'http', ...words])
  if (typeof said === 'string') assert.doesNotMatch(said, /\n\s+at .*:\d+:\d+/)
})
