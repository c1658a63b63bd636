/** Stands before a gateway and does to each fifth request of a path what no gateway would: answers it, sends it twice, or loses it. */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Meddling {
  path: string
  how: 'answer' | 'twice' | 'lose'
}

const EACH = 5

export interface MeddlingProxy {
  url: string
  /** How many requests it has meddled with. */
  meddled(): number
}

export async function meddlingProxy(t: TestContext, gateway: string, { path, how }: Meddling): Promise<MeddlingProxy> {
  const agent = new Agent({ keepAlive: true })
  let seen = 0
  let meddled = 0
  const forward = (asked: IncomingMessage, body: Buffer, answered: (answer: IncomingMessage) => void): void => {
    const { method, url = '/', headers } = asked
    request(gateway + url, { method, headers, agent }, answered).end(body)
  }
  const pass = (answer: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  }
  const server = createServer((asked, response) => {
    const chunks: Buffer[] = []
    asked.on('data', (chunk: Buffer) => chunks.push(chunk))
    asked.on('end', () => {
      const body = Buffer.concat(chunks)
      const chosen = asked.url === path && ++seen % EACH === 0
      if (chosen) meddled += 1
      if (chosen && how === 'lose') {
        asked.socket.destroy()
        return
      }
      if (chosen && how === 'answer') {
        response.setHeader('content-type', 'application/json')
        response.end('{"status":"healthy","version":"0","uptime_s":1}')
        return
      }
      if (chosen && how === 'twice') forward(asked, body, (answer) => answer.resume())
      forward(asked, body, (answer) => pass(answer, response))
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    agent.destroy()
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, meddled: () => meddled }
}
