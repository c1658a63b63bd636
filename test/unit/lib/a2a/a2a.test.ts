import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { agentCard, agentCardCached } from '../../../../lib/a2a/agent-card.ts'
import { A2aTasks } from '../../../../lib/a2a/method.ts'
import { a2aSend, a2aStart, a2aStream } from '../../../../lib/a2a/send.ts'
import { a2aCancel, a2aGet, a2aList } from '../../../../lib/a2a/tasks.ts'
import { Talk } from '../jsonrpc/talk.ts'

const task = (state: string, more: object = {}) => ({
  id: 't-1',
  contextId: 'c-1',
  status: { state: `TASK_STATE_${state}`, timestamp: '2026-01-01T00:00:00Z' },
  ...more,
})
const message = { messageId: 'm-1', role: 'ROLE_AGENT', parts: [{ text: 'hello' }] }

function started(): Talk {
  const talk = new Talk()
  assert.equal(
    talk.rpc(a2aStart, () => ({ task: task('WORKING') })),
    undefined,
  )
  return talk
}

test('a message is sent as version 1.0 writes it, each with an id of its own', () => {
  const talk = new Talk()
  const [first, second] = [talk.next(a2aSend), talk.next(a2aSend)]
  assert.equal(first.headers?.['A2A-Version'], '1.0')
  const { method, params } = JSON.parse(first.body ?? '')
  assert.equal(method, 'SendMessage')
  assert.equal(params.message.role, 'ROLE_USER')
  assert.equal(params.message.parts.length, 1)
  assert.notEqual(params.message.messageId, JSON.parse(second.body ?? '').params.message.messageId)
  assert.equal(JSON.parse(talk.next(a2aStart).body ?? '').params.configuration.returnImmediately, true)
})

test('SendMessage answers with a task that is done, or with a message', () => {
  const answer = (result: object) => new Talk().rpc(a2aSend, () => result)
  assert.equal(answer({ task: task('COMPLETED') }), undefined)
  assert.equal(answer({ task: task('INPUT_REQUIRED') }), undefined)
  assert.equal(answer({ message }), undefined)
  assert.match(String(answer({ task: task('WORKING') })), /although nobody asked to return at once/)
  for (const state of ['FAILED', 'REJECTED', 'CANCELED'])
    assert.match(String(answer({ task: task(state) })), new RegExp(`is a task in state TASK_STATE_${state}`))
  assert.match(String(answer({ task: task('ASLEEP') })), /is a task of status/)
  assert.match(String(answer({ task: { ...task('COMPLETED'), id: '' } })), /without id/)
  assert.match(String(answer({ task: { ...task('COMPLETED'), contextId: undefined } })), /without contextId/)
  assert.match(String(answer({ task: null })), /is no task/)
  assert.match(String(answer({})), /exactly one of/)
  assert.match(String(answer({ task: task('COMPLETED'), message })), /exactly one of/)
  assert.match(String(answer({ message: { ...message, role: 'agent' } })), /of role "agent"/)
  assert.match(String(answer({ message: { ...message, parts: [] } })), /without parts/)
  assert.match(String(answer({ message: { ...message, messageId: 5 } })), /without messageId/)
  // The old binding's answer: the task itself.
  assert.match(String(answer(task('COMPLETED'))), /exactly one of/)
})

test('a task that was begun is got, listed and canceled', () => {
  const talk = started()
  const asked = JSON.parse(talk.next(a2aGet).body ?? '')
  assert.equal(asked.params.id, 't-1')
  assert.equal(
    talk.rpc(a2aGet, () => task('WORKING')),
    undefined,
  )
  assert.match(String(talk.rpc(a2aGet, () => ({ ...task('WORKING'), id: 't-2' }))), /is task t-2, not t-1/)
  assert.match(String(talk.rpc(a2aCancel, () => task('WORKING'))), /not TASK_STATE_CANCELED/)
  assert.equal(
    talk.rpc(a2aCancel, () => task('CANCELED')),
    undefined,
  )
  assert.match(String(talk.rpc(a2aGet, () => task('WORKING'))), /although the task had come to TASK_STATE_CANCELED/)
  assert.equal(
    talk.rpc(a2aGet, () => task('CANCELED')),
    undefined,
  )
})

