/** Kills one process of a run with SIGKILL at a chosen moment, and tells what became of the others and of the verdict. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseVerdict, type Verdict } from '../../cli/results/verdict-model.ts'

const PROGRAM = new URL('../../dist/loadgate.mjs', import.meta.url).pathname

type Victim = 'k6' | 'command' | 'gateway'
export interface Kill {
  victim: Victim
  /** What the time is counted from: the start of the victim, or k6's summary, after which the command writes what it has to say. */
  from: 'start' | 'summary'
  afterMs: number
}

export interface Killed {
  /** Exit code of the command; null where it was the victim. */
  code: number | null
  /** Absent: there is no verdict.json. */
  verdict: Verdict | undefined
  /** The kill came too late to change anything. */
  over: boolean
  /** Processes that were still there long after the end, by their command lines. */
  left: string[]
  /** Milliseconds from the kill to the end of the last process. */
  endedAfterMs: number
  folder: string
}

/** A process outlives the command by the two seconds of a gateway that closes; the rest is patience with a busy machine. */
const PATIENCE_MS = 60_000

interface Process {
  pid: number
  words: string[]
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // It has ended.
    return ''
  }
}

/** Processes whose environment names the folder: all that the command has started inherit it. */
export function processesOf(folder: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`RESULTS_DIR=${folder}`))
    .map((pid) => ({ pid: Number(pid), words: read(`/proc/${pid}/cmdline`).split('\0').filter(Boolean) }))
    .filter(({ words }) => words.length > 0)
}

const IS: Readonly<Record<Victim, (words: readonly string[]) => boolean>> = {
  // While it only waits to become k6, it is a shell.
  k6: ([program = '', command]) => /\/k6[^/]*$/.test(program) && command === 'run',
  command: (words) => words.includes(PROGRAM),
  gateway: (words) => words.some((word) => word.endsWith('/gateway.mjs')),
}

export const processOf = (folder: string, victim: Victim): Process | undefined =>
  processesOf(folder).find(({ words }) => IS[victim](words))

async function find(folder: string, victim: Victim, command: ChildProcess): Promise<Process> {
  for (;;) {
    const found = processOf(folder, victim)
    if (found !== undefined) return found
    if (command.exitCode !== null) throw new Error(`the command ended with ${command.exitCode} before there was a ${victim}`)
    await sleep(5)
  }
}

function kill(pid: number): boolean {
  if (/^State:\s+Z/m.test(read(`/proc/${pid}/status`))) return false
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}

export async function killed(folder: string, words: readonly string[], { victim, from, afterMs }: Kill): Promise<Killed> {
  const { PATH, HOME } = process.env
  const command = spawn(process.execPath, [PROGRAM, ...words], { env: { PATH, HOME, RESULTS_DIR: folder }, stdio: 'ignore' })
  const closed = once(command, 'close')
  const { pid } = await find(folder, victim, command)
  const [summary, file] = [join(folder, 'summary.json'), join(folder, 'verdict.json')]
  while (from === 'summary' && !existsSync(summary) && command.exitCode === null) await sleep(2)
  await sleep(afterMs)
  const measured = existsSync(summary)
  const at = performance.now()
  const hit = kill(pid)
  const [code] = (await closed) as [number | null]
  while (processesOf(folder).length > 0 && performance.now() - at < PATIENCE_MS) await sleep(20)
  const endedAfterMs = performance.now() - at
  const left = processesOf(folder)
  for (const one of left) process.kill(one.pid, 'SIGKILL')
  return {
    code,
    verdict: existsSync(file) ? parseVerdict(readFileSync(file, 'utf8')) : undefined,
    // Only the command writes a verdict, so one that is there was there when it was killed.
    over: victim === 'k6' ? !hit : victim === 'command' ? existsSync(file) : measured,
    left: left.map(({ words }) => words.join(' ')),
    endedAfterMs,
    folder,
  }
}
