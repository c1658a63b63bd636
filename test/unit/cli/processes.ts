import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 60_000

/** Waits until something is so; the time is only how long a broken program may keep a test busy. */
export async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const found = look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(`waited too long for ${what}`)
    await sleep(10)
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** The process id that a program writes into a file. */
export const pidIn = (file: string): Promise<number> =>
  until(`a process id in ${file}`, () => (read(file).endsWith('\n') ? Number(read(file)) : undefined))

export function alive(pid: number): boolean {
  // A zombie has ended: nobody has looked yet.
  const state = /^State:\s+(\w)/m.exec(read(`/proc/${pid}/status`))?.[1]
  if (state !== undefined) return state !== 'Z'
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux'
  } catch {
    return false
  }
}

export const gone = (pid: number): Promise<true> => until(`the end of process ${pid}`, () => !alive(pid) || undefined)