test('a task stays in its context, and is not canceled before anybody has asked for it', () => {
  const stray = task('WORKING', { contextId: 'c-2' })
  assert.equal(
    started().rpc(a2aGet, () => stray),
    'is of context c-2, not c-1',
  )
  assert.equal(
    started().rpc(a2aCancel, () => ({ ...stray, ...task('CANCELED', { contextId: 'c-2' }) })),
    'is of context c-2, not c-1',
  )
  assert.equal(
    started().rpc(a2aGet, () => task('CANCELED')),
    'has state TASK_STATE_CANCELED',
  )
  const asked = started()
  asked.next(a2aCancel)
  assert.equal(
    asked.rpc(a2aGet, () => task('CANCELED')),
    undefined,
    'nobody has heard that it was, and it is',
  )
  const ended = started()
  ended.rpc(a2aGet, () => task('COMPLETED'))
  assert.match(String(ended.rpc(a2aCancel, () => task('CANCELED'))), /although the task had come to TASK_STATE_COMPLETED/)
})

const failing = (talk: Talk, code: number) =>
  talk.say(a2aCancel, ({ id }) => ({ jsonrpc: '2.0', id, error: { code, message: 'no' } }))

test('a task that cannot be canceled any more must have ended', () => {
  const talk = started()
  assert.equal(failing(talk, -32002), undefined)
  assert.match(String(talk.rpc(a2aGet, () => task('WORKING'))), /could not be canceled any more/)
  assert.equal(
    talk.rpc(a2aGet, () => task('COMPLETED')),
    undefined,
  )
})

test('what has ended stays as it is, and ends well', () => {
  const talk = new Talk()
  talk.rpc(a2aSend, () => ({ task: task('COMPLETED') }))
  assert.equal(
    talk.rpc(a2aGet, () => task('COMPLETED')),
    undefined,
  )
  for (const other of ['WORKING', 'CANCELED', 'FAILED'])
    assert.match(String(talk.rpc(a2aGet, () => task(other))), /although the task had come to TASK_STATE_COMPLETED/)
  assert.match(String(started().rpc(a2aGet, () => task('FAILED'))), /has state TASK_STATE_FAILED/)
  const refused = started()
  failing(refused, -32002)
  assert.match(String(refused.rpc(a2aGet, () => task('REJECTED'))), /has state TASK_STATE_REJECTED/)
  const ended = started()
  ended.rpc(a2aGet, () => task('COMPLETED'))
  assert.match(String(ended.rpc(a2aGet, () => task('WORKING'))), /although the task had come to TASK_STATE_COMPLETED/)
})

test('each message begins a task of its own', () => {
  const talk = new Talk()
  const send = (endpoint: typeof a2aSend | typeof a2aStart, state: string) => talk.rpc(endpoint, () => ({ task: task(state) }))
  assert.equal(send(a2aSend, 'COMPLETED'), undefined)
  assert.match(String(send(a2aSend, 'COMPLETED')), /is task t-1, which an earlier message has begun/)
  assert.match(String(send(a2aStart, 'WORKING')), /is task t-1, which an earlier message has begun/)
  const call = talk.next(a2aStream)
  const body = `data: ${JSON.stringify({ jsonrpc: '2.0', id: call.id, result: { task: task('COMPLETED') } })}\n\n`
  assert.match(String(talk.check(a2aStream, call, body, SSE)), /which an earlier message has begun/)
})

test('any other error of CancelTask is one', () => {
  for (const code of [-32001, -32603]) assert.equal(typeof failing(started(), code), 'object')
})

