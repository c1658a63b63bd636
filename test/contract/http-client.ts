/** One HTTP request, and its answer as k6 gives it. `fetch` would tidy up paths and refuse headers that a load test sends. */
import { Agent, request } from 'node:http'
import type { Answer } from '../../lib/endpoint/endpoint.ts'

const agent = new Agent({ keepAlive: true })
export const closeConnections = (): void => agent.destroy()

/** As Go writes header names: `etag` is `Etag`. */
const canonical = (name: string): string => name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

export interface Request {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body?: string
}

/** How long something broken may keep a test busy; on a slow machine what is right may take long, too. */
export const PATIENCE_MS = 30_000

/** @throws where no whole answer comes within the time */
export function send({ method, url, headers, body }: Request, timeoutMs = PATIENCE_MS): Promise<Answer> {
  const [, hostname = '', port = '', path = ''] = /^http:\/\/([^/:]+):(\d+)(.*)$/.exec(url) ?? []
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
    const sent = request({ agent, hostname, port, path: path || '/', method, headers: { ...headers, ...length }, signal })
    sent.on('error', reject)
    sent.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, body: '', headers: {} })
    })
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const named = Object.entries(response.headers).map(([name, value]) => [canonical(name), [value].flat().join(', ')])
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), headers: Object.fromEntries(named) })
      })
    })
    sent.end(body)
  })
}
