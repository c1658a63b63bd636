/** Runs a program on one core and says what it cost the whole machine: user and system time of the process and its children. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'

export interface Cost {
  cpuSeconds: number
  wallSeconds: number
  code: number | null
  stdout: string
  stderr: string
}

const hasTaskset = spawnSync('taskset', ['--version']).status === 0

/** Whether generator and target can have a core each; without that, figures are of little worth. */
export const canPin = hasTaskset && cpus().length >= 2

/** One, or several as `0,1`. */
export type Cores = number | `${number},${number}`

export const pinned = (core: Cores, command: readonly string[]): string[] =>
  canPin ? ['taskset', '-c', String(core), ...command] : [...command]

/** `times` of the shell prints its own time and then that of its children: user and system, as 0m1.23s. */
export function cpuSecondsIn(times: string): number {
  const children = times.trim().split('\n').at(-1) ?? ''
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
  if (parts.length !== 2) throw new Error(`the shell's times are ${JSON.stringify(times)}`)
  return (parts[0] ?? 0) + (parts[1] ?? 0)
}

/** @param env replaces variables of this process's environment */
export async function cost(core: number, command: readonly string[], env: Readonly<Record<string, string>>): Promise<Cost> {
  const [program = '', ...args] = pinned(core, command)
  const started = process.hrtime.bigint()
  const child = spawn('sh', ['-c', '"$@"; code=$?; times >&3; exit $code', 'sh', program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const written = ['', '', '', '']
  for (const i of [1, 2, 3])
    child.stdio[i]?.on('data', (chunk: Buffer) => {
      written[i] = ((written[i] ?? '') + chunk).slice(-200_000)
    })
  const [code] = (await once(child, 'close')) as [number | null]
  return {
    cpuSeconds: cpuSecondsIn(written[3] ?? ''),
    wallSeconds: Number(process.hrtime.bigint() - started) / 1e9,
    code,
    stdout: written[1] ?? '',
    stderr: written[2] ?? '',
  }
}