test('a VU without a task of its own asks for one of the pool, and nothing where there is none', () => {
  const talk = new Talk()
  assert.equal(talk.session(a2aGet).next(0), undefined)
  assert.equal(talk.session(a2aCancel).next(0), undefined)
  talk.vuState.of(A2aTasks).pool = ['a', 'b', 'c'].map((id) => ({ id, contextId: 'c', state: 'TASK_STATE_COMPLETED' }))
  assert.equal(talk.next(a2aGet).expect, 'a')
  assert.equal(talk.next(a2aGet).expect, 'b')
  talk.rpc(a2aSend, () => ({ task: task('COMPLETED') }))
  assert.equal(talk.next(a2aGet).expect, 't-1')
})

test('a list has the members, order, context and size that the specification asks for', () => {
  const list = (tasks: object[], more: object = {}, talk = started()) =>
    talk.rpc(a2aList, () => ({ tasks, nextPageToken: '', pageSize: 5, totalSize: tasks.length, ...more }))
  const at = (timestamp: string, more: object = {}) =>
    task('WORKING', { status: { state: 'TASK_STATE_WORKING', timestamp }, ...more })
  assert.equal(list([task('WORKING')]), undefined)
  assert.equal(list([at('2026-01-01T00:00:00.5Z'), at('2026-01-01T00:00:00Z', { id: 't-2' })]), undefined)
  assert.match(String(list([at('2026-01-01T00:00:00Z'), at('2026-01-01T00:00:00.5Z', { id: 't-2' })])), /order/)
  assert.match(String(list([task('WORKING', { contextId: 'c-2' })])), /of context c-2, not c-1/)
  assert.match(String(list([task('WORKING', { artifacts: [] })])), /artifacts/)
  assert.match(String(list([task('WORKING', { id: 't-9' })])), /lacks task t-1/)
  const more = { nextPageToken: 'more', totalSize: 9 }
  assert.equal(list([task('WORKING', { id: 't-9' })], more), undefined)
  assert.match(String(list([at('2025-12-31T23:59:59Z', { id: 't-9' })], more)), /lacks task t-1/, 'an older one stands there')
  assert.match(String(list([task('WORKING')], { totalSize: 9 })), /has 1 tasks of 9, and no more pages/)
  assert.match(String(list([task('WORKING')], { nextPageToken: 'more' })), /has 1 tasks of 1, and a page after them/)
  assert.match(String(list([task('FAILED')])), /has an entry that has state TASK_STATE_FAILED/)
  assert.match(String(list(Array.from({ length: 6 }, () => task('WORKING')))), /has 6 tasks/)
  assert.match(String(list([task('WORKING')], { totalSize: 0 })), /totalSize of 0/)
  assert.match(String(list([task('WORKING')], { nextPageToken: undefined })), /^is not/)
  assert.match(String(list([{}])), /has an entry that is a task without id/)
  assert.match(String(list([task('WORKING'), task('WORKING')])), /has task t-1 twice/)
  for (const pageSize of [0, 0.5, -5])
    assert.match(String(list([task('WORKING')], { pageSize })), /has 1 tasks and a pageSize of/)
  assert.match(String(list([], { nextPageToken: 'more', totalSize: 1 })), /lacks task t-1/)
  assert.equal(list([], {}, new Talk()), undefined)
  const sent = new Talk()
  sent.rpc(a2aSend, () => ({ task: task('COMPLETED') }))
  assert.match(String(list([], {}, sent)), /lacks task t-1/)
  const pooled = new Talk()
  pooled.vuState.of(A2aTasks).pool = [{ id: 'a', contextId: 'c', state: 'TASK_STATE_COMPLETED' }]
  assert.match(String(list([], {}, pooled)), /lacks task a/)
})

const SSE = { 'Content-Type': 'text/event-stream' }
const update = (state: string, taskId = 't-1', contextId = 'c-1') => ({
  statusUpdate: { taskId, contextId, status: { state: `TASK_STATE_${state}` } },
})
const artifact = { artifactUpdate: { taskId: 't-1', contextId: 'c-1', artifact: { artifactId: 'a', parts: [] } } }

