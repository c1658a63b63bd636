/** What endpoints that are methods of the gateway's JSON-RPC endpoint have in common. */

import type { Call, Session, SessionEndpoint } from '../endpoint/endpoint.ts'
import type { Variety } from '../endpoint/quick-check.ts'
import type { VuState } from '../endpoint/vu-state.ts'
import { checkRpc, type Params, type ResultCheck, rpcCall } from './jsonrpc.ts'

/** Where the methods of the gateway's own JSON-RPC dialect live; a target file moves or denies them all by it. */
export const JSONRPC = 'jsonrpc'
export const RPC_PATH = '/api/v1/jsonrpc'

class Numbers {
  last = 0
}

/** Numbers the requests of one VU: no two requests of a run have the same JSON-RPC id. */
export function rpcNumbers(vuState: VuState): () => string {
  const numbers = vuState.of(Numbers)
  return () => `${vuState.vu}-${++numbers.last}`
}

/** Makes requests of a method, each with an id of its own. */
export type MakeCall = (params: Params) => Call

export interface MethodSession {
  next(turn: number): Call | undefined
  check: ResultCheck
  /** Where valid answers differ, but for what was asked: once some were read, strings check most of the others. */
  variety?: Variety
}

/**
 * @param name key in thresholds and target files, tag of the requests
 * @param method JSON-RPC method
 */
export function rpcMethod<N extends string>(
  name: N,
  method: string,
  open: (call: MakeCall, vuState: VuState) => MethodSession,
): SessionEndpoint<N> {
  const session = (vuState: VuState): Session => {
    const number = rpcNumbers(vuState)
    const call: MakeCall = (params) => rpcCall(method, params, number())
    const { check, ...session } = open(call, vuState)
    return { ...session, check: (answer, asked) => checkRpc(answer.body, asked, check) }
  }
  return rpcEndpoint(name, session, JSONRPC, method)
}

/**
 * @param at name of the place that it shares
 * @param method where its params may be put in other words
 */
export const rpcEndpoint = <N extends string>(
  name: N,
  session: (vuState: VuState) => Session,
  at: string = JSONRPC,
  method: true | string = true,
): SessionEndpoint<N> => ({
  name,
  method: 'POST',
  path: RPC_PATH,
  auth: true,
  status: [200],
  type: 'application/json',
  rpc: method,
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
