/**
 * What the methods of the public A2A 1.0 JSON-RPC binding (https://a2a-protocol.org/v1.0.0/specification/, section 9) have in common.
 * They are checked against the specification alone, since agents differ in what they do with a message.
 */

import type { Call, Session, SessionEndpoint } from '../endpoint/endpoint.ts'
import { Recent } from '../endpoint/recent.ts'
import type { VuState } from '../endpoint/vu-state.ts'
import { checkRpc, type ResultCheck, rpcCall } from '../jsonrpc/jsonrpc.ts'
import { type MakeCall, rpcEndpoint, rpcNumbers } from '../jsonrpc/method.ts'
import type { Task } from './task.ts'

/** Where the methods of the A2A 1.0 binding live; a target file moves or denies them all by it. */
export const A2A = 'a2a'

/** Without this header an agent must take the request for one of version 0.3 (section 3.6). */
export const VERSION_HEADERS = { 'Content-Type': 'application/json', 'A2A-Version': '1.0' } as const

/** A task as it was seen last. */
export type SeenTask = Pick<Task, 'id' | 'contextId' | 'state' | 'timestamp'>

/** Tasks that one VU knows. */
export class A2aTasks {
  /** Those that setup() made, for VUs that have none of their own yet. */
  pool: readonly SeenTask[] = []
  /** The last one that this VU has sent a message for. */
  latest: SeenTask | undefined
  /** The one that this VU leads through its iteration. */
  living: SeenTask | undefined
  /** The agent was told to cancel the living task. */
  canceling = false
  /** The agent has said that the living task cannot be canceled any more. */
  ended = false
  readonly #ids = new Recent()

  /** What is wrong with a task that a new message was answered with: it must be a new one. */
  begun({ id }: Task): string | undefined {
    return this.#ids.add(id) ? undefined : `is task ${id}, which an earlier message has begun`
  }
}

export const STREAM_HEADERS = { ...VERSION_HEADERS, Accept: 'text/event-stream' } as const

/** A request of this binding. */
export const a2aCall = (method: string, params: Readonly<Record<string, unknown>>, id: string): Call => ({
  ...rpcCall(method, params, id),
  headers: VERSION_HEADERS,
})

/** @param messageId agents may take a second message of the same id for a duplicate */
export const messageParams = (messageId: string, configuration: Readonly<Record<string, unknown>>) => ({
  message: { messageId, role: 'ROLE_USER', parts: [{ text: 'Is anybody there?' }] },
  configuration,
})

interface A2aSession {
  next(turn: number): Call | undefined
  check: ResultCheck
  /** A JSON-RPC error that is a valid answer here. */
  mayFail?(code: string): boolean
}

export const a2aEndpoint = <N extends string>(name: N, session: (vuState: VuState) => Session): SessionEndpoint<N> =>
  rpcEndpoint(name, session, A2A)

export function a2aMethod<N extends string>(
  name: N,
  method: string,
  open: (call: MakeCall, tasks: A2aTasks, vuState: VuState) => A2aSession,
) {
  return a2aEndpoint(name, (vuState) => {
    const number = rpcNumbers(vuState)
    const { next, check, mayFail } = open((params) => a2aCall(method, params, number()), vuState.of(A2aTasks), vuState)
    return {
      next,
      check: ({ body }, call) => {
        const wrong = checkRpc(body, call, check)
        return typeof wrong === 'object' && mayFail?.(wrong.code) ? undefined : wrong
      },
    }
  })
}

/** An id for a message that no other message of this run has. */
export const newMessage = (vuState: VuState): string => `lg-${vuState.run}-${rpcNumbers(vuState)()}`
