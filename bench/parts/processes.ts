/** Programs that the parts of `bench:scale` run and look at. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { usageOf } from '../../cli/record/process-sampler.ts'

/** What a part has found: a figure by what it is. */
export type Figures = Record<string, number>

/** @param k6 path of the program */
export type Part = (k6: string) => Promise<Figures>

export const MIB = 1024 ** 2
export const PLAIN_TARGET = resolve('bench/contenders/plain-target.json')
const SAMPLE_MS = 100

export interface Running {
  pid: number | undefined
  ended: Promise<unknown>
}

export function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'ignore' })
  return { pid: child.pid, ended: once(child, 'close') }
}

export const runK6 = (k6: string, script: string, env: Readonly<Record<string, string>>): Running =>
  run(k6, ['run', '--quiet', '--no-usage-report', '--address', '', script], env)

export const rssOf = ({ pid }: Running): number => (pid === undefined ? undefined : usageOf(pid))?.rss ?? Number.NaN

/** Bytes that a program had resident at most. */
export async function mostResident(running: Running): Promise<number> {
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, rssOf(running) || 0)
  }, SAMPLE_MS)
  await running.ended
  clearInterval(timer)
  return most
}

export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'loadgate-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Gives no valid answer, so that a run ends in its setup. @returns when the first request came, and what was seen then */
export async function firstRequest(start: (url: string) => Running): Promise<{ ms: number; rss: number }> {
  let seen: { ms: number; rss: number } | undefined
  let running: Running | undefined
  let began = 0
  const server = createServer((_request, response) => {
    seen ??= { ms: performance.now() - began, rss: running === undefined ? Number.NaN : rssOf(running) }
    response.writeHead(503).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  began = performance.now()
  running = start(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await running.ended
  server.close()
  if (seen === undefined) throw new Error('no request came')
  return seen
}
