import type { FastifyRequest } from 'fastify'
import { type Answer, type FaultEntry, fault, type Sequenced, text } from '../fault.ts'
import { type Fields, rewrite } from './content.ts'

const params = { method: text('', 'only answers to this method; empty = to any') }

const asks = (body: unknown, method: string): boolean =>
  method === '' ||
  [body].flat().some((entry) => typeof entry === 'object' && entry !== null && 'method' in entry && entry.method === method)

/** Changes each JSON-RPC answer, of a batch or alone. */
const tampering = (change: (answer: Fields) => Fields) => ({
  endpoint: 'jsonrpc' as const,
  endpoints: ['jsonrpc'] as const,
  params,
  touches: (status: number, request: FastifyRequest, values: Readonly<Record<string, number | string>>) =>
    status === 200 && asks(request.body, String(values.method)),
  arm: () => ({
    response: (answer: Answer) => rewrite(answer, (body) => (Array.isArray(body) ? body.map(change) : change(body))),
  }),
})

const withoutResult = ({ result: _, ...rest }: Fields): Fields => rest

/** Changes updates of streamed tasks. */
const streamed = (change: (answer: Fields) => Fields) => ({
  endpoint: 'jsonrpc' as const,
  endpoints: ['jsonrpc'] as const,
  params: {},
  arm: () => ({
    event: (event: Sequenced, _receiver: object, due: boolean) => [
      due
        ? {
            ...event,
            text: event.text.replace(/^data: (.*)$/m, (_, data) => `data: ${JSON.stringify(change(JSON.parse(data)))}`),
          }
        : event,
    ],
  }),
})

export const jsonrpcFaults: readonly FaultEntry[] = [
  fault({
    name: 'rpc_error',
    group: 'jsonrpc',
    doc: 'HTTP 200 around a JSON-RPC error.',
    ...tampering((answer) => ({ ...withoutResult(answer), error: { code: -32_603, message: 'a fault is on' } })),
  }),
  fault({
    name: 'rpc_wrong_id',
    group: 'jsonrpc',
    doc: 'The id is not the one that was sent.',
    ...tampering((answer) => ({ ...answer, id: typeof answer.id === 'number' ? answer.id + 1 : `${answer.id}-x` })),
  }),
  fault({
    name: 'rpc_missing_batch_answer',
    group: 'jsonrpc',
    doc: 'A batch lacks the last of its answers.',
    endpoint: 'jsonrpc',
    endpoints: ['jsonrpc'],
    params: {},
    touches: (status, request) => status === 200 && Array.isArray(request.body),
    arm: () => ({
      response: (answer) => rewrite(answer, (body) => (Array.isArray(body) ? body.slice(0, -1) : body)),
    }),
  }),
  fault({
    name: 'rpc_success_false',
    group: 'jsonrpc',
    doc: 'A result that says success:false.',
    ...tampering((answer) => ({ ...answer, result: { ...(answer.result as Fields), success: false } })),
  }),
  fault({
    name: 'rpc_wrong_result',
    group: 'jsonrpc',
    doc: 'A result of another shape.',
    ...tampering((answer) => ({ ...answer, result: { unexpected: true } })),
  }),
  fault({
    name: 'rpc_stream_error',
    group: 'jsonrpc',
    doc: 'An update of a streamed task is a JSON-RPC error.',
    ...streamed((answer) => ({ ...withoutResult(answer), error: { code: -32_603, message: 'a fault is on' } })),
  }),
  fault({
    name: 'rpc_stream_wrong_result',
    group: 'jsonrpc',
    doc: 'An update of a streamed task is of another shape.',
    ...streamed((answer) => ({ ...answer, result: { unexpected: true } })),
  }),
  fault({
    name: 'rpc_lists_gone_agents',
    group: 'jsonrpc',
    doc: 'Agents that were unregistered are still discovered.',
    endpoint: 'jsonrpc',
    endpoints: ['jsonrpc'],
    params: {},
    arm() {
      const registered = new Map<string, Fields>()
      const gone = new Set<Fields>()
      return {
        response(answer) {
          const { method, params } = answer.request.body as { method?: string; params?: Fields }
          const id = String(params?.agent_id)
          if (method === 'agent.register' && params) registered.set(id, params)
          const agent = registered.get(id)
          if (method === 'agent.unregister' && agent) gone.add(agent)
          if (method === 'agent.discover') rewrite(answer, (fields) => withAgents(fields, offering(gone, params?.capability)))
        },
      }
    },
  }),
]

const offering = (agents: ReadonlySet<Fields>, capability: unknown): Fields[] =>
  [...agents].filter(({ capabilities }) => capability === undefined || [capabilities].flat().includes(capability))

function withAgents(fields: Fields, more: readonly Fields[]): Fields {
  const { agents, total } = (fields.result ?? {}) as { agents?: Fields[]; total?: number }
  return { ...fields, result: { agents: [...(agents ?? []), ...more], total: Number(total) + more.length } }
}
