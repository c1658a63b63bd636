/** Where commands of the pages are run: a reader's folder, with everything of the reader's in place of what pages make up. */
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { found } from '../../../cli/k6/provision.ts'
import { readPage } from '../../docs/pages.ts'
import { startGateway } from '../reference-gateway.ts'
import { folderOf } from '../script-run.ts'

const root = process.cwd()

export interface Stage {
  k6: string
  gateway: string
  /** Where all runs leave their results. */
  results: string
  /** Requests to the Prometheus that pages write to. */
  pushed(): number
  /** A folder as the reader's, with the same results. */
  folder(t: TestContext): Promise<string>
  /** What the reader has of what the page has made up. */
  real(word: string): string
  env(folder: string, line: Readonly<Record<string, string>>): Record<string, string>
}

/** The first JSON of a page that has this in it: what the page shows is what its commands are tried with. */
export function shown(file: string, part: string): string {
  const block = readPage(file).blocks.find(({ language, text }) => language === 'json' && text.includes(part))
  if (block === undefined) throw new Error(`${file} shows no ${part}`)
  return block.text
}

async function tokenOf(gateway: string): Promise<string> {
  const body = JSON.stringify({ grant_type: 'password', username: 'loadgate', password: 'loadgate-password' })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${gateway}/auth/token`, { method: 'POST', headers, body })
  return ((await answer.json()) as { access_token: string }).access_token
}

/** Takes whatever is pushed. */
async function sink(t: TestContext) {
  let pushed = 0
  const server = createServer((request, response) => {
    pushed++
    request.resume().on('end', () => response.writeHead(204).end())
  }).listen(0, '127.0.0.1')
  t.after(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pushed: () => pushed }
}

/** Secrets that lines take from the environment. */
export const GIVEN = { SECRET: 'loadgate-secret' }

export async function stageOf(t: TestContext): Promise<Stage> {
  const program = await found(process.env)
  if (program === undefined) throw new Error('there is no k6 here: npx loadgate k6 installs one')
  const { url: gateway } = await startGateway(t)
  const agentcore = await startGateway(t, [], '--profile', 'agentcore')
  const prometheus = await sink(t)
  const results = join(await folderOf(t), 'results')
  mkdirSync(results)
  const made: Readonly<Record<string, string>> = {
    'https://staging.example.com': gateway,
    'http://127.0.0.1:8080': gateway,
    'http://prometheus:9090': prometheus.url,
  }
  const real = (word: string): string => Object.entries(made).reduce((text, [from, to]) => text.replaceAll(from, to), word)
  const target = readFileSync(join(root, 'targets/agentcore.json'), 'utf8')
    .replaceAll('http://127.0.0.1:8080', agentcore.url)
    .replaceAll('http://127.0.0.1:8001', new URL(agentcore.rpcUrl ?? '').origin)
  const TOKEN = await tokenOf(gateway)
  const { PATH = '' } = process.env
  return {
    ...{ k6: program.path, gateway, results, real, pushed: prometheus.pushed },
    async folder(t) {
      const folder = await folderOf(t)
      for (const name of ['dist', 'targets', 'thresholds']) symlinkSync(join(root, name), join(folder, name))
      symlinkSync(results, join(folder, 'results'))
      writeFileSync(join(folder, 'my-gateway.json'), real(shown('docs/reference/targets.md', '"name": "mine"')))
      // A file in the folder goes before a name in targets/: the same, its ports moved to free ones.
      writeFileSync(join(folder, 'agentcore'), target)
      return folder
    },
    env(folder, line) {
      const own = Object.fromEntries(Object.entries(line).map(([name, value]) => [name, real(value)]))
      // Nothing of this machine's own is read or written but k6.
      const env = { PATH, HOME: folder, PWD: folder, COLUMNS: '1000', K6_BIN: program.path, TOKEN, ...own }
      if (line.CLIENT_ID === 'load') Object.assign(env, { CLIENT_ID: 'loadgate-client', CLIENT_SECRET: GIVEN.SECRET })
      if (line.K6_BIN !== undefined) env.K6_BIN = program.path
      return env
    },
  }
}
