/** JSON-RPC 2.0: envelopes in, envelopes out. Knows nothing of HTTP or of any method. */

export interface RpcErrorObject {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** Thrown by a method: the answer is this error. */
export class RpcError extends Error {
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

export type Params = Readonly<Record<string, unknown>>
export type Method = (params: Params) => unknown
export type Methods = ReadonlyMap<string, Method>
export type Id = string | number | null

export type RpcAnswer =
  | { readonly jsonrpc: '2.0'; readonly id: Id; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: Id; readonly error: RpcErrorObject }

export interface RpcCall {
  readonly method: string
  readonly params: Params
  /** Undefined for a notification, which is never answered. */
  readonly id: Id | undefined
}

export const PARSE_ERROR = -32_700
export const INVALID_REQUEST = -32_600
export const METHOD_NOT_FOUND = -32_601
export const INVALID_PARAMS = -32_602
export const INTERNAL_ERROR = -32_603

// A batch costs as much as its calls; one HTTP request must not be worth an hour of work.
export const MAX_BATCH = 1000

export function failure(id: Id, code: number, message: string, data?: unknown): RpcAnswer {
  return { jsonrpc: '2.0', id, error: data === undefined ? { code, message } : { code, message, data } }
}

/** The answer to a body that is not JSON at all. */
export const NOT_JSON = failure(null, PARSE_ERROR, 'the body is not JSON')

export const isObject = (value: unknown): value is Params => typeof value === 'object' && value !== null && !Array.isArray(value)

const isId = (value: unknown): value is Id => value === null || typeof value === 'string' || typeof value === 'number'

/** A call, or the answer to what is not one. */
export function parseCall(value: unknown): RpcCall | RpcAnswer {
  if (!isObject(value)) return failure(null, INVALID_REQUEST, 'a request is an object')
  const id = isId(value.id) ? value.id : null
  if (value.id !== undefined && !isId(value.id)) return failure(null, INVALID_REQUEST, 'id is a string, a number or null')
  if (value.jsonrpc !== '2.0') return failure(id, INVALID_REQUEST, 'jsonrpc is "2.0"')
  if (typeof value.method !== 'string') return failure(id, INVALID_REQUEST, 'method is a string')
  const { params } = value
  if (params !== undefined && !isObject(params) && !Array.isArray(params))
    return failure(id, INVALID_REQUEST, 'params is an object or an array')
  // Methods here take names, not places: given places they find none of their parameters.
  return { method: value.method, params: isObject(params) ? params : {}, id: value.id === undefined ? undefined : id }
}

export const isCall = (parsed: RpcCall | RpcAnswer): parsed is RpcCall => 'method' in parsed

/** Null for a notification, whatever came of it. */
export function answerCall(methods: Methods, call: RpcCall): RpcAnswer | null {
  const outcome = run(methods, call)
  if (call.id === undefined) return null
  return 'error' in outcome ? { jsonrpc: '2.0', id: call.id, error: outcome.error } : { jsonrpc: '2.0', id: call.id, ...outcome }
}

function run(methods: Methods, { method, params }: RpcCall): { result: unknown } | { error: RpcErrorObject } {
  const known = methods.get(method)
  if (!known) return { error: { code: METHOD_NOT_FOUND, message: 'no such method', data: { method } } }
  try {
    return { result: known(params) }
  } catch (error) {
    if (!(error instanceof RpcError)) return { error: { code: INTERNAL_ERROR, message: 'internal error' } }
    const { code, message, data } = error
    return { error: data === undefined ? { code, message } : { code, message, data } }
  }
}

/** Null when nothing is left to answer. */
export function answerPayload(methods: Methods, payload: unknown): RpcAnswer | readonly RpcAnswer[] | null {
  if (!Array.isArray(payload)) return answerOne(methods, payload)
  if (payload.length === 0) return failure(null, INVALID_REQUEST, 'a batch holds at least one request')
  if (payload.length > MAX_BATCH) return failure(null, INVALID_REQUEST, `a batch holds at most ${MAX_BATCH} requests`)
  const answers: RpcAnswer[] = []
  for (const entry of payload) {
    const answer = answerOne(methods, entry)
    if (answer !== null) answers.push(answer)
  }
  return answers.length === 0 ? null : answers
}

function answerOne(methods: Methods, value: unknown): RpcAnswer | null {
  const parsed = parseCall(value)
  return isCall(parsed) ? answerCall(methods, parsed) : parsed
}
