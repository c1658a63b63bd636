/** The address that k6 pushes to. Nothing that arrives here can end the run: what cannot be read is counted and left. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '../base/errors.ts'
import { decodeWrite, type Series } from './remote-write.ts'

export interface Push {
  /** Which k6: the last part of the path that it pushes to. */
  instance: string
  series: Series[]
  /** Epoch milliseconds of arrival. */
  at: number
  /** As it came, for those who pass it on. */
  body: Buffer
  headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface Receiver {
  /** Base of the URLs to push to; an instance adds its name. */
  url: string
  /** Why something that came could not be read; the first such reason. */
  problem(): string | undefined
  close(): Promise<void>
}

const MAX_BODY = 64 * 1024 * 1024

/** Listens on a free port of the loopback address. */
export async function startReceiver(onPush: (push: Push) => void): Promise<Receiver> {
  let problem: string | undefined
  const server = createServer((request, response) => {
    const instance = /^\/write\/([\w.-]{1,64})$/.exec(request.url ?? '')?.[1]
    if (request.method !== 'POST' || instance === undefined) {
      response.writeHead(404).end()
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    request.on('error', () => {})
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_BODY) {
        problem ??= `a push of more than ${MAX_BODY} bytes`
        request.destroy()
      } else chunks.push(chunk)
    })
    request.on('end', () => {
      const at = Date.now()
      // k6 waits for the answer before it collects again.
      response.writeHead(204).end()
      try {
        const body = Buffer.concat(chunks)
        onPush({ instance, series: decodeWrite(body), at, body, headers: request.headers })
      } catch (error) {
        problem ??= messageOf(error)
      }
    })
  })
  server.on('clientError', (_error, socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // It waits for k6, and must not keep anybody else waiting.
  server.unref()
  server.on('error', (error) => {
    problem ??= messageOf(error)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/write`,
    problem: () => problem,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
