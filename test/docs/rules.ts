/**
 * How each program that a page calls is held to what it says. A rule throws where the call would not do what the page promises.
 * What takes long, or goes to a host of the reader's, is checked without sending anything: words by the program that reads them,
 * settings, thresholds and targets by `k6 inspect` of the script.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Project, scriptNamed } from '../../cli/base/project.ts'
import { examine } from '../../cli/capacity/doctor/checks.ts'
import { scriptFile } from '../../cli/k6/bundle.ts'
import { inspect } from '../../cli/k6/inspect.ts'
import { readRequest } from '../../cli/k6/run-request.ts'
import { clusterRequest } from '../../cli/kubernetes/request.ts'
import { plannedRuns } from '../../cli/selftest/selection.ts'
import { SUITES } from '../../cli/selftest/suites.ts'
import { parseOrder } from '../../gateway/faults/order.ts'
import { parseCommandLine } from '../../gateway/server/command-line.ts'
import { SETTINGS } from '../../lib/base/settings.ts'
import { NPM } from './npm-scripts.ts'
import type { Call } from './shell.ts'
import { flagsOf, program } from './vocabulary.ts'

export interface Place {
  project: Project
  k6: string
  /** Where a reader would stand: the project's folder, as far as commands name it, with the files that pages speak of. */
  folder: string
  /** Where a reference gateway is. */
  gateway: string
  /** Variables of the tests' own environment that programs need. */
  env: Readonly<Record<string, string>>
}

type Rule = (call: Call, place: Place) => Promise<void>

const run = promisify(execFile)
const execute = (place: Place, file: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run(file, [...words], { cwd: place.folder, env: { ...place.env, ...env }, encoding: 'utf8', timeout: 300_000 })

function gatewayArgs(args: readonly string[]): void {
  for (const order of parseCommandLine(args).startWith) parseOrder(order, new Map())
}

/** Commands that take no time are run as they stand; these codes are valid answers. */
const RUN: Readonly<Record<string, readonly number[]>> = {
  list: [0],
  k6: [0],
  completion: [0],
  build: [0],
  doctor: [0, 1],
  plan: [0, 1],
  'list-results': [0],
}

/** A command by its name, its arguments, its options, and what is wrong with the line. */
type Asked = Parameters<NonNullable<Parameters<typeof program>[0]>>

const loadgate: Rule = async ({ words, env: written }, place) => {
  // Where a reader's own k6 is, nobody knows.
  const env = 'K6_BIN' in written ? { ...written, K6_BIN: place.k6 } : written
  let asked: Asked | undefined
  const at = words.indexOf('--')
  const [own, k6Flags] = at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)]
  await program((...given) => {
    asked = given
  }).parseAsync(own, { from: 'user' })
  assert.ok(asked !== undefined, 'asks for nothing')
  const [command, given, options, mistakes] = asked
  if (command === 'run') {
    const request = readRequest(place.project, String(given[0]), { ...options }, k6Flags, { ...place.env, ...env }, mistakes)
    gatewayArgs(request.gatewayArgs)
    await inspect(place.k6, await scriptFile(place.project, request.script), { ...place.env, ...env, ...request.settings })
    return
  }
  if (command === 'kubernetes') {
    const script = String(given[0])
    // The secrets of the tests are not in the environment of a reader who has them in a cluster.
    const { settings, secrets } = clusterRequest(place.project, script, { ...options }, k6Flags, env, mistakes)
    const there = Object.fromEntries(secrets.map(({ setting }) => [setting, 'in-the-cluster']))
    const file = await scriptFile(place.project, scriptNamed(place.project, script))
    await inspect(place.k6, file, { ...place.env, ...env, ...there, ...settings })
    return
  }
  if (command === 'selftest') {
    const { all = false, case: cases = [] } = options as { all?: boolean; case?: string[] }
    plannedRuns({ scripts: given[0] as string[], all, cases, clean: undefined }, SUITES)
  }
  const codes = RUN[own[0] ?? '']
  if (codes === undefined) return
  const main = join(place.project.root, 'dist', 'loadgate.mjs')
  const code = await execute(place, process.execPath, [main, ...words], env).then(
    () => 0,
    (error: { code: number }) => error.code,
  )
  assert.ok(codes.includes(code), `ended with ${code}`)
}

/** Settings given by `-e`, and what is left. */
function k6Words(words: readonly string[]): { settings: string[]; flags: string[]; file: string } {
  const settings = words.flatMap((word, at) => (words[at - 1] === '-e' ? [word] : []))
  for (const setting of settings) assert.ok((setting.split('=')[0] ?? '') in SETTINGS, `-e ${setting}: no such setting`)
  return { settings, flags: flagsOf(words.join(' ')), file: words.at(-1) ?? '' }
}

