import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Role, type SendMessageRequest, TaskState } from '@a2a-js/sdk'
import { ClientFactory, ClientFactoryOptions, JsonRpcTransportFactory } from '@a2a-js/sdk/client'
import fc from 'fast-check'
import { a2aMethods } from '../../../../gateway/domain/a2a-methods.ts'
import { A2aTasks, WORK_MS } from '../../../../gateway/domain/a2a-tasks.ts'
import { answerPayload } from '../../../../gateway/domain/rpc.ts'
import { bearer, listen, openApp } from '../app-under-test.ts'

/** The public SDK's own client: what it understands is shaped as the specification has it. */
async function sdkClient(t: TestContext) {
  const { url, token } = await listen(t)
  const fetchImpl: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('authorization', `Bearer ${token}`)
    return fetch(input, { ...init, headers })
  }
  const factory = new ClientFactory(
    ClientFactoryOptions.createFrom(ClientFactoryOptions.default, { transports: [new JsonRpcTransportFactory({ fetchImpl })] }),
  )
  return factory.createFromUrl(url)
}

const say = (text: string, more: object = {}): SendMessageRequest =>
  ({
    message: { messageId: `m-${text}`, role: Role.ROLE_USER, parts: [{ content: { $case: 'text', value: text } }] },
    ...more,
  }) as unknown as SendMessageRequest

test('the SDK client understands card, messages, tasks and streams', async (t) => {
  const client = await sdkClient(t)
  const sent = await client.sendMessage(say('hello'))
  assert.ok('status' in sent, 'a task, not a message')
  assert.equal(sent.status?.state, TaskState.TASK_STATE_COMPLETED)
  assert.deepEqual(sent.artifacts[0]?.parts[0]?.content, { $case: 'text', value: 'hello' })
  assert.equal(sent.history[0]?.messageId, 'm-hello')

  const got = await client.getTask({ id: sent.id } as Parameters<typeof client.getTask>[0])
  assert.equal(got.id, sent.id)
  await assert.rejects(client.getTask({ id: 'nothing' } as Parameters<typeof client.getTask>[0]))

  const kinds: string[] = []
  for await (const event of client.sendMessageStream(say('stream'))) kinds.push(event.payload?.$case ?? 'nothing')
  assert.deepEqual(kinds, ['task', 'artifactUpdate', 'statusUpdate'])

  const listed = await client.listTasks({
    tenant: '',
    contextId: '',
    status: TaskState.TASK_STATE_UNSPECIFIED,
    pageSize: 1,
    pageToken: '',
    statusTimestampAfter: undefined,
  })
  assert.equal(listed.totalSize, 2)
  assert.equal(listed.tasks.length, 1)
  assert.notEqual(listed.nextPageToken, '')

  // Work that nobody waits for would end by itself if the machine stalled here.
  const now = Date.now()
  t.mock.method(Date, 'now', () => now)
  const working = await client.sendMessage(say('later', { configuration: { returnImmediately: true } }))
  assert.ok('status' in working)
  assert.equal(working.status?.state, TaskState.TASK_STATE_WORKING)
  const canceled = await client.cancelTask({ id: working.id } as Parameters<typeof client.cancelTask>[0])
  assert.equal(canceled.status?.state, TaskState.TASK_STATE_CANCELED)
  await assert.rejects(client.cancelTask({ id: working.id } as Parameters<typeof client.cancelTask>[0]))
})

function direct(tasks = new A2aTasks()) {
  const methods = new Map(a2aMethods(tasks))
  const call = (method: string, params: object) => {
    const answer = answerPayload(methods, { jsonrpc: '2.0', id: 1, method, params })
    return JSON.parse(JSON.stringify(answer))
  }
  return { tasks, call }
}

const message = (more: object = {}) => ({ messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'hi' }], ...more })

test('pages follow each other by token, latest first, and cover each task once', () => {
  const { call } = direct()
  const ids: string[] = []
  for (let n = 0; n < 25; n++)
    ids.push(call('SendMessage', { message: message(n % 2 ? { contextId: 'odd' } : {}) }).result.task.id)
  const collect = (filter: object): string[] => {
    const found: string[] = []
    for (let pageToken = ''; ; ) {
      const { result } = call('ListTasks', { pageSize: 4, pageToken, ...filter })
      found.push(...result.tasks.map((task: { id: string }) => task.id))
      assert.equal('artifacts' in result.tasks[0], false, 'left out unless asked for')
      pageToken = result.nextPageToken
      if (pageToken === '') return found
    }
  }
  assert.deepEqual(collect({}), [...ids].reverse())
  assert.deepEqual(collect({ contextId: 'odd' }), ids.filter((_id, at) => at % 2).reverse())
  assert.equal(call('ListTasks', { status: 'TASK_STATE_CANCELED' }).result.totalSize, 0)
  assert.equal(call('ListTasks', { includeArtifacts: true, pageSize: 1 }).result.tasks[0].artifacts.length, 1)
})

