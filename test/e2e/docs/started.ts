/** Starts a program as a line of a page would, and gives back what it said. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'

export interface Started {
  child: ChildProcess
  out(): string
  ended: Promise<{ code: number | null; out: string }>
}

export function start(
  t: TestContext,
  [program = '', ...words]: readonly string[],
  { folder, env }: { folder: string; env: Readonly<Record<string, string>> },
): Started {
  const child = spawn(program, words, { cwd: folder, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code: code ?? null, out }))
  return { child, out: () => out, ended }
}
