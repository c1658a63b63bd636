import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { errorBody } from '../base/errors.ts'
import { Agents } from '../domain/agents.ts'
import { gatewayMethods } from '../domain/gateway-methods.ts'
import { PAGE_RULE, parsePage } from '../domain/query.ts'
import { buildDocument, type Document, listResources, RESOURCE_COUNT, resourceId } from '../domain/resources.ts'
import { answerPayload } from '../domain/rpc.ts'
import { Tasks } from '../domain/tasks.ts'
import { BODY_LIMIT_BYTES } from '../options.ts'

/**
 * The cheapest server that answers the hot endpoints correctly: no framework, no token check, no metrics. What a load
 * generator measures against it is mostly the generator itself.
 */
export function createNullServer(): Server {
  const documents = new Map<string, Document>(
    Array.from({ length: RESOURCE_COUNT }, (_, index) => [`/api/v1/resource/${resourceId(index)}`, buildDocument(index)]),
  )
  const pages = new Map<string, Sent>()
  const methods = new Map(gatewayMethods(new Agents(), new Tasks(), () => process.uptime()))

  const posts: Readonly<Record<string, (body: string) => Sent>> = {
    // The body sent is the answer but for its id and status, so it need not be read to be echoed.
    '/api/v1/action': (body) => ({
      status: 201,
      body: `{"id":"${randomUUID()}",${body.slice(body.indexOf('{') + 1, body.lastIndexOf('}'))},"status":"accepted"}`,
    }),
    '/api/v1/jsonrpc': (body) => {
      const answer = answerPayload(methods, parse(body))
      return answer === null ? { status: 204, body: '' } : { status: 200, body: JSON.stringify(answer) }
    },
    '/auth/token': () => TOKENS,
    '/auth/refresh': () => TOKENS,
  }

  function answerGet(url: string): Sent {
    if (url === '/api/v1/health') return HEALTH
    const document = documents.get(url)
    if (document) return { status: 200, body: document.body, headers: { etag: document.etag, 'x-cache': 'HIT' } }
    return url.startsWith('/api/v1/resources') ? answerPage(url) : NOT_FOUND
  }

  function answerPage(url: string): Sent {
    const known = pages.get(url)
    if (known) return known
    const asked = parsePage(Object.fromEntries(new URL(url, 'http://x').searchParams))
    if (!asked) return { status: 422, body: errorBody('invalid_query', PAGE_RULE) }
    const page = { status: 200, body: listResources(asked.limit, asked.offset) }
    if (pages.size < RESOURCE_COUNT) pages.set(url, page)
    return page
  }

  return createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const url = request.url ?? ''
    const post = posts[url]
    if (request.method === 'GET') {
      send(response, answerGet(url))
    } else if (request.method === 'POST' && post) {
      collect(request, (body) => send(response, body === null ? TOO_LARGE : post(body)))
    } else {
      request.resume()
      send(response, NOT_FOUND)
    }
  })
}

interface Sent {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

const HEALTH: Sent = { status: 200, body: '{"status":"healthy","version":"null","uptime_s":0}' }
const TOKENS: Sent = {
  status: 200,
  body: '{"access_token":"null","token_type":"Bearer","expires_in":3600,"refresh_token":"null"}',
}
const NOT_FOUND: Sent = { status: 404, body: errorBody('not_found', 'not among the endpoints of null mode') }
const TOO_LARGE: Sent = { status: 413, body: errorBody('body_too_large', `more than ${BODY_LIMIT_BYTES} bytes`) }

/** What is not JSON is not a request either: null is answered as such. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

/** Null for a body over the limit. */
function collect(request: IncomingMessage, done: (body: string | null) => void): void {
  let body = ''
  let length = 0
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    length += chunk.length
    if (length <= BODY_LIMIT_BYTES) body += chunk
  })
  request.on('end', () => done(length > BODY_LIMIT_BYTES ? null : body))
}

function send(response: ServerResponse, { status, body, headers }: Sent): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}