test('history is cut to its length and left out at zero', () => {
  const { call } = direct()
  const send = (historyLength?: number) =>
    call('SendMessage', { message: message(), configuration: { historyLength } }).result.task
  assert.equal(send().history.length, 1)
  assert.equal(send(3).history.length, 1)
  assert.equal('history' in send(0), false)
  const { id } = send()
  assert.equal('history' in call('GetTask', { id, historyLength: 0 }).result, false)
})

test('work that nobody waits for ends by itself', () => {
  const tasks = new A2aTasks()
  const first = tasks.create('{}', undefined, 'TASK_STATE_WORKING', 1000)
  const second = tasks.create('{}', undefined, 'TASK_STATE_WORKING', 2000)
  assert.equal(tasks.get(first.id, 1000 + WORK_MS - 1)?.state, 'TASK_STATE_WORKING')
  const done = tasks.get(first.id, 1000 + WORK_MS)
  assert.equal(done?.state, 'TASK_STATE_COMPLETED')
  assert.equal(done?.updatedAtMs, 1000 + WORK_MS)
  assert.equal(tasks.get(second.id, 1000 + WORK_MS)?.state, 'TASK_STATE_WORKING')
  assert.deepEqual(
    tasks.list({}, 10, 1000 + WORK_MS).map(({ id }) => id),
    [first.id, second.id],
    'the last change comes first',
  )
})

test('errors carry the codes and details of the specification', async (t) => {
  const { call } = direct()
  const { id } = call('SendMessage', { message: message() }).result.task
  const cases: readonly [method: string, params: object, code: number][] = [
    ['GetTask', { id: 'nothing' }, -32_001],
    ['GetTask', {}, -32_602],
    ['CancelTask', { id: 'nothing' }, -32_001],
    ['CancelTask', { id }, -32_002],
    ['SendMessage', {}, -32_602],
    ['SendMessage', { message: message({ parts: [] }) }, -32_602],
    ['SendMessage', { message: message({ parts: [{ text: 'a', url: 'b' }] }) }, -32_602],
    ['SendMessage', { message: message({ role: 'user' }) }, -32_602],
    ['SendMessage', { message: message({ taskId: id }) }, -32_004],
    ['SendMessage', { message: message({ taskId: 'nothing' }) }, -32_001],
    ['ListTasks', { pageSize: 101 }, -32_602],
    ['ListTasks', { status: 'RUNNING' }, -32_602],
    ['ListTasks', { pageToken: 'x' }, -32_602],
    ['ListTasks', { statusTimestampAfter: 'never' }, -32_602],
  ]
  for (const [method, params, code] of cases) {
    const { error } = call(method, params)
    assert.equal(error.code, code, `${method} ${JSON.stringify(params)}`)
    assert.match(error.data[0]['@type'], /^type\.googleapis\.com\/google\.rpc\./)
  }

  const app = await openApp(t)
  const headers = { ...bearer(app), 'a2a-version': '0.3' }
  const payload = { jsonrpc: '2.0', id: 1, method: 'GetTask', params: { id: 'x' } }
  const answer = await app.inject({ method: 'POST', url: '/api/v1/jsonrpc', headers, payload })
  assert.equal(answer.json().error.code, -32_009)
  const streaming = { jsonrpc: '2.0', id: 1, method: 'SendStreamingMessage', params: {} }
  const refused = await app.inject({ method: 'POST', url: '/api/v1/jsonrpc', headers: bearer(app), payload: streaming })
  assert.equal(refused.json().error.code, -32_602, 'a stream that cannot begin is a plain answer')
})

test('any parameters at all give an answer', () => {
  const { call } = direct()
  const method = fc.constantFrom('SendMessage', 'GetTask', 'ListTasks', 'CancelTask')
  const loose = fc.oneof(fc.jsonValue(), fc.constant(message()))
  const params = fc.record(
    {
      message: loose,
      configuration: fc.jsonValue(),
      id: fc.jsonValue(),
      pageToken: fc.jsonValue(),
      pageSize: fc.jsonValue(),
      status: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(method, params, (name, given) => {
      const { error } = call(name, given)
      if (error) assert.notEqual(error.code, -32_603, `${name} ${JSON.stringify(given)}: ${error.message}`)
    }),
    { numRuns: 500 },
  )
})

test('the agent card is public, cacheable and unchanged while the gateway is', async (t) => {
  const app = await openApp(t)
  const url = '/.well-known/agent-card.json'
  const first = await app.inject(url)
  assert.equal(first.statusCode, 200)
  assert.match(String(first.headers['cache-control']), /^public, max-age=\d+$/)
  assert.match(first.json().supportedInterfaces[0].url, /\/api\/v1\/jsonrpc$/)
  const etag = String(first.headers.etag)
  const again = await app.inject({ url, headers: { 'if-none-match': etag } })
  assert.equal(again.statusCode, 304)
  assert.equal(again.body, '')
  assert.equal(again.headers.etag, etag)
})