function streamedAs(end: string, ...results: object[]) {
  const talk = new Talk()
  const call = talk.next(a2aStream)
  const body = results.map((result) => `data: ${JSON.stringify({ jsonrpc: '2.0', id: call.id, result })}`).join('\n\n')
  return talk.check(a2aStream, call, body + end, SSE)
}
const stream = (...results: object[]) => streamedAs('\n\n', ...results)

test('a stream is a task, its updates and its end, or one message', () => {
  assert.equal(stream({ task: task('SUBMITTED') }, update('WORKING'), artifact, update('COMPLETED')), undefined)
  assert.equal(stream({ task: task('COMPLETED') }), undefined)
  assert.equal(stream({ message }), undefined)
  assert.match(String(stream({ message }, { message })), /goes on after a message/)
  assert.match(String(stream({ task: task('SUBMITTED') }, update('WORKING'))), /ends with the task in state TASK_STATE_WORKING/)
  assert.match(String(stream({ task: task('SUBMITTED') }, update('FAILED'))), /ends with a task in state TASK_STATE_FAILED/)
  assert.match(String(stream(update('COMPLETED'))), /begins with an event that has not exactly one/)
  assert.match(String(stream({ task: task('SUBMITTED') }, update('COMPLETED', 't-2'))), /no update of task t-1/)
  assert.match(String(stream({ task: task('SUBMITTED') }, update('CANCELED'))), /ends with a task in state TASK_STATE_CANCELED/)
  assert.match(String(stream({ task: task('SUBMITTED') }, {})), /no update of task t-1/)
  assert.match(String(stream({ task: task('SUBMITTED') }, { ...update('COMPLETED'), ...artifact })), /more than one of/)
  const { taskId, contextId } = artifact.artifactUpdate
  for (const wrong of [undefined, { artifactId: 'a' }, { artifactId: '', parts: [] }])
    assert.match(
      String(stream({ task: task('SUBMITTED') }, { artifactUpdate: { taskId, contextId, artifact: wrong } })),
      /has an update that is of no artifact/,
    )
  assert.match(
    String(stream({ task: task('SUBMITTED') }, update('COMPLETED'), update('WORKING'), update('COMPLETED'))),
    /goes on after its task has come to state TASK_STATE_COMPLETED/,
  )
  assert.match(String(stream({ task: task('SUBMITTED') }, update('COMPLETED', 't-1', 'c-2'))), /no update of task t-1/)
  assert.match(String(stream({ task: task('SUBMITTED') }, update('DONE'))), /has a status update to/)
  // Readers of event streams throw away an event whose blank line has not come.
  for (const end of ['', '\n'])
    assert.match(
      String(streamedAs(end, { task: task('WORKING') }, update('COMPLETED'))),
      /ends with the task in state TASK_STATE_WORKING/,
    )
  assert.equal(stream(), 'is a stream without events')
})

test('an error in a stream, or in place of one, is an error', () => {
  const talk = new Talk()
  const call = talk.next(a2aStream)
  const error = JSON.stringify({ jsonrpc: '2.0', id: call.id, error: { code: -32004, message: 'no' } })
  const expected = { class: 'rpc_error', code: '-32004', why: 'is the JSON-RPC error -32004: no' }
  assert.deepEqual(talk.check(a2aStream, call, `event: error\ndata: ${error}\n\n`, SSE), expected)
  assert.deepEqual(talk.check(a2aStream, call, error, { 'Content-Type': 'application/json' }), expected)
  const plain = JSON.stringify({ jsonrpc: '2.0', id: call.id, result: { message } })
  assert.equal(talk.check(a2aStream, call, plain, { 'Content-Type': 'application/json' }), 'is not text/event-stream')
})

