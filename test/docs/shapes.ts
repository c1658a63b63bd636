/** What a call of a page is, but for how long and how much: calls of one shape are run once. */
import { settingsFromFlags } from '../../cli/base/flags.ts'
import { notRun } from './not-run.ts'
import { startedBy } from './npm-scripts.ts'
import type { Call } from './shell.ts'
import { program } from './vocabulary.ts'

export interface Shape {
  kind: 'loadgate' | 'k6' | 'gateway' | 'calibrate' | 'selftest' | 'doctor'
  script: string
  /** All that matters. A call is run by another one of its kind and script that has all of these as well. */
  parts: readonly string[]
  /** Settings of size, which are made small. */
  sizes: Record<string, string>
  call: Call
}

/**
 * `shape`: run, made small. `results`: run on the results of those. `rules`: run as it stands by test/docs/rules.ts.
 * `nothing`: nobody has thought of it, and a test says so.
 */
export type Treatment = Shape | 'results' | 'rules' | 'not run' | 'nothing'

/** Settings that say how long and how much, and nothing of what. */
const SIZES = ['PROFILE', 'RATE', 'DURATION', 'CONNECTIONS', 'STALL', 'THINK_TIME']
const isSize = (name: string, script: string): boolean => SIZES.includes(name) || (script === 'smoke' && name === 'USERS')

type Settings = Readonly<Record<string, string>>
const sizesOf = (given: Settings, script: string) =>
  Object.fromEntries(Object.entries(given).filter(([name]) => isSize(name, script)))
const othersOf = (given: Settings, script: string) =>
  Object.entries(given).flatMap(([name, value]) => (isSize(name, script) ? [] : [`${name}=${value}`]))

/** `loadgate run …` */
function run(call: Call): Shape {
  const at = call.words.indexOf('--')
  const [own, k6Flags] = at < 0 ? [call.words, []] : [call.words.slice(0, at), call.words.slice(at)]
  let [script, asked]: [string, Record<string, unknown>] = ['', {}]
  program((_, words, options) => {
    script = String(words[0])
    asked = { ...options }
  }).parse(own, { from: 'user' })
  const { gatewayArg = [], fault = [], prometheus = '', ...options } = asked
  const given = settingsFromFlags(options)
  const to = prometheus === '' ? [] : [`--prometheus ${prometheus}`]
  const parts = [
    ...othersOf(given, script),
    ...(gatewayArg as string[]),
    ...(fault as string[]),
    ...to,
    ...k6Flags,
    ...Object.keys(call.env),
  ]
  return { kind: 'loadgate', script, parts, sizes: sizesOf(given, script), call }
}

const AS_THEY_STAND = ['list', 'k6', 'doctor', 'plan', 'kubernetes', 'completion', 'build']
const ON_RESULTS = ['show', 'open', 'list-results', 'compare', 'gates']

/** @param call its words those after `loadgate` */
function loadgate(call: Call, hasOutput: boolean): Treatment {
  const [name = '', script = ''] = call.words
  const shape = { script, sizes: {}, call }
  if (name === 'run') return run(call)
  if (name === 'calibrate') return { ...shape, kind: name, script: script === 'websocket' ? script : 'http', parts: [] }
  if (name === 'selftest') return { ...shape, kind: name, script: '', parts: call.words.filter((word) => word === '--clean') }
  if (name === 'doctor' && hasOutput) return { ...shape, kind: name, parts: call.words }
  if (AS_THEY_STAND.includes(name)) return 'rules'
  return ON_RESULTS.includes(name) ? 'results' : 'nothing'
}

function k6(call: Call): Treatment {
  const { words } = call
  const [command = ''] = words
  if (command !== 'run' && command !== 'archive') return 'nothing'
  const settings = words.flatMap((word, at) => (words[at - 1] === '-e' ? [word.split(/=(.*)/s).slice(0, 2)] : []))
  const given = Object.fromEntries(settings) as Settings
  const script = /^dist\/(.*)\.js$/.exec(words.at(-1) ?? '')?.[1] ?? ''
  // Which share of a run it is changes nothing of how it is called.
  const isShare = (word: string): boolean => /^[\d/]+:[\d/]+$/.test(word)
  const flags = words.filter((word, at) => word !== '-e' && words[at - 1] !== '-e' && !isShare(word))
  const parts = [...flags, ...othersOf(given, script), ...Object.keys(call.env)]
  return { kind: 'k6', script, parts, sizes: sizesOf(given, script), call }
}

/** @param hasOutput whether the page shows what it prints */
export function treatmentOf(call: Call, hasOutput = false): Treatment {
  const { program: name, words } = call
  if (notRun([name, ...words].join(' ')) !== undefined) return 'not run'
  if (name === 'npm') {
    const [started = '', ...rest] = startedBy(words)
    return treatmentOf({ ...call, program: started, words: rest }, hasOutput)
  }
  const isLoadgate = (name === 'npx' && words[0] === 'loadgate') || (name === 'node' && words[0] === 'dist/loadgate.mjs')
  if (isLoadgate) return loadgate({ ...call, words: words.slice(1) }, hasOutput)
  if (name === 'node' && words[0] === 'dist/gateway.mjs')
    return { kind: 'gateway', script: '', parts: words, sizes: {}, call: { ...call, words: words.slice(1) } }
  return name === 'k6' ? k6(call) : 'nothing'
}
