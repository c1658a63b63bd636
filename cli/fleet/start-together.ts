/** Several k6 begin in the same moment: each is started paused, with k6's REST API on a loopback port, and goes on when all have made their VUs. */
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** k6 has made its VUs and waits to be told to go on. */
const PAUSED_BEFORE_RUN = 4
const LOOK_MS = 50
/** Whoever is not ready by then is not waited for: it will be found to have begun late. */
const PATIENCE_MS = 120_000
const ANSWER_MS = 2000

export interface Waiting {
  /** What k6 must be started with. */
  args: string[]
  /** Its address. */
  api: string
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function waiting(): Promise<Waiting> {
  const address = `127.0.0.1:${await freePort()}`
  return { args: ['--paused', '--address', address], api: `http://${address}/v1/status` }
}

async function isReady(api: string): Promise<boolean> {
  try {
    const answer = await fetch(api, { signal: AbortSignal.timeout(ANSWER_MS) })
    const { data } = (await answer.json()) as { data?: { attributes?: { status?: number } } }
    return data?.attributes?.status === PAUSED_BEFORE_RUN
  } catch {
    return false
  }
}

const GO = JSON.stringify({ data: { type: 'status', id: 'default', attributes: { paused: false } } })

async function go(api: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  await fetch(api, { method: 'PATCH', headers, body: GO, signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => {
    // It has ended: its exit code says why.
  })
}

/** @param hasEnded whether an instance has ended meanwhile: nobody waits for that */
export async function goTogether(all: readonly Waiting[], hasEnded: (index: number) => boolean): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  const ready = new Set<number>()
  while (performance.now() < until) {
    await Promise.all(
      all.map(async ({ api }, i) => {
        if (!ready.has(i) && (hasEnded(i) || (await isReady(api)))) ready.add(i)
      }),
    )
    if (ready.size === all.length) break
    await pause(LOOK_MS)
  }
  await Promise.all(all.map(({ api }) => go(api)))
}
