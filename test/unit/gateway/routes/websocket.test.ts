import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { textFrame } from '../../../../gateway/base/frame.ts'
import { Topics } from '../../../../gateway/domain/topics.ts'
import { listen, until } from '../app-under-test.ts'
import { connect, Refused } from '../socket-client.ts'

test('the first frame is the connection; a ping is answered with its own id', async (t) => {
  const gateway = await listen(t)
  const client = await connect(t, gateway)
  const first = await client.next('connection')
  assert.equal(client.frames[0], first)
  assert.match(String(first.connection_id), /^[0-9a-f-]{36}$/)
  assert.ok(Math.abs(Date.now() - Number(first.sent_at)) < 60_000)
  const ids = [1, 'a', null, { deep: [true] }]
  for (const id of ids) client.send({ type: 'ping', id })
  await until('all pongs are there', () => client.ofType('pong').length === ids.length)
  assert.deepEqual(
    client.ofType('pong').map(({ id }) => id),
    ids,
  )
})

test('a topic has one sequence for all who listen, and a subscriber hears it without a gap', async (t) => {
  const gateway = await listen(t, { eventIntervalMs: 20 })
  const early = await connect(t, gateway)
  early.send({ type: 'subscribe', topic: 'prices' })
  assert.equal((await early.next('subscribed')).seq, 0)
  await until('three events came', () => early.ofType('event').length >= 3)
  const late = await connect(t, gateway)
  late.send({ type: 'subscribe', topic: 'prices' })
  const { seq: from } = await late.next('subscribed')
  assert.ok(Number(from) >= 3)
  await until('three more came', () => late.ofType('event').length >= 3)
  for (const [client, start] of [[early, 0] as const, [late, Number(from)] as const])
    client.ofType('event').forEach(({ seq, topic }, at) => {
      assert.equal(topic, 'prices')
      assert.equal(seq, start + at + 1)
    })
  early.send({ type: 'unsubscribe', topic: 'prices' })
  await early.next('unsubscribed')
  const heard = early.ofType('event').length
  const lateHeard = late.ofType('event').length
  await until('the other still hears', () => late.ofType('event').length >= lateHeard + 3)
  assert.equal(early.ofType('event').length, heard)
})

test('events keep their interval', async (t) => {
  const gateway = await listen(t, { eventIntervalMs: 30 })
  const client = await connect(t, gateway)
  client.send({ type: 'subscribe', topic: 'x' })
  await until('ten events came', () => client.ofType('event').length >= 10)
  const [first, last] = [client.ofType('event')[0], client.ofType('event')[9]]
  const ms = Number(last?.sent_at) - Number(first?.sent_at)
  // Where the first was held up, the second comes at once.
  assert.ok(ms >= 8 * 30 - 5 && ms < 90 * 30, `${ms} ms for nine intervals of 30`)
})

test('anything else is an error, and the connection goes on', async (t) => {
  const gateway = await listen(t)
  const client = await connect(t, gateway)
  const wrong = [
    ['{', 'malformed_json'],
    ['7', 'invalid_message'],
    ['null', 'invalid_message'],
    ['{"type":"dance"}', 'unknown_type'],
    ['{"type":"subscribe"}', 'invalid_topic'],
    ['{"type":"subscribe","topic":""}', 'invalid_topic'],
    [`{"type":"subscribe","topic":"${'x'.repeat(129)}"}`, 'invalid_topic'],
  ] as const
  for (const [text] of wrong) client.send(text)
  client.socket.send(Buffer.from('{"type":"ping"}'))
  for (let n = 0; n < 65; n++) client.send({ type: 'subscribe', topic: `t${n}` })
  await until('all errors are there', () => client.ofType('error').length === wrong.length + 2)
  assert.deepEqual(
    client.ofType('error').map(({ code }) => code),
    [...wrong.map(([, code]) => code), 'not_text', 'too_many_topics'],
  )
  client.send({ type: 'ping', id: 1 })
  await client.next('pong')
})

test('a bad or missing token is refused at the handshake', async (t) => {
  const gateway = await listen(t)
  for (const query of ['', '?token=', '?token=forged', `?token=${gateway.token}x`, `?token=a&token=b`])
    await assert.rejects(connect(t, gateway, query), (error) => error instanceof Refused && error.status === 401, query)
  assert.equal(gateway.app.gateway.connections.count().ws, 0)
})

test('a plain request for the socket is asked to upgrade', async (t) => {
  const { url, token } = await listen(t)
  assert.equal((await fetch(`${url}/api/v1/ws?token=${token}`)).status, 426)
  assert.equal((await fetch(`${url}/api/v1/ws`)).status, 401)
})

test('sockets are counted while they are open, and their handshake once', async (t) => {
  const gateway = await listen(t)
  const clients = await Promise.all(Array.from({ length: 5 }, () => connect(t, gateway)))
  assert.equal(gateway.app.gateway.connections.count().ws, 5)
  for (const { socket } of clients) socket.close()
  await until('all are gone', () => gateway.app.gateway.connections.count().ws === 0)
  const { body } = await gateway.app.inject('/metrics')
  assert.match(body, /^gateway_requests_total\{method="GET",route="\/api\/v1\/ws",status="101"\} 5$/m)
})

test('a message over the limit closes the connection with 1009', async (t) => {
  const gateway = await listen(t)
  const { socket } = await connect(t, gateway)
  socket.send('x'.repeat(70_000))
  assert.equal(await new Promise((resolve) => socket.on('close', resolve)), 1009)
})

test('a frame holds its text, whatever the length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), (text) => {
      const frame = textFrame(text)
      const bytes = Buffer.byteLength(text)
      assert.equal(frame[0], 0x81)
      const start = bytes < 126 ? 2 : 4
      assert.equal(bytes < 126 ? frame[1] : frame.readUInt16BE(2), bytes)
      assert.equal(frame.subarray(start).toString(), text)
    }),
  )
})

test('a topic that nobody listens to keeps its number and stops counting', async () => {
  const topics = new Topics(10, (topic, seq) => `${topic}:${seq}`)
  const heard: number[] = []
  const listener = { deliver: ({ seq }: { seq: number }) => void heard.push(seq) }
  assert.equal(topics.subscribe('a', listener), 0)
  await until('two events came', () => heard.length >= 2)
  topics.unsubscribe('a', listener)
  const [seq] = heard.slice(-1)
  assert.equal(topics.subscribe('a', listener), seq)
  topics.unsubscribe('a', listener)
  topics.stop()
})

test('topics take turns within an interval', async () => {
  const topics = new Topics(40, (topic) => topic)
  const heard: string[] = []
  const listener = { deliver: ({ text }: { text: string }) => void heard.push(text) }
  for (const name of ['a', 'b']) topics.subscribe(name, listener)
  await until('four events came', () => heard.length >= 4)
  topics.stop()
  // The first topic's events end an interval, those of the second its first half.
  assert.deepEqual(heard.slice(0, 4), ['b', 'a', 'b', 'a'])
})