test('no text in place of a stream throws', () => {
  const talk = new Talk()
  const call = talk.next(a2aStream)
  fc.assert(fc.property(fc.string(), (text) => talk.check(a2aStream, call, text, SSE) !== undefined))
  fc.assert(fc.property(fc.json(), (text) => talk.check(a2aStream, call, `data: ${text}\n\n`, SSE) !== undefined))
})

const CARD = {
  ...{ name: 'x', description: 'y', version: '1', capabilities: {} },
  ...{ defaultInputModes: ['text/plain'], defaultOutputModes: ['text/plain'] },
  skills: [{ id: 's', name: 'S', description: 'z', tags: ['t'] }],
  supportedInterfaces: [{ url: 'http://x', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
}
const CACHED = { Etag: 'W/"1"', 'Cache-Control': 'public, max-age=60' }

test('a card says who it is, which interface it has, and how long that holds', () => {
  const check = (card: unknown, headers: Record<string, string> = CACHED) => {
    const talk = new Talk()
    return talk.check(agentCard, talk.next(agentCard), typeof card === 'string' ? card : JSON.stringify(card), headers)
  }
  assert.equal(check(CARD), undefined)
  assert.equal(check(CARD, { ...CACHED, 'Cache-Control': 'no-cache' }), undefined)
  assert.equal(check(CARD, { 'Cache-Control': 'max-age=1' }), 'has no ETag')
  assert.match(String(check(CARD, { Etag: '"1"' })), /has no Cache-Control/)
  assert.match(String(check({ ...CARD, supportedInterfaces: [] })), /without the URL of a JSONRPC interface of version 1.0/)
  const elsewhere = [{ url: 'nowhere', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }]
  assert.match(String(check({ ...CARD, supportedInterfaces: elsewhere })), /without the URL of a JSONRPC interface/)
  for (const [member, wrong] of [
    ['description', 'has no description'],
    ['capabilities', 'has no capabilities'],
    ['skills', 'has no skills'],
    ['defaultInputModes', 'has no defaultInputModes'],
  ] as const)
    assert.equal(check({ ...CARD, [member]: undefined }), wrong)
  assert.equal(check({ ...CARD, name: 5 }), 'has name 5, not a text')
  for (const etag of ['1', 'W/1', '"1'])
    assert.equal(check(CARD, { ...CACHED, Etag: etag }), `has ETag ${etag}, which is not quoted`)
  for (const control of ['xmax-age=6', 'max-age=', 'public'])
    assert.match(String(check(CARD, { ...CACHED, 'Cache-Control': control })), /has no Cache-Control/)
  for (const text of ['null', '[]']) assert.equal(check(text), 'is no JSON object')
  for (const text of ['', '<html>']) assert.match(String(check(text)), /^is not JSON/)
})

test('under one strong ETag there is one card; a weak one may stand for several', () => {
  for (const [etag, wrong] of [
    ['"1"', 'has another body than before under the ETag "1"'],
    ['W/"1"', undefined],
  ] as const) {
    const talk = new Talk()
    const check = (version: string) =>
      talk.check(agentCard, talk.next(agentCard), JSON.stringify({ ...CARD, version }), { ...CACHED, Etag: etag })
    assert.equal(check('1'), undefined)
    assert.equal(check('1'), undefined)
    assert.equal(check('2'), wrong)
  }
})

test('a card that a VU has is asked for with its ETag and not sent again', () => {
  const talk = new Talk()
  assert.equal(talk.session(agentCardCached).next(0), undefined)
  talk.check(agentCard, talk.next(agentCard), JSON.stringify(CARD), CACHED)
  const call = talk.next(agentCardCached)
  assert.equal(call.headers?.['If-None-Match'], 'W/"1"')
  assert.equal(talk.check(agentCardCached, call, '', CACHED), undefined)
  assert.equal(talk.check(agentCardCached, call, '', {}), undefined)
  assert.equal(talk.check(agentCardCached, call, JSON.stringify(CARD), CACHED), 'carries a body')
  assert.match(String(talk.check(agentCardCached, call, '', { Etag: '"2"' })), /has ETag "2"/)
})
