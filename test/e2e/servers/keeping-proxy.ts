/** Stands before a gateway and lets no agent be unregistered, although it says so. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function kept(body: string): string | undefined {
  if (!body.includes('"agent.unregister"')) return undefined
  const { id, params } = JSON.parse(body)
  return JSON.stringify({ jsonrpc: '2.0', id, result: { agent_id: params.agent_id, success: true } })
}

/** URL of the proxy. */
export async function keepingProxy(t: TestContext, gateway: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = await textOf(request)
    const own = kept(body)
    if (own !== undefined) return response.setHeader('content-type', 'application/json').end(own)
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      name === 'host' || name === 'connection' || name === 'content-length' ? [] : [[name, String(value)] as [string, string]],
    )
    const { method = 'GET', url = '/' } = request
    const answer = await fetch(gateway + url, { method, headers, ...(body === '' ? {} : { body }) })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
    return response.end(await answer.text())
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
