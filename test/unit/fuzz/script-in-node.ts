/** A script as k6 reads it in its first pass, run in Node: k6's own modules are stand-ins that a script's options do not depend on. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

const ROOT = new URL('../../../', import.meta.url).pathname

const STAND_INS: Readonly<Record<string, unknown>> = {
  k6: { sleep: () => {} },
  'k6/crypto': {},
  'k6/data': {
    SharedArray: class {
      constructor(_: string, make: () => unknown[]) {
        // biome-ignore lint/correctness/noConstructorReturn: so does k6
        return make()
      }
    },
  },
  'k6/execution': {},
  'k6/http': { setResponseCallback: () => {}, expectedStatuses: () => ({}) },
  'k6/metrics': { Counter: class {}, Gauge: class {}, Trend: class {}, Rate: class {} },
  'k6/timers': { setTimeout: () => 0 },
  'k6/websockets': { WebSocket: class {} },
}

export interface ScriptOptions {
  scenarios: Readonly<Record<string, { executor: string }>>
  thresholds: Readonly<Record<string, readonly string[]>>
}

export interface Surroundings {
  env: Readonly<Record<string, string>>
  /** By path, what `open` reads. */
  files?: Readonly<Record<string, string>>
}

export const SCRIPTS = readdirSync(join(ROOT, 'scripts')).map((file) => file.replace(/\.ts$/, ''))

/** @returns the options of the script in these surroundings, as often as it is asked */
function load(name: string): (surroundings: Surroundings) => ScriptOptions {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [join('scripts', `${name}.ts`)],
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'es2022',
    external: ['k6', 'k6/*'],
    logLevel: 'silent',
  })
  const run = new Function('module', 'require', '__ENV', '__VU', 'open', outputFiles[0]?.text ?? '')
  return ({ env, files = {} }) => {
    const module = { exports: {} as { options: ScriptOptions } }
    const open = (path: string): string => {
      const text = files[path]
      if (text === undefined) throw new Error(`no such file ${path}`)
      return text
    }
    run(module, (from: string) => STAND_INS[from], env, 0, open)
    return module.exports.options
  }
}

const loaded = new Map<string, ReturnType<typeof load>>()

/** The options of a script, or the one sentence that it is refused with. */
export function asked(name: string, surroundings: Surroundings, ...beginnings: readonly string[]) {
  const script = loaded.get(name) ?? load(name)
  loaded.set(name, script)
  try {
    return { options: script(surroundings) }
  } catch (error) {
    // A mistake of the user is thrown as one sentence, which k6 prints without a stack.
    const [, name, message = ''] = /^(\w+): (.*)$/s.exec(String(error)) ?? []
    assert.equal(name, 'UsageError', error instanceof Error ? error.stack : String(error))
    assert.ok(
      beginnings.some((beginning) => message.startsWith(beginning)),
      message,
    )
    assert.doesNotMatch(message, /\n|undefined|\[object|[^"]NaN/)
    return { message }
  }
}

/** Settings without those that the script has no use for, which it refuses one after another. */
export function useful(name: string, env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { message = '' } = asked(name, { env }, '')
  const [, useless = ''] = /^setting (\w+): script \S+ has no use for it/.exec(message) ?? []
  return useless === '' ? env : useful(name, Object.fromEntries(Object.entries(env).filter(([key]) => key !== useless)))
}