const k6: Rule = async ({ words, env }, place) => {
  const command = words[0] === 'cloud' ? words.slice(0, 2) : words.slice(0, 1)
  const { settings, flags, file } = k6Words(words.slice(command.length))
  const { stdout: help } = await execute(place, place.k6, [...command, '--help'])
  for (const flag of flags) assert.match(help, new RegExp(`${flag}\\b`), `k6 ${command.join(' ')} has no ${flag}`)
  assert.ok(existsSync(join(place.folder, file)), `${file} is not there`)
  if (command[0] === 'archive') await execute(place, place.k6, words, env)
  else await execute(place, place.k6, ['inspect', '--include-system-env-vars', ...settings.flatMap((s) => ['-e', s]), file], env)
}

/** Built from the file that is linted; what it runs is read as a command of ours. */
const docker: Rule = async ({ words }, place) => {
  if (words[0] === 'build') assert.ok(existsSync(join(place.project.root, words[words.indexOf('-f') + 1] ?? '')), 'no such file')
  else await loadgate({ program: 'npx', words: words.slice(words.indexOf('loadgate') + 1), env: {} }, place)
}

const npm: Rule = async ({ words }, { project }) => {
  const { scripts } = JSON.parse(readFileSync(join(project.root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
  const name = words[0] === 'run' ? words[1] : words[0]
  assert.ok(name !== undefined && (NPM.includes(name) || name in scripts), `no npm script ${name}`)
}

const node: Rule = async (call, place) => {
  const own = (word: string, at: number, all: readonly string[]): boolean =>
    ['--import', '--test'].includes(word) || all[at - 1] === '--import'
  const [file, ...words] = call.words.filter((word, at, all) => !own(word, at, all))
  assert.ok(file !== undefined && existsSync(join(place.folder, file)), `${file} is not there`)
  if (file === 'dist/gateway.mjs') gatewayArgs(words)
  else if (file === 'dist/loadgate.mjs') await loadgate({ ...call, words }, place)
  else
    for (const flag of flagsOf(words.join(' ')))
      assert.ok(readFileSync(join(place.folder, file), 'utf8').includes(flag.slice(2)), flag)
}

/** The paths are those of the reference gateway, wherever a reader's is. */
const curl: Rule = async ({ words }, { gateway }) => {
  const url = new URL(words.at(-1) ?? '')
  const { status } = await fetch(gateway + url.pathname)
  assert.equal(status, 200)
}

/** Its flags are those that a test starts it with. */
const prometheus: Rule = async ({ words }) => {
  const started = readFileSync('test/e2e/prometheus.test.ts', 'utf8')
  for (const word of words) assert.ok(started.includes(`'${word}'`), `no test starts it with ${word}`)
}

/** What it creates is what the base for kustomize asks for. */
const kubectl: Rule = async ({ words }, { folder, project }) => {
  const base = 'deploy/kubernetes'
  if (words[0] === 'apply') return assert.ok(words.includes('--server-side') && words.at(-1) === base, 'applies something else')
  assert.equal(words[0], 'create')
  const testRun = readFileSync(join(project.root, base, 'testrun.yaml'), 'utf8')
  const name = words[words.indexOf('--from-file') - 1] ?? ''
  if (words[1] !== 'configmap') return assert.ok(testRun.includes(`name: ${words[3]}\n`), `no ${words[3]} in the base`)
  assert.ok(testRun.includes(`name: ${name}\n`), `no ${name} in the base`)
  const files = words.filter((_, i) => words[i - 1] === '--from-file')
  const [bundle = '', ...others] = files
  assert.ok(statSync(join(folder, bundle)).size < 1024 * 1024, 'a ConfigMap takes 1 MiB')
  const judge = readFileSync(join(project.root, base, 'judge.yaml'), 'utf8')
  for (const [key] of others.map((word) => word.split('='))) assert.ok(judge.includes(`/${key}\n`), `the judge reads no ${key}`)
}

/** Commands for the system are those that doctor prints. */
const system: Rule = async ({ program: name, words }) => {
  const nothing = { openFiles: 1, portRange: [1, 2], twReuse: 0, somaxconn: 1, cores: 1, memoryTotal: 1, memoryFree: 1 } as const
  const bad = { ...nothing, platform: 'linux', k6: undefined, clockSource: 'hpet', clockDrift: 100, diskFree: 1 }
  const printed = examine(bad, { rate: 1e6, vus: 1e6, connections: 0 }).flatMap(({ command = '' }) => command.replaceAll('"', ''))
  // The reader's own shell.
  const [asked] = [name, ...words]
    .join(' ')
    .replace(/--pid \d+/, '--pid $$$$')
    .split('=')
  assert.ok(
    printed.some((command) => command.startsWith(asked ?? '')),
    `doctor does not print ${asked}`,
  )
}

export const RULES: Readonly<Record<string, Rule>> = {
  npx: async ({ words: [name, ...words], ...call }, place) => {
    assert.equal(name, 'loadgate', `npx ${name}`)
    await loadgate({ ...call, words }, place)
  },
  ...{ k6, npm, node, curl, kubectl, prometheus, docker },
  ...{ sudo: system, df: system, cat: system, timedatectl: system },
}
