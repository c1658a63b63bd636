/** What endpoints that are methods of the gateway's JSON-RPC endpoint have in common. */
import { judgeRpc, type Params, type ResultJudge, rpcCall } from '../jsonrpc.ts'
import { JSONRPC } from './dialects.ts'
import type { Call, Session, SessionEndpoint } from './endpoint.ts'
import type { Memory } from './memory.ts'
import type { Variety } from './shape.ts'

export const RPC_PATH = '/api/v1/jsonrpc'

class Numbers {
  last = 0
}

/** Numbers the requests of one VU: no two requests of a run have the same JSON-RPC id. */
export function rpcNumbers(memory: Memory): () => string {
  const numbers = memory.of(Numbers)
  return () => `${memory.vu}-${++numbers.last}`
}

/** Makes requests of a method, each with an id of its own. */
export type MakeCall = (params: Params) => Call

export interface MethodSession {
  next(turn: number): Call | undefined
  judge: ResultJudge
  /** Where right answers differ, but for what was asked: once some were read, strings judge most of the others. */
  variety?: Variety
}

/**
 * @param name key in thresholds and target files, tag of the requests
 * @param method JSON-RPC method
 */
export function rpcMethod(
  name: string,
  method: string,
  open: (call: MakeCall, memory: Memory) => MethodSession,
): SessionEndpoint {
  return rpcEndpoint(name, (memory) => {
    const number = rpcNumbers(memory)
    const call: MakeCall = (params) => rpcCall(method, params, number())
    const { judge, ...session } = open(call, memory)
    return { ...session, judge: (answer, asked) => judgeRpc(answer.body, asked, judge) }
  })
}

export const rpcEndpoint = (name: string, session: (memory: Memory) => Session, at: string = JSONRPC): SessionEndpoint => ({
  name,
  method: 'POST',
  path: RPC_PATH,
  auth: true,
  status: [200],
  type: 'application/json',
  rpc: true,
  at,
  session,
})

/** Calls prepared at the first request, when the run has its name; then sent in turn. */
export function inTurn(make: () => Call[]): (turn: number) => Call | undefined {
  let calls: Call[] | undefined
  return (turn) => {
    calls ??= make()
    return calls[turn % calls.length]
  }
}
