/** What an endpoint of the catalogue is. Descriptors are pure: they know neither k6 nor the network. */
import type { Random } from '../base/random.ts'
import type { Variety } from './quick-check.ts'
import type { VuState } from './vu-state.ts'

/** A response as k6 gives it. Header names are in Go's canonical form (`Etag`, `X-Cache`, `Retry-After`). */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** One prepared request. Everything in it is built once, at a VU's first iteration. */
export interface Call {
  /** Values for the `:placeholders` of the path. */
  params?: Readonly<Record<string, string>>
  /** Appended to the path as it is, unencoded. */
  suffix?: string
  /** Query string without `?`. */
  query?: string
  body?: string
  /** Body out of texts, each repeated: a large one is put together in the VU, since a VU takes its requests over as JSON. */
  pieces?: readonly (readonly [text: string, times: number])[]
  headers?: Readonly<Record<string, string>>
  /** What the check compares the answer with. */
  expect?: string
  /** JSON-RPC: the id that the answer must carry. */
  id?: string
}

/** What is wrong with an answer, as the end of the sentence "the answer …"; an error that JSON-RPC reports inside an HTTP success is a class of its own. */
export type FailedCheck = string | { class: 'rpc_error' /** Value of the tag `code`. */; code: string; why: string }

/** Undefined where the answer is right. */
export type CheckResult = FailedCheck | undefined

/** What a target file may say about the data behind an endpoint: values for path placeholders. */
export type Values = Readonly<Record<string, readonly string[]>>

/** Where an endpoint is, and what a valid answer of it looks like from outside. */
interface Place<N extends string> {
  /** Value of the tag `name`, key in thresholds and target files. */
  name: N
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
  /** Path template of the reference contract, such as `/api/v1/resource/:id`. */
  path: string
  auth: boolean
  /** Status codes of a valid answer. */
  status: readonly number[]
  /** Media type of a valid answer, or several; without it, nobody looks. */
  type?: string | readonly string[]
  /** The handshake of a WebSocket, which comes over HTTP/1.1 always. */
  handshake?: true
  /** Speaks JSON-RPC: HTTP 200 may carry an error. The method, where a target file may put its params in other words. */
  rpc?: true | string
  /** Endpoint, or name of a place, whose place it shares: where a target file moves that one, it moves this one too. */
  at?: string
  /** What is made of the access token before it is sent; without it, the token is sent as it is. */
  token?: TokenForm
  /** Key of the target file that says of this one, and of others like it, where they differ. */
  like?: string
  /** No request of it stands for another: each must have been sent. */
  each?: true
  /** Authorization without which it means nothing: a target that has none lacks this endpoint. */
  wants?: 'authorization' | 'token' | 'expired_token'
}

/**
 * - `bad`: something else that is no token at all
 * - `extended`: something is added at its end
 * - `forged`: the signature is changed
 * - `unsigned`: the algorithm is `none`, the claims are the same, the signature is empty
 * - `expired`: another token, whose time is over
 */
export type TokenForm = 'bad' | 'extended' | 'forged' | 'unsigned' | 'expired'

/** Requests that are the same whatever was answered before. */
export interface Endpoint<N extends string = string> extends Place<N> {
  /** Requests that one VU keeps, where there are more: each has a part of them, one VU after another. */
  most?: number
  /**
   * The requests that VUs send in turn.
   * @param others what the target says of another endpoint's data
   */
  calls(random: Random, values: Values, others?: (endpoint: string) => Values): Call[]
  /**
   * Makes the check of one VU, which may remember (an id seen before).
   * @param vuState where endpoints look each other's answers up
   */
  check(vuState: VuState): Check
}

/** What decides whether an answer whose status is right is a valid answer. */
export interface Check {
  /** The strict check: all that the contract says. */
  check: AnswerCheck
  /** How valid answers differ, for the quick check; without it, every answer is read. */
  variety?: Variety
}

/**
 * Checks an answer by its parts: k6 copies body and headers anew each time that they are read.
 * @param expect of the call, empty where that has none
 */
export type AnswerCheck = (body: string, expect: string, headers: Answer['headers']) => CheckResult

/** One VU's requests to an endpoint whose requests depend on what the gateway has answered, or on the run. */
export interface Session {
  /**
   * Request number `turn`; undefined where nothing can be asked, since the answer that it would build on did not come.
   * A request that is the same each time should be the same object: what is made of it is kept.
   */
  next(turn: number): Call | undefined
  /** The strict check of an answer whose status is right; remembers what later requests need of it. */
  check(answer: Answer, call: Call): CheckResult
  /** How valid answers differ, for the quick check; without it, every answer is read. */
  variety?: Variety
}

/** Requests that depend on what was answered before, or on the run. */
export interface SessionEndpoint<N extends string = string> extends Place<N> {
  /** Called at the VU's first request, when the run has its name. */
  session(vuState: VuState, values: Values): Session
}

/** A ready endpoint. */
export type AnyEndpoint = Endpoint | SessionEndpoint

/** Sends requests one at a time, of session endpoints: what setup and teardown do. */
export interface Asker {
  /** What this VU remembers from answer to request. */
  vuState: VuState
  /** Sends one request of a session endpoint, its next one or another, and says what is wrong with the answer; that is counted, too. */
  ask(endpoint: string, call?: Call): string | undefined
  /**
   * Sends a request that is not one of the load's and gives what is read of its answer, undefined where that is not right, which is counted.
   * @param read a text says what is wrong
   */
  look<T extends object>(endpoint: string, call: Call, read: (body: string) => T | string): T | undefined
}
