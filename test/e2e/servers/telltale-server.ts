/** A gateway that tells what it should keep to itself: its answers carry the credentials of the request. Knows each token that it has issued. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { clothesOf } from '../hidden.ts'

/** `well`: health is right; `tells`: it fails with all it knows; `in clothes`: it fails with the secret and the token in other forms; `refuses`: it gives no token, and says why; `hangs up` on who renews one. */
export type Manners = 'well' | 'tells' | 'in clothes' | 'refuses' | 'hangs up'

export interface Telltale {
  url: string
  manners: Manners
  /** Whether its tokens look like nothing in particular. */
  opaque: boolean
  issued: string[]
  /** What it has been told to get a token. */
  told: string
}

const part = (content: object | Buffer): string =>
  (Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content))).toString('base64url')
const token = (): string =>
  `${part({ alg: 'HS256' })}.${part({ sub: 'x', jti: randomBytes(9).toString('hex') })}.${part(randomBytes(32))}`

/** Short enough to be taken for any word. */
const opaqueToken = (): string => randomBytes(9).toString('base64url')

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

export async function telltaleServer(t: TestContext): Promise<Telltale> {
  const telltale: Telltale = { url: '', manners: 'well', opaque: false, issued: [], told: '' }
  let turn = 0
  const grant = (): string => {
    const made = telltale.opaque ? opaqueToken : token
    const [access_token, refresh_token] = [made(), made()]
    telltale.issued.push(access_token, refresh_token)
    // Renewed within a run of three seconds.
    return JSON.stringify({ access_token, refresh_token, expires_in: 2 })
  }
  const answer = (request: IncomingMessage, body: string, response: ServerResponse): void => {
    const { url = '', headers } = request
    const { authorization = '', 'x-api-key': key = '' } = headers
    if (url.startsWith('/auth/refresh') && telltale.manners === 'hangs up') return void request.socket.destroy()
    if (url.startsWith('/auth/') && telltale.manners === 'refuses') return void response.writeHead(401).end(`not right: ${body}`)
    if (url.startsWith('/auth/token')) telltale.told = (JSON.parse(body) as { password?: string }).password ?? ''
    if (url.startsWith('/auth/')) return void response.setHeader('content-type', 'application/json').end(grant())
    if ((telltale.manners === 'well' || telltale.manners === 'hangs up') && url.endsWith('/health'))
      return void response
        .setHeader('content-type', 'application/json')
        .end('{"status":"healthy","version":"1.0.0","uptime_s":1}')
    if (telltale.manners === 'in clothes') {
      const known = [authorization.replace('Bearer ', '') || String(key), telltale.told].filter(Boolean)
      const forms = known.flatMap(clothesOf)
      return void response
        .writeHead(500)
        .end(`\u001b[2J\r\n::error::who is ${forms[turn++ % forms.length]}, ![x](http://x.example)`)
    }
    const told = JSON.stringify({
      authorization,
      access_token: authorization.replace('Bearer ', ''),
      api_key: key,
      body: body.slice(0, 50),
    })
    response.writeHead(500, { 'content-type': 'text/plain', 'x-seen': authorization || String(key) })
    response.end(`no route ${url}; headers: Authorization: ${authorization}\n${told}\nraw ${authorization.split(' ')[1] ?? key}`)
  }
  const server = createServer(async (request, response) => answer(request, await textOf(request), response))
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  telltale.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return telltale
}
