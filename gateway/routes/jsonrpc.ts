import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { JSON_TYPE, refuse } from '../base/errors.ts'
import { EventStream } from '../base/event-stream.ts'
import { artifactOf, checkVersion, parseSend, showTask, statusOf } from '../domain/a2a-methods.ts'
import type { A2aTask } from '../domain/a2a-tasks.ts'
import { buildAgentCard } from '../domain/agent-card.ts'
import { etagMatches } from '../domain/resources.ts'
import {
  answerPayload,
  failure,
  type Id,
  isCall,
  METHOD_NOT_FOUND,
  type Methods,
  NOT_JSON,
  parseCall,
  type RpcCall,
  RpcError,
} from '../domain/rpc.ts'
import { guarded } from './access.ts'
import type { Gateway, RouteContext } from './gateway.ts'

/** Stands for a body that is not JSON: to JSON-RPC that is an answer like any other, not an HTTP error. */
const UNPARSED = Symbol('unparsed')

const A2A_NAMES = new Set(['SendMessage', 'SendStreamingMessage', 'GetTask', 'ListTasks', 'CancelTask'])
const CARD_MAX_AGE_S = 300

interface RpcContext extends RouteContext {
  /** Those of the contract, unless a profile has its own. */
  readonly methods?: Methods
  readonly bearer?: boolean
  /** A body that is not JSON: a JSON-RPC answer, or refused as HTTP. */
  readonly unparsed?: 'answered' | 'unprocessable'
}

export const jsonrpcRoutes: FastifyPluginCallback<RpcContext> = (
  app,
  { gateway, methods = gateway.methods, bearer = true, unparsed = 'answered' },
  done,
) => {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, parsed) => {
    try {
      parsed(null, JSON.parse(text as string))
    } catch {
      parsed(null, UNPARSED)
    }
  })

  app.post('/api/v1/jsonrpc', guarded(gateway, 'jsonrpc', bearer ? 'header' : 'nowhere'), (request, reply) => {
    const payload = request.body
    if (payload === undefined || payload === UNPARSED)
      return unparsed === 'answered' ? send(reply, NOT_JSON) : refuse(reply, 422, 'malformed_json', 'the body is not JSON')
    const call = Array.isArray(payload) ? null : parseCall(payload)
    if (call !== null && isCall(call) && A2A_NAMES.has(call.method)) {
      const refused = refuseVersion(request, call)
      if (refused !== null) return send(reply, refused)
      if (call.method === 'SendStreamingMessage') return streamTask(gateway, reply, call)
    }
    const answer = answerPayload(methods, payload)
    return answer === null ? reply.code(204).send() : send(reply, answer)
  })

  // Its own address is known only once somebody asks for it.
  const cards = new Map<string, ReturnType<typeof buildAgentCard>>()
  app.get('/.well-known/agent-card.json', guarded(gateway, 'agent_card', 'nowhere'), (request, reply) => {
    const base = `${request.protocol}://${request.host}`
    let card = cards.get(base)
    if (!card) {
      card = buildAgentCard(base)
      if (cards.size < 16) cards.set(base, card)
    }
    reply.header('etag', card.etag).header('cache-control', `public, max-age=${CARD_MAX_AGE_S}`)
    const wanted = request.headers['if-none-match']
    if (wanted !== undefined && etagMatches(wanted, card.etag)) return reply.code(304).send()
    return reply.header('content-type', JSON_TYPE).send(card.body)
  })
  done()
}

function send(reply: FastifyReply, answer: unknown): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(JSON.stringify(answer))
}

function asAnswer(id: Id, error: unknown): unknown {
  if (!(error instanceof RpcError)) throw error
  return failure(id, error.code, error.message, error.data)
}

function refuseVersion(request: FastifyRequest, call: RpcCall): unknown {
  try {
    checkVersion(request.headers['a2a-version'])
    return null
  } catch (error) {
    return asAnswer(call.id ?? null, error)
  }
}

/** The task, its artifact and its end, each as a JSON-RPC answer of the same id. */
function streamTask(gateway: Gateway, reply: FastifyReply, call: RpcCall): FastifyReply {
  const { id } = call
  if (id === undefined) return send(reply, failure(null, METHOD_NOT_FOUND, 'a stream cannot answer a notification'))
  let task: A2aTask
  try {
    const { text, contextId } = parseSend(gateway.a2aTasks, call.params)
    task = gateway.a2aTasks.create(text, contextId, 'TASK_STATE_WORKING')
  } catch (error) {
    return send(reply, asAnswer(id, error))
  }
  const stream = new EventStream(reply, gateway.connections)
  let seq = 0
  const emit = (result: object): void => {
    const update = { seq: ++seq, text: `data: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n` }
    for (const { text } of gateway.faults?.pass('jsonrpc', update, stream) ?? [update]) stream.send(text)
  }
  const place = { taskId: task.id, contextId: task.contextId }
  emit({ task: showTask(task) })
  const completed = gateway.a2aTasks.change(task, 'TASK_STATE_COMPLETED')
  emit({ artifactUpdate: { ...place, artifact: artifactOf(completed), lastChunk: true } })
  emit({ statusUpdate: { ...place, status: statusOf(completed) } })
  stream.end()
  return reply
}
