/** The JSON API behind the gateways, with a fault that can be put on. It shares no code with what tests it. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Shop {
  port: number
  /** Answers order 1, whichever is asked for. */
  alwaysOne: boolean
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += part
  return text
}

export async function shop(t: TestContext): Promise<Shop> {
  const state: Shop = { port: 0, alwaysOne: false }
  let last = 1000
  const lines = (id: number) => [{ order: id, sku: `s-${id}` }]
  const server = createServer(async (request, response) => {
    const { method, url = '' } = request
    const { pathname, searchParams } = new URL(url, 'http://shop')
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    }
    if (pathname === '/health') return send(200, { status: 'ok' })
    if (method === 'POST' && pathname === '/orders') {
      last += 1
      return send(201, { ...JSON.parse(await bodyOf(request)), id: last })
    }
    if (pathname === '/orders') {
      const items = Array.from({ length: Number(searchParams.get('limit')) }, (_, i) => ({
        id: i + 1,
        customer: searchParams.get('customer'),
      }))
      return send(200, { items })
    }
    const id = Number(/^\/orders\/(\d+)$/.exec(pathname)?.[1])
    if (!(id >= 1)) return send(404, { error: 'not found' })
    const shown = state.alwaysOne ? 1 : id
    send(200, { id: shown, lines: lines(shown) })
  })
  // A gateway keeps its connections for longer than Node would.
  server.keepAliveTimeout = 120_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  state.port = (server.address() as AddressInfo).port
  return state
}
