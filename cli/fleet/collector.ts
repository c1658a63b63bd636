/**
 * `loadgate judge --listen`: takes in what instances post when they end. All of it is from outside: who has no token is not heard, what is too
 * large or too slow is cut off, and nothing of it names a file.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CannotRun } from '../base/errors.ts'
import type { Arrival } from './arrivals.ts'
import { LARGEST_EVIDENCE, readEvidence } from './read-evidence.ts'

export interface CollectorOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  token: string
  /** Evidence that is taken in at most: beyond that, somebody does not know when to stop. */
  most: number
  /** Hears of each one that was taken in. */
  onArrival(arrival: Arrival): void
}

export interface Collector {
  url: string
  close(): Promise<void>
}

const REQUEST_MS = 30_000
const HEADERS_MS = 10_000
const CONNECTIONS = 1000
const CLOSING_MS = 2000

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Of digests, which are of one length: how long it takes says nothing of the token. */
const isToken = (header: string | undefined, token: Buffer): boolean =>
  timingSafeEqual(digest(header?.replace(/^Bearer /i, '') ?? ''), token)

/** @returns undefined for what is too large */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_EVIDENCE) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Milliseconds that the sender's clock is ahead; undefined where it does not say what time it has. */
function aheadOf(header: string | string[] | undefined, now: number): number | undefined {
  const sent = typeof header === 'string' && /^\d{1,16}$/.test(header) ? Number(header) : undefined
  return sent === undefined ? undefined : sent - now
}

export async function startCollector({ host, port, token, most, onArrival }: CollectorOptions): Promise<Collector> {
  const expected = digest(token)
  const known = new Set<string>()

  async function take(request: IncomingMessage): Promise<[status: number, sentence: string]> {
    const now = Date.now()
    if (!isToken(request.headers.authorization, expected))
      return [401, 'the token is not the one of this judge (COLLECTOR_TOKEN)']
    if (Number(request.headers['content-length'] ?? 0) > LARGEST_EVIDENCE) return [413, 'the evidence is too large']
    const text = await bodyOf(request)
    if (text === undefined) return [413, 'the evidence is too large']
    const read = readEvidence(text)
    if ('problem' in read) return [400, `the evidence ${read.problem}`]
    // Whoever did not hear that it had come sends it once more.
    const seen = digest(text).toString('hex')
    if (known.has(seen)) return [201, 'it was here already']
    if (known.size >= most) return [409, 'more evidence has come than this run can have']
    known.add(seen)
    const from = (request.socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '')
    onArrival({ ...read, from, clockMs: aheadOf(request.headers['x-sent-at'], now) })
    return [201, 'taken in']
  }

  function answer(response: ServerResponse, status: number, sentence: string): void {
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', connection: 'close' }
    response.writeHead(status, headers).end(`${sentence}\n`)
  }

  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS }, (request, response) => {
    const { method, url } = request
    if (method === 'GET' && url === '/healthz') answer(response, 200, 'listening')
    else if (url !== '/instances') answer(response, 404, 'there is POST /instances, and GET /healthz')
    else if (method !== 'POST') answer(response, 405, 'evidence is posted')
    else
      take(request).then(
        ([status, sentence]) => answer(response, status, sentence),
        // It broke off.
        () => response.destroy(),
      )
  })
  server.maxConnections = CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new CannotRun(`Nobody can listen on ${host}:${port}: ${error.message}`)))
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        // Whoever is being answered hears it to the end; who is silent is not waited for.
        const cut = setTimeout(() => server.closeAllConnections(), CLOSING_MS)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
