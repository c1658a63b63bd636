import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorBody, JSON_TYPE } from '../base/errors.ts'
import { describeCatalogue } from './catalogue.ts'
import type { FaultInjector } from './injector.ts'
import { OrderError, parseOrder, type Routes } from './order.ts'

const MAX_BODY_BYTES = 64 * 1024

export interface FaultServer {
  readonly url: string
  close(): Promise<void>
}

/** The fault injector's own door: another port than the gateway's, on loopback, for the holder of the token. */
export async function openFaultServer(injector: FaultInjector, routes: Routes, token: string): Promise<FaultServer> {
  const server = createServer((request, response) => {
    answer(injector, routes, token, request).then(
      ({ status, body }) => send(response, status, body),
      () => send(response, 500, errorBody('internal_error', 'internal error')),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) }
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, body === '' ? {} : { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

interface Reply {
  readonly status: number
  readonly body: string
}

const refusal = (status: number, code: string, message: string): Reply => ({ status, body: errorBody(code, message) })

async function answer(injector: FaultInjector, routes: Routes, token: string, request: IncomingMessage): Promise<Reply> {
  if (!mayEnter(request.headers.authorization, token))
    return refusal(401, 'unauthorized', 'the token of the ready line is required')
  const path = (request.url ?? '').split('?', 1)[0]
  const id = /^\/faults\/([^/]+)$/.exec(path ?? '')?.[1]
  if (path !== '/faults' && id === undefined) return refusal(404, 'not_found', 'there is /faults and /faults/:id')
  switch (`${request.method} ${id === undefined ? '' : ':id'}`) {
    case 'GET ':
      return { status: 200, body: JSON.stringify({ faults: describeCatalogue(), active: injector.describe() }) }
    case 'POST ':
      return arm(injector, routes, await read(request))
    case 'DELETE ':
      injector.clear()
      return { status: 204, body: '' }
    case 'DELETE :id':
      return injector.disarm(id ?? '') ? { status: 204, body: '' } : refusal(404, 'not_found', `no fault ${id} is on`)
    default:
      return refusal(405, 'method_not_allowed', 'GET, POST and DELETE /faults, DELETE /faults/:id')
  }
}

/** Digests have one length, so that comparing them takes one time. */
function mayEnter(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}

function arm(injector: FaultInjector, routes: Routes, text: string | null): Reply {
  if (text === null) return refusal(413, 'body_too_large', `more than ${MAX_BODY_BYTES} bytes`)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return refusal(400, 'malformed_json', 'the body is not JSON')
  }
  try {
    const id = injector.arm(parseOrder(body, routes))
    return id === null ? refusal(409, 'too_many_faults', 'too many faults are on') : { status: 201, body: JSON.stringify({ id }) }
  } catch (error) {
    if (error instanceof OrderError) return refusal(422, 'invalid_fault', error.message)
    throw error
  }
}

async function read(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString('utf8') : null
}
