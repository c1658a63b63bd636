/** The JSON API behind the gateways, and a model that says again what it is told, with a fault that can be put on. It shares no code with what tests it. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Shop {
  port: number
  /** Answers order 1, whichever is asked for, and the same to whoever talks to the model. */
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
    if (pathname === '/v1/chat/completions') {
      const { messages } = JSON.parse(await bodyOf(request)) as { messages: { content: string }[] }
      const told = messages.at(-1)?.content ?? ''
      const message = { role: 'assistant', content: state.alwaysOne ? 'the same to everybody' : told }
      return send(200, {
        ...{ id: `chat-${++last}`, object: 'chat.completion', created: 1_700_000_000, model: 'mock' },
        choices: [{ index: 0, finish_reason: 'stop', message }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      })
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
