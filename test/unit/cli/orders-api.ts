/** A small API of somebody else's, with its OpenAPI document; what is wrong with it can be said. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Wrongs {
  /** Answers order 1, whichever is asked for. */
  alwaysOne?: boolean
  /** Wants `Authorization: Bearer` with this token. */
  token?: string
  /** Looks at what the token says, and not at what vouches for it. */
  believes?: boolean
  /** Answers every POST with a page. */
  page?: boolean
}

const Order = {
  type: 'object',
  required: ['id', 'customer', 'lines'],
  properties: {
    id: { type: 'integer' },
    customer: { type: 'string' },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    lines: { type: 'array', items: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } } },
  },
}
const content = (schema: object) => ({ description: 'ok', content: { 'application/json': { schema } } })
const REF = { $ref: '#/components/schemas/Order' }
const id = { name: 'order_id', in: 'path', required: true, schema: { type: 'integer', minimum: 1, maximum: 20 } }

export const ORDERS_DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  paths: {
    '/orders': {
      get: { operationId: 'listOrders', responses: { 200: content({ type: 'array', items: REF }) } },
      post: {
        operationId: 'createOrder',
        requestBody: {
          content: {
            'application/json': {
              schema: { type: 'object', required: ['customer'], properties: { customer: { type: 'string', example: 'ann' } } },
            },
          },
        },
        responses: { 201: content(REF) },
      },
    },
    '/orders/{order_id}': {
      get: { operationId: 'getOrder', parameters: [id], responses: { 200: content(REF) } },
      delete: { operationId: 'deleteOrder', parameters: [id], responses: { 204: { description: 'gone' } } },
    },
  },
  components: { schemas: { Order } },
}

const order = (id: number, customer = `c${id}`) => ({ id, customer, note: null, lines: [{ sku: `s${id}` }] })

async function bodyOf(request: IncomingMessage): Promise<{ customer?: string }> {
  let text = ''
  for await (const part of request) text += part
  return text === '' ? {} : JSON.parse(text)
}

export interface OrdersApi {
  url: string
  /** `GET /orders/7`, in the order in which they came. */
  seen: string[]
}

export async function ordersApi(t: TestContext, { alwaysOne, token, believes, page }: Wrongs = {}): Promise<OrdersApi> {
  const seen: string[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request
    seen.push(`${method} ${url}`)
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    const { customer } = await bodyOf(request)
    if (url === '/openapi.json') return send(200, ORDERS_DOCUMENT)
    if (!url.startsWith('/orders')) return send(404, { detail: 'Not Found' })
    const claims = (carried = ''): string | undefined => (believes ? carried.split('.')[1] : carried)
    if (token !== undefined && claims(request.headers.authorization) !== claims(`Bearer ${token}`))
      return send(401, { detail: 'who are you?' })
    const [, one] = /^\/orders\/(\d+)$/.exec(url) ?? []
    if (method === 'POST' && page) {
      response.writeHead(201, { 'Content-Type': 'text/html' })
      return void response.end('<html></html>')
    }
    if (method === 'POST' && url === '/orders') return send(201, order(21, customer))
    if (method === 'GET' && one !== undefined) return send(200, order(alwaysOne ? 1 : Number(one)))
    if (method === 'GET' && url === '/orders')
      return send(
        200,
        [1, 2, 3].map((n) => order(n)),
      )
    send(404, { detail: 'Not Found' })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}
