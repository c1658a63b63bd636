/** Starts a gateway with a configuration of this folder on ports that are free, and writes its target file for those. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import getPort from 'get-port'
import { folderOf } from '../e2e/script-run.ts'
import { until } from '../e2e/until.ts'

const HERE = new URL('.', import.meta.url).pathname
const TARGETS = new URL('../../targets/', import.meta.url).pathname

export interface Places {
  gateway: number
  /** Of the same gateway, behind its limiter. */
  limited: number
  counters: number
  upstream: number
}

export const placesFor = async (upstream: number): Promise<Places> => ({
  ...{ gateway: await getPort(), limited: await getPort(), counters: await getPort(), upstream },
})

/** The configuration with its ports written in. */
export async function configured(t: TestContext, file: string, places: Places): Promise<string> {
  const folder = await folderOf(t)
  const text = Object.entries(places).reduce(
    (text, [name, port]) => text.replaceAll(`$${name.toUpperCase()}`, String(port)),
    readFileSync(join(HERE, 'config', file), 'utf8'),
  )
  const path = join(folder, file)
  writeFileSync(path, text)
  return path
}

/** Runs a program until the test is over, and waits until it answers. */
export async function started(
  t: TestContext,
  program: string,
  words: readonly string[],
  url: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  let said = ''
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = (said + chunk).slice(-4000)))
  t.after(async () => {
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(late)
  })
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${said}`)
    return fetch(url).then(
      (answer) => answer.text().then(() => true),
      () => false,
    )
  })
}

/** The gateway's target file, where it stands now. */
export async function targetFor(t: TestContext, name: string, places: Places, more: object = {}): Promise<string> {
  const target = JSON.parse(readFileSync(join(TARGETS, `${name}.json`), 'utf8'))
  const { port } = new URL(target.base_url)
  const moved = { ...target, base_url: `http://127.0.0.1:${places.gateway}` }
  if (target.reconciliation) {
    const url = new URL(target.reconciliation.url)
    url.port = String(url.port === port ? places.gateway : places.counters)
    moved.reconciliation = { ...target.reconciliation, url: url.href }
  }
  const file = join(await folderOf(t), `${name}.json`)
  writeFileSync(file, JSON.stringify({ ...moved, ...more }))
  return file
}
