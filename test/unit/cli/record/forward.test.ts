import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, it } from 'node:test'
import { forwarder } from '../../../../cli/record/forward.ts'
import type { Push } from '../../../../cli/record/receiver.ts'
import { decodeWrite } from '../../../../cli/record/remote-write.ts'

const bodies = [1, 2].map((number) => readFileSync(new URL(`./pushes/${number}.bin`, import.meta.url)))
const push = (number: 0 | 1, headers: Push['headers'] = {}): Push => {
  const body = bodies[number] ?? assert.fail()
  return { instance: '1', series: decodeWrite(body), at: 0, body, headers }
}

const closers: (() => void)[] = []
after(() => {
  for (const close of closers) close()
})

async function prometheus(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const got: { headers: IncomingMessage['headers']; body: Buffer }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      got.push({ headers: request.headers, body: Buffer.concat(chunks) })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { got, url: `127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/write` }
}

describe('forwarding to a Prometheus', () => {
  it('passes pushes on as they are, in order, with the headers of the user', async () => {
    const { got, url } = await prometheus((_, response) => response.writeHead(204).end())
    const forward = forwarder(`http://${url}`)
    forward.pass(push(0, { 'x-scope-orgid': 'team', host: 'elsewhere', 'content-length': '1' }))
    forward.send(Buffer.from('ours'))
    await forward.drain()
    assert.equal(forward.problem(), undefined)
    assert.deepEqual(
      got.map(({ body }) => body),
      [bodies[0], Buffer.from('ours')],
    )
    assert.equal(got[1]?.headers['x-scope-orgid'], 'team')
    assert.equal(got[0]?.headers['content-encoding'], 'snappy')
  })
  it('leaves out the last push, which only repeats the totals', async () => {
    const { got, url } = await prometheus((_, response) => response.writeHead(204).end())
    const forward = forwarder(`http://${url}`)
    forward.pass(push(1))
    await forward.drain()
    assert.equal(got.length, 0)
  })
  it('turns user and password of the URL into a header, and shows neither', async () => {
    const { got, url } = await prometheus((_, response) => response.writeHead(500).end('no'))
    const forward = forwarder(`http://user:s%20cret@${url}`)
    forward.pass(push(0))
    await forward.drain()
    assert.equal(got[0]?.headers.authorization, `Basic ${Buffer.from('user:s cret').toString('base64')}`)
    assert.match(forward.problem() ?? '', /1 pushes were not delivered: answered 500: no/)
    assert.ok(!/cret/.test(forward.problem() ?? ''))
  })
  it('tells the answer of a Prometheus that repeats what it was given, without secrets', async () => {
    const { got, url } = await prometheus(({ headers }, response) =>
      response.writeHead(403).end(`user:s cret may not (${JSON.stringify(headers)})`),
    )
    const forward = forwarder(`http://user:s%20cret@${url}`)
    forward.pass(push(0, { 'x-api-key': 'k-4f1c9a4f1c9a' }))
    await forward.drain()
    const { authorization = '', 'x-api-key': key } = got[0]?.headers ?? {}
    assert.equal(key, 'k-4f1c9a4f1c9a')
    const told = forward.problem() ?? ''
    assert.match(told, /answered 403: user:<redacted> may not/)
    for (const secret of ['cret', authorization.replace('Basic ', ''), 'k-4f1c9a']) assert.ok(!told.includes(secret), told)
  })
  it('never waits for one that is slow: the oldest pushes give way', async () => {
    const { url } = await prometheus(() => {})
    const forward = forwarder(`http://${url}`, { timeout: 5000, drain: 50 })
    for (let i = 0; i < 100; i++) forward.pass(push(0))
    assert.match(forward.problem() ?? '', /^39 pushes were not delivered: slower than k6/)
    await forward.drain()
    await new Promise((resolve) => setImmediate(resolve))
    assert.match(forward.problem() ?? '', /^100 pushes/)
  })
  it('says why nobody could be reached', async () => {
    const forward = forwarder('http://127.0.0.1:1/write')
    forward.pass(push(0))
    await forward.drain()
    assert.match(forward.problem() ?? '', /1 pushes were not delivered: .*(ECONNREFUSED|bad port)/)
  })
})
