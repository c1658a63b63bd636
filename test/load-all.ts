/**
 * Runs every script against a fresh reference gateway of its own, one after another: `npm run load:all [name …]`.
 * One line a run with its verdict and time; exits non-zero unless all have passed. PROFILE sizes them all (default ci).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { EXIT } from '../cli/base/errors.ts'
import { projectOf, scriptNamed, scriptsOf } from '../cli/base/project.ts'
import type { VerdictName } from '../cli/results/verdict-model.ts'

interface Load {
  script: string
  /** How a run differs from the script as it stands. */
  settings: Readonly<Record<string, string>>
}

interface Outcome {
  verdict: VerdictName | 'crashed'
  seconds: number
  log: string
}

const COLOURS = { pass: pc.green, fail: pc.red, invalid: pc.yellow, usage: pc.yellow, crashed: pc.red } as const
/** Lines of a run that did not pass: its verdict, the first reasons and where the results are. */
const SHOWN = 12
/** Runs that a script needs beside the one with its defaults. */
const VARIANTS: readonly Load[] = [{ script: 'a2a', settings: { A2A_DIALECT: 'a2a-1.0' } }]

const project = projectOf(import.meta.url)
const titleOf = ({ script, settings }: Load) =>
  [script, ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)].join(' ')

async function run(load: Load, results: string): Promise<Outcome> {
  const started = performance.now()
  const log = join(results, `${titleOf(load).replaceAll(/[ =]/g, '-')}.log`)
  const file = createWriteStream(log)
  const command = [join(project.root, 'dist', 'loadgate.mjs'), 'run', load.script, '--results', results]
  const child = spawn(process.execPath, command, {
    env: { PROFILE: 'ci', ...process.env, ...load.settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false })
  const [code] = (await once(child, 'close')) as [number | null]
  file.end()
  await finished(file)
  const verdict = (Object.keys(EXIT) as VerdictName[]).find((name) => EXIT[name] === code)
  return { verdict: verdict ?? 'crashed', seconds: (performance.now() - started) / 1000, log }
}

const { positionals } = parseArgs({ allowPositionals: true })
const names = positionals.map((name) => scriptNamed(project, name).name)
const all = scriptsOf(project).map(({ name }): Load => ({ script: name, settings: {} }))
const loads = [...all, ...VARIANTS].filter(({ script }) => names.length === 0 || names.includes(script))

const results = join(project.root, 'results', 'load-all')
await mkdir(results, { recursive: true })
const width = Math.max(...loads.map((load) => titleOf(load).length))
let red = 0
let total = 0
for (const load of loads) {
  const { verdict, seconds, log } = await run(load, results)
  total += seconds
  console.log(`${COLOURS[verdict](verdict.padEnd(7))}  ${titleOf(load).padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s`)
  if (verdict === 'pass') continue
  red++
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-SHOWN)
  console.log(lines.map((line) => `         ${line}`).join('\n'))
}
console.log(`${loads.length - red} of ${loads.length} passed in ${(total / 60).toFixed(1)} min`)
process.exitCode = red === 0 ? 0 : 1
