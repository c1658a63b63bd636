import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { type Push, type Receiver, startReceiver } from '../../../../cli/record/receiver.ts'

const body = readFileSync(new URL('./pushes/1.bin', import.meta.url))

describe('the receiver', () => {
  let receiver: Receiver
  const pushes: Push[] = []
  before(async () => {
    receiver = await startReceiver((push) => {
      if (push.instance === 'breaks') throw new Error('no room')
      pushes.push(push)
    })
  })
  after(() => receiver.close())
  const post = (path: string, content: Uint8Array): Promise<Response> =>
    fetch(receiver.url.replace('/write', path), { method: 'POST', body: new Uint8Array(content) })

  it('listens on the loopback address only', () => assert.equal(new URL(receiver.url).hostname, '127.0.0.1'))

  it('takes a push and knows whose it is', async () => {
    assert.equal((await post('/write/a-1', body)).status, 204)
    assert.equal(pushes[0]?.instance, 'a-1')
    assert.ok((pushes[0]?.series.length ?? 0) > 20)
    assert.deepEqual(pushes[0]?.body, body)
    assert.equal(receiver.problem(), undefined)
  })

  it('answers what is no push, and goes on', async () => {
    for (const path of ['/write', '/write/', '/write/a/b', '/', '/write/%2e%2e'])
      assert.equal((await post(path, body)).status, 404)
    assert.equal((await fetch(`${receiver.url}/1`)).status, 404)
    assert.equal((await post('/write/1', Buffer.from('not snappy'))).status, 204)
    assert.match(receiver.problem() ?? '', /\w/)
    assert.equal((await post('/write/breaks', body)).status, 204)
    assert.equal((await post('/write/2', body)).status, 204)
    assert.equal(pushes.at(-1)?.instance, '2')
  })

  it('can be closed while somebody holds a connection', async () => {
    const other = await startReceiver(() => {})
    await fetch(`${other.url}/1`, { method: 'POST', body: new Uint8Array(body) })
    await other.close()
    await assert.rejects(fetch(`${other.url}/1`, { method: 'POST', body: new Uint8Array(body) }))
  })
})
