/** `loadgate open`: the report in a browser, or on a loopback address where this machine has no screen. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { UsageError } from '../../lib/base/errors.ts'
import { writeAtomic } from '../base/atomic.ts'
import { CannotRun, messageOf } from '../base/errors.ts'
import { onInterruption } from '../base/interruption.ts'
import type { Project } from '../base/project.ts'
import type { Terminal } from '../base/terminal.ts'
import { readResults } from '../report/read-results.ts'
import { makeReport } from '../report/write-report.ts'
import { findResults } from '../results/find-results.ts'
import { type Command, type Given, RUN, takeResults } from './command.ts'

export interface OpenOptions {
  /** Serve it, even where a browser could be started. */
  serve?: boolean
  port?: string
}

/** The report of a run, made now when the run has left none. */
function reportOf(folder: string, project: Project, terminal: Terminal): string {
  const file = join(folder, 'report.html')
  if (existsSync(file)) return file
  const results = readResults(folder)
  for (const problem of results.problems) terminal.note(`${folder}: ${problem}`)
  const page = makeReport(project, results)
  if (page === undefined) throw new CannotRun('report.html cannot be made: the page is not built (npm run build)')
  try {
    writeAtomic(file, page)
  } catch (error) {
    throw new CannotRun(`${file} cannot be written: ${messageOf(error)}`)
  }
  return file
}

function browser(env: NodeJS.ProcessEnv): string | undefined {
  if (process.platform === 'darwin') return 'open'
  return env.DISPLAY || env.WAYLAND_DISPLAY ? 'xdg-open' : undefined
}

/** Whether the browser could be started; it goes on without us. */
const start = (program: string, file: string): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(program, [file], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })

function portOf(written: string | undefined): number {
  const port = Number(written ?? 0)
  if (!/^\d{1,5}$/.test(written ?? '0') || port > 65_535)
    throw new UsageError(`--port: expected a number from 0 to 65535, found ${JSON.stringify(written)}`)
  return port
}

/** Serves the one file until somebody has seen enough. Only who asks for this address by its name gets it, so that no page of another site can. */
async function serve(file: string, port: number, terminal: Terminal): Promise<void> {
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo
    const asked = [`127.0.0.1:${own}`, `localhost:${own}`].includes(request.headers.host ?? '')
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    }
    if (!asked || (request.method !== 'GET' && request.method !== 'HEAD')) response.writeHead(403).end()
    else if (request.url !== '/') response.writeHead(404).end()
    else response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : readFileSync(file))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new CannotRun(`The report cannot be served: ${error.message}`)))
    server.listen(port, '127.0.0.1', resolve)
  })
  terminal.print(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  terminal.note('Ctrl-C ends it.')
  const interruption = onInterruption()
  await new Promise<void>((resolve) => interruption.handle(resolve, resolve))
  interruption.release()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

export async function open(
  written: string | undefined,
  parent: string,
  options: OpenOptions,
  project: Project,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const port = portOf(options.port)
  const file = reportOf(findResults(written, parent), project, terminal)
  const program = options.serve || options.port !== undefined ? undefined : browser(env)
  if (program !== undefined && (await start(program, file))) {
    terminal.print(file)
    return 0
  }
  await serve(file, port, terminal)
  return 0
}

export const command: Command = {
  name: 'open',
  description: 'open the report of a run in a browser, or serve it where there is none',
  takes(line) {
    takeResults(line)
      .argument(...RUN)
      .option('--serve', 'serve it on a loopback address, even where a browser could be started')
      .option('--port <number>', 'port to serve it on (default: a free one)')
  },
  run: ([run]: [string | undefined], { options, project, terminal, env }: Given<OpenOptions & { results: string }>) =>
    open(run, options.results, options, project, terminal, env),
}
